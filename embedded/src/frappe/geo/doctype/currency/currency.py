import frappe
from frappe.model.document import Document


class Currency(Document):
    def validate(self) -> None:
        frappe.cache.delete_value("currency_settings")
        frappe.clear_document_cache("Currency", self.name)
