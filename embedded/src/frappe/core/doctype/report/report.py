import frappe
from frappe import _
from frappe.model.document import Document


class Report(Document):
    def validate(self) -> None:
        """Reports that hold code (SQL, Python) are only for Administrator or files to define."""
        trusted = frappe.flags.in_import or frappe.flags.in_install or frappe.session.user == "Administrator"
        if self.report_type in ("Query Report", "Script Report") and not trusted:
            if self.is_new() or self.has_value_changed("query") or self.has_value_changed("report_script"):
                frappe.throw(_("Only Administrator can save a report with code"), frappe.PermissionError)
        if not self.module:
            self.module = frappe.get_meta(self.ref_doctype).module

    def is_permitted(self) -> bool:
        """True if the report has no roles, or the user has one of them."""
        roles = {row.role for row in self.roles}
        return not roles or bool(roles & set(frappe.get_roles()))
