"""Lists with one default record: setting a new default takes it from the old one."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


def keep_one(doc: Document, _event: str | None = None) -> None:
    """``on_update`` of units, taxes and pipelines: the last one marked is the only default."""
    if not doc.is_default:
        return
    for name in frappe.get_all(doc.doctype, filters={"is_default": 1, "name": ("!=", doc.name)}, pluck="name"):
        frappe.db.set_value(doc.doctype, name, "is_default", 0)
