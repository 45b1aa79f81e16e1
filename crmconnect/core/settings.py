"""The app's settings, read once per request from the cached single document."""

from __future__ import annotations

from typing import Any

import frappe

DOCTYPE = "Connect Settings"


def get(fieldname: str) -> Any:
    """The value of one setting."""
    return frappe.get_cached_doc(DOCTYPE).get(fieldname)


def default_company() -> str | None:
    """The company of new documents: the setting's, else the only one there is."""
    if company := get("default_company"):
        return company
    companies = frappe.get_all("Connect Company", pluck="name", limit=2)
    return companies[0] if len(companies) == 1 else None


def company_currency(company: str | None) -> str:
    """The currency in which a company keeps its books."""
    return (company and frappe.get_cached_value("Connect Company", company, "currency")) or "RON"
