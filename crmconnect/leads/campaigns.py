"""Marketing campaigns: what they brought (row 57)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum


def prepare(doc: Document) -> None:
    """``validate``: the end is not before the start."""
    if doc.start_date and doc.end_date and frappe.utils.getdate(doc.end_date) < frappe.utils.getdate(doc.start_date):
        text = _("{0} cannot be before {1}.")
        frappe.throw(text.format(_(doc.meta.get_label("end_date")), _(doc.meta.get_label("start_date"))))


def lead_count(campaign: str | None) -> int:
    """How many leads came from the campaign; junk is not counted."""
    return frappe.db.count("Connect Lead", {"campaign": campaign, "is_opportunity": 0, "is_junk": 0}) if campaign else 0


def won_value(campaign: str | None) -> float:
    """What the campaign's opportunities brought in."""
    if not campaign:
        return 0.0
    lead = frappe.qb.DocType("Connect Lead")
    return float(frappe.qb.from_(lead).where(lead.campaign == campaign).select(Sum(lead.won_amount)).run()[0][0] or 0)


def roi(doc: Document) -> float:
    """(won − budget) / budget in percent; 0 without a budget."""
    budget = doc.budget or 0
    return round((won_value(doc.name) - budget) * 100 / budget, 2) if budget else 0.0
