import frappe
from frappe.model.document import Document


class TagLink(Document):
    pass


def on_doctype_update() -> None:
    frappe.db.add_index("Tag Link", ["document_type", "document_name"])
