"""Numbers of documents: names given at insert, fiscal numbers given at issue, from series that an administrator sets.

A number is taken under the lock of its series' row and written in the same transaction, so a failure leaves no gap and
two users never get the same one. Numbers are never given again, not even after a deletion (Frappe's own series would).
"""

from __future__ import annotations

import datetime

import frappe
from frappe import _

#: The prefix of each document with a number of its own (B "Complete Order Traceability"); configurable in the series.
PREFIXES: dict[str, str] = {
    "Connect Lead": "LEAD-",
    "Connect Opportunity": "OPP-",
    "Connect Proposal": "PRO-",
    "Connect Contract": "CON-",
    "Connect Sales Order": "EST-",
    "Connect Invoice": "INV-",
    "Connect Payment": "PAY-",
    "Connect Request for Quotation": "RFQ-",
    "Connect Vendor Quotation": "Q-",
    "Connect Purchase Order": "PO-",
    "Connect Goods Receipt": "NK-",
    "Connect Vendor Invoice": "VI-",
    "Connect Delivery Note": "XK-",
    "Connect Packing List": "PL-",
}
DEFAULT_PADDING = 3
#: Numbered per company, at issue.
FISCAL = ("Connect Invoice",)
SERIES = "Connect Number Series"


def format_number(prefix: str, number: int, padding: int) -> str:
    """``prefix`` and the number, padded with zeros; a number with more digits simply grows.

    >>> format_number("INV-", 10, 3)
    'INV-010'
    """
    return f"{prefix}{number:0{max(padding, 1)}d}"


def series_name(document_type: str, company: str = "") -> str:
    """The name of the series of a kind of document; fiscal series are per company."""
    return f"{document_type} {company}".strip()


def next_name(document_type: str) -> str:
    """The next name for a document of this kind (no fiscal meaning: names may have gaps after a deletion)."""
    return take(series_name(document_type), document_type)


def take(series: str, document_type: str, company: str = "", date: datetime.date | None = None) -> str:
    """Take the next number of ``series`` under its lock; refuses a ``date`` before the last one numbered.

    A fiscal document passes its date: numbers of a series follow the dates of issue (Codul fiscal art. 319 (20) a).
    """
    row = _locked(series) or _created(series, document_type, company)
    if date and row.last_date and date < row.last_date:
        frappe.throw(
            _("The date {0} is before {1}, the date of the last number of series {2}.").format(
                frappe.format(date, "Date"), frappe.format(row.last_date, "Date"), series
            ),
            title=_("Date"),
        )
    changes = {"next_number": row.next_number + 1}
    if date:
        changes["last_date"] = date
    frappe.db.set_value(SERIES, series, changes, update_modified=False)
    return format_number(row.prefix or "", row.next_number, row.padding or DEFAULT_PADDING)


def _locked(series: str) -> frappe._dict | None:
    return frappe.db.get_value(
        SERIES, series, ["prefix", "padding", "next_number", "last_date"], as_dict=True, for_update=True
    )


def _created(series: str, document_type: str, company: str) -> frappe._dict:
    """Make a missing series; whoever comes second waits for the first and finds it."""
    ensure(document_type, company)
    return _locked(series)


def ensure(document_type: str, company: str = "") -> None:
    """Make the series of a kind of document (fiscal ones per company) unless it stands."""
    if frappe.db.exists(SERIES, series_name(document_type, company)):
        return
    doc = frappe.new_doc(SERIES)
    doc.update({"document_type": document_type, "company": company or None, "prefix": PREFIXES[document_type]})
    doc.update({"padding": DEFAULT_PADDING, "next_number": 1})
    doc.flags.ignore_permissions = True
    doc.insert(ignore_if_duplicate=True)


def ensure_all() -> None:
    """Make the series of every document whose number has no fiscal meaning, for an administrator to see and change."""
    for document_type in PREFIXES:
        if document_type not in FISCAL:
            ensure(document_type)
