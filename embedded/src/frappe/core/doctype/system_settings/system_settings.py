import zoneinfo

import frappe
from frappe import _
from frappe.locale import get_system_settings  # noqa: F401  apps import it from here
from frappe.model.document import Document
from frappe.utils import cint


class SystemSettings(Document):
    def validate(self) -> None:
        if self.time_zone and self.time_zone not in zoneinfo.available_timezones():
            frappe.throw(_("Unknown time zone {0}").format(self.time_zone))
        if cint(self.enable_password_policy) and cint(self.minimum_password_score) <= 0:
            frappe.throw(_("Please select Minimum Password Score"))
        for part in (self.session_expiry or "").split(":"):
            if self.session_expiry and not part.isdigit():
                frappe.throw(_("Session Expiry must be in format {0}").format("hh:mm"))

    def on_update(self) -> None:
        """Settings are also defaults of the site, where code asks for them."""
        known = frappe.defaults.get_defaults_for()
        for df in self.meta.get("fields"):
            missing = self.get(df.fieldname) and df.fieldname not in known
            if df.fieldtype not in ("Section Break", "Column Break", "Tab Break") and (
                missing or self.has_value_changed(df.fieldname)
            ):
                frappe.db.set_default(df.fieldname, self.get(df.fieldname))
        frappe.cache.delete_value("system_settings")
        frappe.cache.delete_value("time_zone")
        frappe.local.system_settings = None
        frappe.clear_cache()
