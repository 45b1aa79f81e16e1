"""Calls for clients on any DocType: lists, values, insert, save, submit, delete. Each checks permissions."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.desk.reportview import validate_args
from frappe.model import child_table_fields, default_fields
from frappe.model.db_query import check_parent_permission
from frappe.utils import get_safe_filters


def parse_fields(fields: Any) -> Any:
    """`fields` of a list call: JSON text, one name or a list of names."""
    return json.loads(fields) if isinstance(fields, str) else fields


@frappe.whitelist()
def get_list(
    doctype: str,
    fields: Any = None,
    filters: Any = None,
    group_by: str | None = None,
    order_by: str | None = None,
    limit_start: int | str | None = None,
    limit_page_length: int | str = 20,
    parent: str | None = None,
    debug: bool = False,
    as_dict: bool = True,
    or_filters: Any = None,
) -> list:
    """Rows the user may see; without `order_by` their order is not defined."""
    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    args = frappe._dict(
        doctype=doctype,
        parent_doctype=parent,
        fields=fields,
        filters=filters,
        or_filters=or_filters,
        group_by=group_by,
        order_by=order_by,
        limit_start=limit_start,
        limit_page_length=limit_page_length,
        debug=debug,
        as_list=not as_dict,
    )
    validate_args(args)
    return frappe.get_list(**args)


@frappe.whitelist()
def get_count(doctype: str, filters: Any = None, debug: bool = False, cache: bool = False) -> int:
    """How many of the rows match that the user may see."""
    from frappe.desk.reportview import count_rows

    return count_rows(frappe._dict(doctype=doctype, filters=get_safe_filters(filters)))


@frappe.whitelist()
def get(doctype: str, name: str | None = None, filters: Any = None, parent: str | None = None) -> dict:
    """A document by name or by the first match of `filters`; a Single without either."""
    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    if name:
        doc = frappe.get_doc(doctype, name)
    elif filters or filters == {}:
        doc = frappe.get_doc(doctype, frappe.parse_json(filters))
    else:
        doc = frappe.get_doc(doctype)
    doc.check_permission()
    doc.apply_fieldlevel_read_permissions()
    return doc.as_dict()


@frappe.whitelist()
def get_value(
    doctype: str,
    fieldname: Any,
    filters: Any = None,
    as_dict: bool = True,
    debug: bool = False,
    parent: str | None = None,
) -> Any:
    """Fields of the first row that matches: a dict, or values when not `as_dict`; {} when none matches."""
    if frappe.is_table(doctype):
        check_parent_permission(parent, doctype)
    if not frappe.has_permission(doctype, parent_doctype=parent):
        frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)
    filters = get_safe_filters(filters)
    if isinstance(filters, str):
        filters = {"name": filters}
    fields = _as_field_list(fieldname)
    if frappe.get_meta(doctype).issingle:
        row = frappe.db.get_value(doctype, None, fields, as_dict=as_dict)
        value = [row if as_dict or len(fields) > 1 else (row,)]
    else:
        value = get_list(
            doctype, filters=filters or None, fields=fields, limit_page_length=1, parent=parent, as_dict=as_dict
        )
    if as_dict:
        return value[0] if value else {}
    if not value:
        return None
    return value[0] if len(fields) > 1 else value[0][0]


def _as_field_list(fieldname: Any) -> list[str]:
    try:
        fields = frappe.parse_json(fieldname)
    except (TypeError, ValueError):
        fields = fieldname
    return [fields] if isinstance(fields, str) else fields


@frappe.whitelist()
def get_single_value(doctype: str, field: str) -> Any:
    """A field of a Single."""
    if not frappe.has_permission(doctype):
        frappe.throw(_("No permission for {0}").format(_(doctype)), frappe.PermissionError)
    return frappe.db.get_single_value(doctype, field)


@frappe.whitelist(methods=["POST", "PUT"])
def set_value(doctype: str, name: str | int, fieldname: Any, value: Any = None) -> dict:
    """Set one field, or several (`fieldname` an object), through the document; a child row through its parent."""
    if isinstance(fieldname, str) and fieldname in (*default_fields, *child_table_fields):
        frappe.throw(_("Cannot edit standard fields"))
    values = {fieldname: value} if value else _as_values(fieldname)
    if frappe.get_meta(doctype).istable:
        row = frappe.db.get_value(doctype, name, ["parenttype", "parent"], as_dict=True)
        if not row:
            raise frappe.DoesNotExistError(doctype=doctype)
        doc = frappe.get_doc(row.parenttype, row.parent)
        doc.getone({"doctype": doctype, "name": name}).update(values)
    else:
        doc = frappe.get_doc(doctype, name)
        doc.update(values)
    doc.save()
    return doc.as_dict()


def _as_values(fieldname: Any) -> dict:
    if not isinstance(fieldname, str):
        return fieldname
    try:
        values = json.loads(fieldname)
    except ValueError:
        return {fieldname: ""}
    return values if isinstance(values, dict) else {fieldname: ""}


@frappe.whitelist(methods=["POST", "PUT"])
def insert(doc: Any = None) -> dict:
    """Insert a document; a child row is appended to its parent, which is answered."""
    return insert_doc(frappe.parse_json(doc)).as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def save(doc: Any) -> dict:
    """Save an existing document that is sent whole."""
    document = frappe.get_doc(frappe.parse_json(doc))
    document.save()
    return document.as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def rename_doc(doctype: str, old_name: str, new_name: str, merge: bool = False) -> str:
    """Rename a document; answers the new name."""
    return frappe.rename_doc(doctype, old_name, new_name, merge=merge)


@frappe.whitelist(methods=["POST", "PUT"])
def submit(doc: Any) -> dict:
    """Submit a document that is sent whole."""
    document = frappe.get_doc(frappe.parse_json(doc))
    document.submit()
    return document.as_dict()


@frappe.whitelist(methods=["POST", "PUT"])
def cancel(doctype: str, name: str) -> dict:
    """Cancel a submitted document."""
    document = frappe.get_doc(doctype, name)
    document.cancel()
    return document.as_dict()


@frappe.whitelist(methods=["DELETE", "POST"])
def delete(doctype: str, name: str | int) -> None:
    """Delete a document or a child row."""
    delete_doc(doctype, name)


@frappe.whitelist()
def has_permission(doctype: str, docname: str, perm_type: str = "read") -> dict:
    """Whether the user has a right on a document."""
    return {"has_permission": frappe.has_permission(doctype, perm_type.lower(), docname)}


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: Any = None) -> dict:
    """The name when the document exists, and the asked fields when the user may read them."""
    if not isinstance(doctype, str) or not isinstance(docname, str):
        frappe.throw(_("DocType must be a string"))
    if doctype != "DocType":
        _check_may_link(doctype, docname)
    values = frappe._dict(name=frappe.db.get_value(doctype, docname, "name"))
    fields = frappe.parse_json(fields)
    if not values.name or not fields:
        return values
    try:
        values.update(get_value(doctype, fields, docname))
    except frappe.PermissionError:
        frappe.clear_last_message()
        sentence = _("You need {0} permission to fetch values from {1} {2}").format(
            frappe.bold(_("Read")), frappe.bold(doctype), frappe.bold(docname)
        )
        frappe.msgprint(sentence, title=_("Cannot Fetch Values"), indicator="orange")
    return values


def _check_may_link(doctype: str, docname: str) -> None:
    parent = frappe.db.get_value(doctype, docname, "parenttype") if frappe.get_meta(doctype).istable else None
    if any(frappe.has_permission(doctype, right, parent_doctype=parent) for right in ("select", "read")):
        return
    sentence = _("You do not have Read or Select Permissions for {}").format(frappe.bold(doctype))
    frappe.throw(sentence, frappe.PermissionError)


def insert_doc(doc: dict) -> Any:
    """Insert a document, or append a child row to its parent and save that."""
    doc = frappe._dict(doc)
    if not frappe.is_table(doc.doctype):
        return frappe.get_doc(doc).insert()
    if not (doc.parenttype and doc.parent and doc.parentfield):
        frappe.throw(_("Parenttype, Parent and Parentfield are required to insert a child record"))
    parent = frappe.get_doc(doc.parenttype, doc.parent)
    parent.append(doc.parentfield, doc)
    parent.save()
    return parent


def delete_doc(doctype: str, name: str | int) -> None:
    """Delete a document; a child row through its parent, so that the parent's events run."""
    if not frappe.is_table(doctype):
        frappe.delete_doc(doctype, name, ignore_missing=False)
        return
    row = frappe.db.get_value(doctype, name, ["parenttype", "parent", "parentfield"], as_dict=True)
    parent = frappe.get_doc(row.parenttype, row.parent) if row else None
    if not parent or not parent.has_permission("write"):
        raise frappe.DoesNotExistError(doctype=doctype)
    for child in parent.get(row.parentfield):
        if child.name == name:
            parent.remove(child)
            parent.save()
            return
