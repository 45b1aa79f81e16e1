import frappe
from frappe.model.document import Document


class ModuleDef(Document):
    def on_update(self) -> None:
        frappe.clear_cache()
