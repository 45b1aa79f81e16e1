"""What templates of e-mails, PDFs and pages may call: amounts, dates and VAT as the reader writes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from babel.dates import format_date
from babel.numbers import format_decimal
from frappe.model.document import Document

from crmconnect.core import counties, lines


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """Within the block texts, amounts and dates are written in ``language``, whoever is logged in."""
    before, frappe.local.lang = frappe.local.lang, language
    try:
        yield
    finally:
        frappe.local.lang = before


def _locale() -> str:
    return "ro" if (frappe.local.lang or "ro").startswith("ro") else "en"


def connect_amount(value: float | None, currency: str | None = None) -> str:
    """An amount with two decimals and its currency, as the reader's language writes it: ``1.234,50 RON``."""
    text = format_decimal(value or 0, format="#,##0.00", locale=_locale())
    return f"{text} {currency}" if currency else text


def connect_number(value: float | None) -> str:
    """A quantity, price or rate without needless zeros."""
    return format_decimal(value or 0, format="#,##0.####", locale=_locale())


def connect_price(value: float | None) -> str:
    """A price per unit with two to four decimals: ``62,50``."""
    return format_decimal(value or 0, format="#,##0.00##", locale=_locale())


def connect_date(value: Any) -> str:
    """A date as the reader writes it: ``22.11.2026`` or ``22 Nov 2026``."""
    if not value:
        return ""
    pattern = "dd.MM.yyyy" if _locale() == "ro" else "d MMM yyyy"
    return format_date(frappe.utils.getdate(value), format=pattern, locale=_locale())


def connect_taxes(doc: Document) -> list[dict[str, Any]]:
    """The VAT breakdown of a priced document: rate, taxable amount and VAT per row."""
    return [
        {"rate": float(g.tax_rate), "category": g.vat_category, "taxable": float(g.taxable), "tax": float(g.tax_amount)}
        for g in lines.totals_of(doc).groups
    ]


def connect_party(doctype: str, name: str | None) -> dict[str, Any]:
    """Name, address and numbers of a company or client for the head of a document."""
    if not name:
        return {}
    party = frappe.get_cached_doc(doctype, name)
    return {**party.as_dict(), "address": address_of(party)}


def address_of(party: Document) -> str:
    """A party's address in one line, empty parts left out."""
    place = " ".join(filter(None, (party.postal_code, party.city)))
    country = party.country if party.country != "RO" else ""
    return ", ".join(filter(None, (party.address_line, place, counties.written(party.county), country)))


def connect_county(code: str | None) -> str:
    """A county as addresses write it: ``jud. Cluj``."""
    return counties.written(code)


def connect_t(romanian: str, english: str) -> str:
    """One of two texts by the reader's language, for templates whose sentences are whole."""
    return romanian if _locale() == "ro" else english
