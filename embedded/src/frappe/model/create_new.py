"""Defaults of new documents."""

import copy
from typing import Any

import frappe
from frappe.model import data_fieldtypes
from frappe.model.link_checks import link_exists
from frappe.utils import cstr, now_datetime, nowdate, nowtime


def get_new_doc(doctype: str, parent_doc: Any = None, parentfield: str | None = None, as_dict: bool = False) -> Any:
    """A new document with defaults: of the user, of the fields, of the moment."""
    templates = getattr(frappe.local, "new_doc_templates", None)
    if templates is None:
        templates = frappe.local.new_doc_templates = {}
    key = (doctype, frappe.session.user)
    if key not in templates:
        templates[key] = make_new_doc(doctype)
    doc = copy.copy(templates[key])
    set_dynamic_default_values(doc, parent_doc, parentfield)
    return doc if as_dict else frappe.get_doc(doc)


def make_new_doc(doctype: str) -> Any:
    doc = frappe.get_doc({"doctype": doctype, "__islocal": 1, "owner": frappe.session.user, "docstatus": 0})
    set_user_and_static_default_values(doc)
    doc._fix_numeric_types()
    values = doc.get_valid_dict(sanitize=False, ignore_virtual=True)
    values["doctype"] = doctype
    values["__islocal"] = 1
    if not doc.meta.issingle:
        values["__unsaved"] = 1
    return values


def set_user_and_static_default_values(doc: Any) -> None:
    from frappe.permissions import filter_allowed_docs_for_doctype, get_user_permissions

    user_permissions = get_user_permissions()
    defaults = frappe.defaults.get_defaults()
    for df in doc.meta.fields:
        if df.fieldtype not in data_fieldtypes or df.is_virtual:
            continue
        allowed_rows = user_permissions.get(df.options, []) if df.fieldtype == "Link" else []
        allowed, default_doc = filter_allowed_docs_for_doctype(allowed_rows, df.parent, with_default_doc=True)
        value = _user_default(df, defaults, allowed_rows, allowed, default_doc)
        if value is not None:
            if df.fieldtype != "Link" or link_exists(df.options, value):
                doc.set(df.fieldname, value)
        elif df.fieldname != doc.meta.title_field:
            value = _static_default(df, allowed_rows, allowed)
            if value is not None:
                doc.set(df.fieldname, value)


def _user_default(df: Any, defaults: dict, allowed_rows: list, allowed: list, default_doc: Any) -> Any:
    if df.fieldtype != "Link" or df.options == "User":
        return None
    if not df.ignore_user_permissions and default_doc:
        return default_doc
    value = defaults.get(df.fieldname)
    return value if value and _is_allowed(df, allowed_rows, allowed, value) else None


def _static_default(df: Any, allowed_rows: list, allowed: list) -> Any:
    if not df.default:
        if df.fieldtype == "Select" and df.options and df.options not in ("[Select]", "Loading..."):
            return df.options.split("\n", 1)[0]
        return None
    if df.default == "__user":
        return frappe.session.user
    if df.default == "Today":
        return nowdate()
    if cstr(df.default).startswith(":"):
        return None
    if df.fieldtype != "Link" or df.options == "User" or _is_allowed(df, allowed_rows, allowed, df.default):
        return df.default
    return None


def _is_allowed(df: Any, allowed_rows: list, allowed: list, value: Any) -> bool:
    restricted = df.fieldtype == "Link" and not df.ignore_user_permissions and allowed_rows and allowed
    return not restricted or value in allowed


def set_dynamic_default_values(doc: Any, parent_doc: Any, parentfield: str | None) -> None:
    """Defaults that may differ from one document to the next."""
    for df in frappe.get_meta(doc["doctype"])._dynamic_defaults:
        default = cstr(df.default)
        if df.fieldtype == "Datetime" and default.lower() == "now":
            doc[df.fieldname] = now_datetime()
        if df.fieldtype == "Time":
            doc[df.fieldname] = nowtime()
    if parent_doc:
        doc["parent"], doc["parenttype"] = parent_doc.name, parent_doc.doctype
    if parentfield:
        doc["parentfield"] = parentfield
