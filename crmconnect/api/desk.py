"""``crmconnect.api.desk``: sums that the Desk's number cards show, in the company's currency, of what the user sees."""

from __future__ import annotations

from typing import Any

import frappe

from crmconnect.core import currency, settings

OUTSTANDING = {"docstatus": 1, "outstanding_amount": (">", 0)}
PIPELINE = {"is_opportunity": 1, "is_lost": 0, "is_junk": 0, "won_on": ("is", "not set"), "weighted_value": (">", 0)}
#: Whose users see the app among the apps of a bench.
STAFF = (
    "System Manager",
    "Connect SDR",
    "Connect Sales Agent",
    "Connect Sales Manager",
    "Connect Finance",
    "Connect Warehouse User",
    "Connect Purchasing",
    "Connect Manager",
)


def is_staff() -> bool:
    """Whether the user is one of ours; hook ``add_to_apps_screen``."""
    return not set(STAFF).isdisjoint(frappe.get_roles())


@frappe.whitelist(methods=["GET", "POST"])
def outstanding(filters: Any = None) -> dict[str, Any]:
    """What clients still owe on issued invoices, credit notes apart."""
    wanted = {**OUTSTANDING, "invoice_type": "Invoice"}
    fields = ["outstanding_amount", "exchange_rate"]
    rows = frappe.get_list("Connect Invoice", filters=wanted, fields=fields, limit_page_length=0)
    total = sum(float(row.outstanding_amount) * float(row.exchange_rate or 1) for row in rows)
    return _card(total, "Connect Invoice", wanted)


@frappe.whitelist(methods=["GET", "POST"])
def weighted_pipeline(filters: Any = None) -> dict[str, Any]:
    """What open opportunities are worth, each by its probability, at today's exchange rates."""
    fields = ["weighted_value", "currency"]
    rows = frappe.get_list("Connect Lead", filters=PIPELINE, fields=fields, limit_page_length=0)
    base = _base()
    totals: dict[str, float] = {}
    for row in rows:
        totals[row.currency or base] = totals.get(row.currency or base, 0) + float(row.weighted_value)
    total = sum(value * currency.rate(code, base, frappe.utils.nowdate()) for code, value in totals.items())
    return _card(total, "Connect Lead", PIPELINE)


def _base() -> str:
    return settings.company_currency(settings.default_company())


def _card(value: float, doctype: str, filters: dict[str, Any]) -> dict[str, Any]:
    """What a number card wants: the value, how to write it, and the list behind it."""
    shown = {"value": round(value, 2), "fieldtype": "Currency", "options": _base()}
    return {**shown, "route": ["List", doctype], "route_options": filters}
