import frappe
from frappe.model.document import Document


class Version(Document):
    pass


def on_doctype_update() -> None:
    frappe.db.add_index("Version", ["ref_doctype", "docname"])
