import re

import frappe
from frappe import _
from frappe.model.document import Document


class Language(Document):
    def validate(self) -> None:
        if not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*", self.language_code or ""):
            message = _("{0} is not the code of a language, such as en or pt-BR")
            frappe.throw(message.format(frappe.bold(self.language_code)))

    def on_trash(self) -> None:
        if self.name == "en":
            frappe.throw(_("Language {0} cannot be deleted").format(self.name))

    def on_update(self) -> None:
        frappe.cache.delete_value("languages")
