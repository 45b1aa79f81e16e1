import frappe
from frappe.model.document import Document
from frappe.utils import sanitize_html


class Translation(Document):
    def validate(self) -> None:
        self.translated_text = sanitize_html(self.translated_text or "")

    def on_update(self) -> None:
        frappe.translate.clear_cache()

    def on_trash(self) -> None:
        frappe.translate.clear_cache()
