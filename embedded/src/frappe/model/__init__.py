"""Names of field types and standard columns that the whole runtime and the apps rely on."""

import frappe

data_fieldtypes = (
    *("Currency", "Int", "Long Int", "Float", "Percent", "Check", "Small Text", "Long Text", "Code", "Text Editor"),
    *("Markdown Editor", "HTML Editor", "Date", "Datetime", "Time", "Text", "Data", "Link", "Dynamic Link", "Password"),
    *("Select", "Rating", "Read Only", "Attach", "Attach Image", "Signature", "Color", "Barcode", "Geolocation"),
    *("Duration", "Icon", "Phone", "Autocomplete", "JSON"),
)
float_like_fields = {"Float", "Currency", "Percent"}
datetime_fields = {"Datetime", "Date", "Time"}
attachment_fieldtypes = ("Attach", "Attach Image")
table_fields = ("Table", "Table MultiSelect")
display_fieldtypes = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Image", "Fold", "Heading")
no_value_fields = (*display_fieldtypes, *table_fields)
NO_VALUE_FIELDS = frozenset(no_value_fields)
numeric_fieldtypes = ("Currency", "Int", "Long Int", "Float", "Percent", "Check")
default_fields = ("doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
DEFAULT_FIELDS = frozenset(default_fields)
child_table_fields = ("parent", "parentfield", "parenttype")
optional_fields = ("_user_tags", "_comments", "_assign", "_liked_by", "_seen")
OPTIONAL_FIELDS = frozenset(optional_fields)

core_doctypes_list = (
    *("DefaultValue", "DocType", "DocField", "DocPerm", "DocType Action", "DocType Link", "User", "Role", "Has Role"),
    *("Page", "Module Def", "Print Format", "Report", "Customize Form", "Customize Form Field", "Property Setter"),
    *("Custom Field", "Client Script"),
)
CORE_DOCTYPES = frozenset(core_doctypes_list)


def get_permitted_fields(
    doctype: str,
    parenttype: str | None = None,
    user: str | None = None,
    permission_type: str | None = None,
    *,
    ignore_virtual: bool = False,
) -> list[str]:
    """Names of the columns (and virtual fields) of `doctype` that the user may read at his permission levels."""
    meta = frappe.get_meta(doctype)
    columns = meta.get_valid_columns()
    if doctype in CORE_DOCTYPES or DEFAULT_FIELDS.issuperset(columns):
        return columns
    if permission_type is None:
        permission_type = "select" if frappe.only_has_select_perm(doctype, user=user) else "read"
    permitted = meta.get_permitted_fieldnames(
        parenttype=parenttype, user=user, permission_type=permission_type, with_virtual_fields=not ignore_virtual
    )
    if permission_type == "select":
        return permitted
    result = [*meta.default_fields, *(name for name in optional_fields if name in set(columns))]
    if not permitted:
        return result
    return [*result, *(child_table_fields if meta.istable else ()), *permitted]
