import frappe
from frappe.model.document import Document
from frappe.permissions import clear_permission_cache


class CustomDocPerm(Document):
    def on_update(self) -> None:
        self._clear()

    def on_trash(self) -> None:
        self._clear()

    def after_delete(self) -> None:
        self._clear()

    def _clear(self) -> None:
        frappe.clear_cache(doctype=self.parent)
        clear_permission_cache()
