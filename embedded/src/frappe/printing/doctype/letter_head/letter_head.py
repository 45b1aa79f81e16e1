import frappe
from frappe.model.document import Document


class LetterHead(Document):
    def validate(self) -> None:
        """The first enabled letter head is the default one."""
        if not self.is_default and not self.disabled and not frappe.db.exists("Letter Head", {"is_default": 1}):
            self.is_default = 1

    def on_update(self) -> None:
        if self.is_default:
            others = {"name": ["!=", self.name], "is_default": 1}
            frappe.db.set_value("Letter Head", others, "is_default", 0, update_modified=False)
        frappe.clear_cache()
