"""The place of a lead: a pipeline and one of its statuses; no lead is ever without (rows 35, 36, 61)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

STATUS = "Connect Lead Status"


def set_place(lead: Document) -> None:
    """Fill the default place of a new lead, carry the status over to another pipeline, refuse a place that is none."""
    if not lead.pipeline and lead.status:
        lead.pipeline = frappe.get_cached_value(STATUS, lead.status, "pipeline")
    lead.pipeline = lead.pipeline or frappe.db.get_value("Connect Pipeline", {"is_default": 1, "disabled": 0}, "name")
    if lead.pipeline and not lead.status and lead.is_new():
        lead.status = first_status(lead.pipeline)
    before = lead.get_doc_before_save()
    if before and before.pipeline != lead.pipeline and before.status == lead.status:
        lead.status = same_status_in(lead.pipeline, lead.status)
    if lead.status:
        _check_status(lead, before)


def _check_status(lead: Document, before: Document | None) -> None:
    status = frappe.get_cached_doc(STATUS, lead.status)
    if status.pipeline != lead.pipeline:
        text = _("Status: {0} is not a status of the pipeline {1}.")
        frappe.throw(text.format(_(lead.status), lead.pipeline or "—"), title=_("Status"))
    if status.disabled and (not before or before.status != lead.status):
        frappe.throw(_("Status: {0} is retired and takes no more leads.").format(_(lead.status)), title=_("Status"))


def same_status_in(pipeline: str, status: str) -> str | None:
    """The status of another pipeline that is called the same, else its first one (row 43)."""
    label = frappe.get_cached_value(STATUS, status, "status_name")
    filters = {"pipeline": pipeline, "status_name": label, "disabled": 0}
    return frappe.db.get_value(STATUS, filters, "name") or first_status(pipeline)


def first_status(pipeline: str) -> str | None:
    """The first status of a pipeline by position."""
    filters = {"pipeline": pipeline, "disabled": 0}
    found = frappe.get_all(STATUS, filters=filters, order_by="position, creation", pluck="name", limit=1)
    return found[0] if found else None
