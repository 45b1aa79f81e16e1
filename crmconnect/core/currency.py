"""Exchange rates: the last known one on or before a date."""

from __future__ import annotations

import datetime

import frappe
from frappe import _


def rate(currency: str, base: str, date: datetime.date | str | None) -> float:
    """How much of ``base`` one unit of ``currency`` costs on ``date``.

    Refuses, naming what to fill in, when no rate is known.
    """
    if currency == base:
        return 1.0
    filters = {"currency": currency, "date": ("<=", frappe.utils.getdate(date))}
    found = frappe.get_all("Connect Currency Rate", filters=filters, order_by="date desc", limit=1, pluck="rate")
    if not found or not found[0]:
        frappe.throw(
            _("No exchange rate for {0} on {1}. Add it under Currency Rates or fill in the exchange rate.").format(
                currency, frappe.format(date, "Date")
            ),
            title=_("Exchange rate"),
        )
    return float(found[0])
