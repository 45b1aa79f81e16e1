"""Statuses of leads: configurable; a status is called by its name wherever that is free."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists


def name_for(doc: Document) -> str:
    """The status's name, suffixed only when another pipeline has the same one."""
    return append_number_if_name_exists(doc.doctype, frappe.utils.cstr(doc.status_name).strip())


def check_unique(doc: Document) -> None:
    """A pipeline has each status once."""
    filters = {"pipeline": doc.pipeline, "status_name": doc.status_name, "name": ("!=", doc.name)}
    if frappe.db.exists(doc.doctype, filters):
        text = _("Pipeline {0} has a status {1} already.").format(doc.pipeline, doc.status_name)
        frappe.throw(text, frappe.DuplicateEntryError)
