import frappe
from frappe.model.document import Document
from frappe.utils import get_fullname


class ActivityLog(Document):
    def before_insert(self) -> None:
        self.full_name = self.full_name or get_fullname(self.user)
        self.ip_address = self.ip_address or getattr(frappe.local, "request_ip", None)


def on_doctype_update() -> None:
    frappe.db.add_index("Activity Log", ["reference_doctype", "reference_name"])
