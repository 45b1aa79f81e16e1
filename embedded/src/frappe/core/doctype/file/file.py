"""The controller of File; its rules are in `frappe.utils.files`."""

import frappe
from frappe.utils.files import File, get_permission_query_conditions, has_permission

__all__ = ["File", "get_permission_query_conditions", "has_permission", "on_doctype_update"]


def on_doctype_update() -> None:
    frappe.db.add_index("File", ["attached_to_doctype", "attached_to_name"])
    frappe.db.add_index("File", ["file_url(100)"])
