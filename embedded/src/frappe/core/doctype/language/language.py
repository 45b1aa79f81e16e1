import re

import frappe
from frappe import _
from frappe.model.document import Document


class Language(Document):
    def validate(self) -> None:
        if not re.fullmatch(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*", self.language_code or ""):
            frappe.throw(_("{0} must begin and end with a letter and can only contain letters, hyphen or underscore.").format(
                frappe.bold(self.language_code)
            ))  # fmt: skip

    def on_trash(self) -> None:
        if self.name == "en":
            frappe.throw(_("Language {0} cannot be deleted").format(self.name))

    def on_update(self) -> None:
        frappe.cache.delete_value("languages")
