"""Importing records from JSON files: fixtures, print formats, reports."""

import json
from pathlib import Path
from typing import Any

import frappe

STAMPS = frozenset(
    "doctype name creation modified owner modified_by docstatus idx parent parentfield parenttype __islocal".split()
)


def import_file_by_path(path: str, force: bool = False, data_import: bool = False, **_options: Any) -> bool:
    """Import the record or list of records in a JSON file; False when there is no such file."""
    if not Path(path).exists():
        return False
    records = json.loads(Path(path).read_text(encoding="utf-8"))
    for record in records if isinstance(records, list) else [records]:
        import_doc(record, data_import=data_import)
    return True


def import_doc(docdict: dict[str, Any], data_import: bool = False, **_options: Any) -> Any:
    """Write a record as the file gives it, over an existing one of that name; an equal one is left alone.

    Checks do not run (a file is trusted), events after saving do.
    """
    name = _name_of(docdict)
    old = frappe.get_doc(docdict["doctype"], name) if _exists(docdict["doctype"], name) else None
    if old and _is_same(old, docdict):
        return old
    frappe.flags.in_import = True
    try:
        doc = frappe.get_doc({**docdict, "docstatus": docdict.get("docstatus") or 0})
        doc.flags.update(ignore_links=True, ignore_permissions=True, ignore_mandatory=True, ignore_version=True)
        doc.flags.ignore_validate = not data_import
        if doc.meta.issingle:
            doc.save()
            return doc
        if old:
            _delete_rows(old)
        return doc.insert(set_name=name)
    finally:
        frappe.flags.in_import = False


def _exists(doctype: str, name: str | None) -> bool:
    return bool(name and (frappe.get_meta(doctype).issingle or frappe.db.exists(doctype, name)))


def _name_of(docdict: dict[str, Any]) -> str | None:
    """The record's name, or what its DocType's naming by a field will make of it."""
    autoname = frappe.get_meta(docdict["doctype"]).autoname or ""
    by_field = docdict.get(autoname.removeprefix("field:")) if autoname.startswith("field:") else None
    return docdict.get("name") or by_field


def _delete_rows(old: Any) -> None:
    for df in old.meta.get_table_fields():
        frappe.db.delete(df.options, {"parent": old.name, "parenttype": old.doctype, "parentfield": df.fieldname})
    frappe.db.delete(old.doctype, {"name": old.name})
    frappe.clear_document_cache(old.doctype, old.name)


def _is_same(old: Any, values: dict[str, Any]) -> bool:
    """True if every value of the file is already stored."""
    for key, value in values.items():
        if key in STAMPS:
            continue
        stored = old.get(key)
        if isinstance(value, list):
            rows = stored or []
            if len(rows) != len(value) or not all(map(_is_same, rows, value)):
                return False
        elif _plain(stored) != _plain(value):
            return False
    return True


def _plain(value: Any) -> str:
    """Values as text, so that 1, 1.0, "1" and True are one, and so are None, 0 and ""."""
    if isinstance(value, bool | int | float):
        value = f"{float(value):.9f}".rstrip("0").rstrip(".")
    text = "" if value is None else str(value)
    return "" if text == "0" else text
