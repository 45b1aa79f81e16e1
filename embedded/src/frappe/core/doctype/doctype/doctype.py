"""DocTypes stand in the files of the apps; this DocType shows them and cannot be written."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document


class DocType(Document):
    def load_from_db(self) -> "DocType":
        """The row, with fields and permissions as the apps' files and the site's customisations give them."""
        row = frappe.db.get_value("DocType", self.name, "*", as_dict=True)
        if not row:
            message = _("{0} {1} not found").format(_("DocType"), self.name)
            frappe.throw(message, frappe.DoesNotExistError(doctype="DocType"))
        values: dict[str, Any] = {**frappe.get_meta(self.name).as_dict(), **row, "doctype": "DocType"}
        for key in ("links", "actions", "states"):
            values.pop(key, None)
        super(Document, self).__init__(values)
        return self

    def validate(self) -> None:
        frappe.throw(_("DocTypes are defined in the files of an app; use Custom Field and Property Setter here"))

    def on_trash(self) -> None:
        if not (frappe.flags.in_uninstall or frappe.flags.in_migrate):
            frappe.throw(_("DocTypes are defined in the files of an app"), frappe.PermissionError)

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        self.validate()
