"""Properties of a DocType or field that a site or another app changes."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

FIXED_FIELDTYPES = ("naming_series",)


class PropertySetter(Document):
    def autoname(self) -> None:
        self.name = f"{self.doc_type}-{self.field_name or self.row_name or 'main'}-{self.property}"

    def validate(self) -> None:
        if self.property == "fieldtype" and self.field_name in FIXED_FIELDTYPES:
            frappe.throw(_("Field type cannot be changed for {0}").format(self.field_name))
        if self.is_new():
            delete_property_setter(self.doc_type, self.property, self.field_name, self.row_name)
        frappe.clear_cache(doctype=self.doc_type)

    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)

    def on_trash(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)

    def after_delete(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)


def make_property_setter(
    doctype: str,
    fieldname: str | None,
    property: str,
    value: Any,
    property_type: str,
    for_doctype: bool = False,
    validate_fields_for_doctype: bool = True,
    is_system_generated: bool = True,
) -> Any:
    """Change one property of a DocType (`for_doctype`) or of one of its fields. No permission is asked."""
    values = {
        "doctype_or_field": "DocType" if for_doctype else "DocField",
        "doc_type": doctype,
        "field_name": fieldname,
        "property": property,
        "value": value,
        "property_type": property_type,
        "is_system_generated": int(is_system_generated),
    }
    setter = frappe.get_doc({"doctype": "Property Setter", **values})
    setter.flags.ignore_permissions = True
    setter.flags.validate_fields_for_doctype = validate_fields_for_doctype
    return setter.insert()


def delete_property_setter(
    doc_type: str, property: str | None = None, field_name: str | None = None, row_name: str | None = None
) -> None:
    """Delete the setters of a DocType, a property, a field or a row."""
    filters = {"doc_type": doc_type, "property": property, "field_name": field_name, "row_name": row_name}
    given = {key: value for key, value in filters.items() if value}
    for name in frappe.get_all("Property Setter", filters=given, pluck="name"):
        frappe.delete_doc("Property Setter", name, ignore_permissions=True, force=True)
