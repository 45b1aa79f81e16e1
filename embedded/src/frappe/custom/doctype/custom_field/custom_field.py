"""Fields that a site or another app adds to a DocType."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, random_string

RESERVED_NAMES = ("name", "parent", "creation", "modified", "modified_by", "parentfield", "parenttype", "file_list")
RESERVED_NAMES += ("flags", "docstatus", "owner", "idx", "doctype")
TEXT_TYPES = {
    "Data",
    "Small Text",
    "Text",
    "Long Text",
    "Text Editor",
    "Code",
    "HTML Editor",
    "Markdown Editor",
    "Link",
}
COMPATIBLE_TYPES = (
    {"Currency", "Float", "Percent"},
    TEXT_TYPES | {"Select", "Read Only", "Dynamic Link", "Password", "Autocomplete", "Phone", "Barcode"},
    {"Int", "Long Int", "Float", "Check"},
    {"Table", "Table MultiSelect"},
    {"Code", "Geolocation", "JSON", "Long Text"},
)


class CustomField(Document):
    def autoname(self) -> None:
        self.set_fieldname()
        self.name = f"{self.dt}-{self.fieldname}"

    def set_fieldname(self) -> None:
        if not self.fieldname:
            label = self.label
            if not label and self.fieldtype in ("Section Break", "Column Break", "Tab Break"):
                label = f"{self.fieldtype}_{random_string(5)}"
            elif not label:
                frappe.throw(_("Label is mandatory"))
            plain = "".join(c for c in label.replace(" ", "_") if c.isalnum() or c == "_")
            self.fieldname = f"custom_{plain}"
        self.fieldname = self.fieldname.lower()
        if self.fieldname in RESERVED_NAMES:
            self.fieldname += "1"

    def before_insert(self) -> None:
        self.set_fieldname()

    def validate(self) -> None:
        if not self.fieldname.isidentifier() or not self.fieldname.isascii() or len(self.fieldname) > 64:
            frappe.throw(_("{0} is not a valid field name").format(frappe.bold(self.fieldname)))
        if self.is_new() or self.insert_after == "append":
            self._set_place()
        previous = self.get_doc_before_save()
        if not self.is_virtual and previous and not _may_change(previous.fieldtype, self.fieldtype):
            text = _("Fieldtype cannot be changed from {0} to {1}")
            frappe.throw(text.format(previous.fieldtype, self.fieldtype))
        if self.fieldtype in ("Link", "Table", "Table MultiSelect") and not frappe.modules.read_doctype_json(
            self.options or ""
        ):
            text = _("Options must be a valid DocType for field {0}")
            frappe.throw(text.format(frappe.bold(self.label or self.fieldname)))
        if hasattr(Document, self.fieldname) or hasattr(frappe.modules.get_controller(self.dt), self.fieldname):
            text = _("Field {0} conflicts with a method or property of {1}")
            frappe.throw(text.format(frappe.bold(self.fieldname), _(self.dt)))

    def _set_place(self) -> None:
        fieldnames = [df.fieldname for df in frappe.get_meta(self.dt, cached=False).fields]
        if self.is_new() and self.fieldname in fieldnames:
            text = _("A field with the name {0} already exists in {1}")
            frappe.throw(text.format(frappe.bold(self.fieldname), self.dt))
        if self.insert_after == "append":
            self.insert_after = fieldnames[-1]
        if self.insert_after in fieldnames:
            self.idx = fieldnames.index(self.insert_after) + 1

    def on_update(self) -> None:
        if not frappe.flags.in_create_custom_fields:
            refresh(self.dt)

    def on_trash(self) -> None:
        from frappe.custom.doctype.property_setter.property_setter import delete_property_setter

        if self.owner == "Administrator" and frappe.session.user != "Administrator":
            text = _(
                "Custom Field {0} is created by the Administrator "
                "and can only be deleted through the Administrator account."
            )
            frappe.throw(text.format(frappe.bold(self.label)))
        delete_property_setter(self.dt, field_name=self.fieldname)

    def after_delete(self) -> None:
        frappe.clear_cache(doctype=self.dt)


def refresh(doctype: str) -> None:
    """Read the DocType anew and give its table the columns it needs."""
    frappe.clear_cache(doctype=doctype)
    frappe.db.updatedb(doctype)


def _may_change(old: str, new: str) -> bool:
    return old == new or any(old in group and new in group for group in COMPATIBLE_TYPES)


def create_custom_field(doctype: str, df: dict, ignore_validate: bool = False, is_system_generated: bool = True) -> Any:
    """Insert one custom field unless the DocType has it; answers the new document or None."""
    df = frappe._dict(df)
    if not df.fieldname and df.label:
        df.fieldname = frappe.scrub(df.label)
    if frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": df.fieldname}):
        return None
    values = {
        "dt": doctype,
        "permlevel": 0,
        "fieldtype": "Data",
        "hidden": 0,
        "is_system_generated": cint(is_system_generated),
    }
    field = frappe.get_doc({"doctype": "Custom Field", **values})
    field.update(df)
    field.flags.ignore_validate = ignore_validate
    return field.insert()


def create_custom_fields(custom_fields: dict, ignore_validate: bool = False, update: bool = True) -> None:
    """Insert or update custom fields: {DocType (or a tuple of them): [field, …]}; one schema change per DocType."""
    frappe.flags.in_create_custom_fields = True
    changed: set[str] = set()
    try:
        for doctypes, fields in custom_fields.items():
            for doctype in (doctypes,) if isinstance(doctypes, str) else doctypes:
                for df in (fields,) if isinstance(fields, dict) else fields:
                    if _create_or_update(doctype, df, ignore_validate, update):
                        changed.add(doctype)
                        frappe.clear_cache(doctype=doctype)
    finally:
        frappe.flags.in_create_custom_fields = False
    for doctype in sorted(changed):
        refresh(doctype)


def _create_or_update(doctype: str, df: dict, ignore_validate: bool, update: bool) -> bool:
    fieldname = df.get("fieldname") or frappe.scrub(df.get("label") or "")
    name = frappe.db.get_value("Custom Field", {"dt": doctype, "fieldname": fieldname})
    if not name:
        return bool(create_custom_field(doctype, {**df, "owner": "Administrator"}, ignore_validate=ignore_validate))
    field = frappe.get_doc("Custom Field", name)
    if not update or all(field.get(key) == value for key, value in df.items()):
        return False
    field.update(df)
    field.flags.ignore_validate = ignore_validate
    field.save()
    return True
