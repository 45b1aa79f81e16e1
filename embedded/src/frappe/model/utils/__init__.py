"""Small helpers around documents."""

from typing import Any

import frappe


def set_default(doc: Any, key: str) -> None:
    """Make `doc` the only one of its kind with `is_default`."""
    if not doc.is_default:
        frappe.db.set(doc, "is_default", 1)
    frappe.db.set_value(doc.doctype, {key: doc.get(key), "name": ("!=", doc.name)}, "is_default", 0)


def is_virtual_doctype(doctype: str) -> bool:
    """Whether a DocType keeps no table of its own."""
    return bool(frappe.get_meta(doctype).is_virtual)
