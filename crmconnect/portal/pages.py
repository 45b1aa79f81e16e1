"""The private pages of documents: what a client sees under his link and what he may answer.

Reading works without JavaScript; answers are plain forms. Whatever is wrong with a link, the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce

from crmconnect.core import clock, states
from crmconnect.portal import links, visitors
from crmconnect.sales import orders, proposals
from crmconnect.sales.machines import OPEN_PROPOSAL


@dataclass(frozen=True)
class Page:
    """How one DocType is shown: its template and the answers a client may give, by form name."""

    template: str
    hidden_in: tuple[str, ...]
    answers: dict[str, Callable[[Document, str, str], Any]]


PAGES = {
    "Connect Proposal": Page(
        "crmconnect/templates/portal/proposal.html",
        ("Draft",),
        {
            "accept": lambda doc, text, by: proposals.accept(doc, "", by),
            "reject": lambda doc, text, by: proposals.reject(doc, text, by),
            "request_changes": lambda doc, text, by: proposals.revise(doc, text, by),
        },
    ),
    "Connect Sales Order": Page(
        "crmconnect/templates/portal/order.html",
        ("Draft",),
        {
            "accept": lambda doc, text, by: orders.accept(doc, "", by),
            "decline": lambda doc, text, by: orders.decline(doc, text, by),
        },
    ),
    "Connect Invoice": Page("crmconnect/templates/portal/invoice.html", ("Draft",), {}),
}


class NotAvailable(frappe.DoesNotExistError):
    """The link opens nothing (any more); the page says so without telling why."""


def open_document(token: str) -> tuple[Document, frappe._dict, Page]:
    """The document under a private link; NotAvailable when there is none that a client may see."""
    link = links.resolve(token, clock.today())
    page = PAGES.get(link.document_type) if link else None
    if not page or not frappe.db.exists(link.document_type, link.document_name):
        raise NotAvailable
    doc = frappe.get_doc(link.document_type, link.document_name)
    if doc.status in page.hidden_in:
        raise NotAvailable
    return doc, link, page


def record_opening(doc: Document, link: frappe._dict) -> None:
    """The client opened the page: remembered on the link, and a sent proposal becomes Reviewed (row 88).

    Staff, mail scanners, prefetch and HEAD do not count. A GET is rolled back otherwise, hence the flag.
    """
    if not visitors.is_client():
        return
    now = clock.now()
    table = frappe.qb.DocType(links.DOCTYPE)
    update = frappe.qb.update(table).set(table.last_opened_at, now).set(table.open_count, table.open_count + 1)
    update.set(table.first_opened_at, Coalesce(table.first_opened_at, now)).where(table.name == link.name).run()
    if doc.doctype == "Connect Proposal" and proposals.record_view(doc):
        doc.reload()
    frappe.local.flags.commit = True


def answer(doc: Document, page: Page, form: dict[str, Any]) -> str:
    """Take the client's answer from a posted form; the sentence to show him. Refusals are thrown as ValidationError."""
    name = str(form.get("answer") or "")
    act = page.answers.get(name)
    if not act:
        frappe.throw(_("This answer is not known."))
    locked = states.locked(doc)
    if not may_answer(locked):
        frappe.throw(_("This document was answered already or is no longer open."))
    if name == "accept":
        refuse_expired(locked)
    text = str(form.get("reason") or form.get("comment") or "").replace("\x00", "").strip()[:2000]
    if name == "request_changes" and not text:
        frappe.throw(_("Write what should change."), frappe.MandatoryError)
    act(locked, text, _signer(form))
    frappe.local.flags.commit = True
    return _("Thank you. Your answer was recorded.")


def _signer(form: dict[str, Any]) -> str:
    """Who answers: the name given; beside it our own user when it is one who fills in the form for the client."""
    by = str(form.get("signed_by") or "").replace("\x00", "").strip()[:100] or _("Client")
    if visitors.is_staff():
        by = _("{0}, entered by {1}").format(by, frappe.utils.get_fullname(frappe.session.user))
    return by[:140]


def refuse_expired(doc: Document) -> None:
    """A client accepts only what is still valid (row 94)."""
    if doc.doctype == "Connect Proposal" and proposals.is_expired(doc):
        day = frappe.format(doc.open_till, "Date")
        frappe.throw(_("This proposal expired on {0} and can no longer be accepted.").format(day))
    if doc.doctype == "Connect Sales Order" and orders.is_expired(doc):
        day = frappe.format(doc.expiry_date, "Date")
        frappe.throw(_("This order expired on {0} and can no longer be accepted.").format(day))


def may_answer(doc: Document) -> bool:
    """Whether the page shows its forms: the client has not answered yet."""
    if doc.doctype == "Connect Proposal":
        return doc.status in OPEN_PROPOSAL
    return doc.doctype == "Connect Sales Order" and doc.status == "Sent"


def may_accept(doc: Document) -> bool:
    """Whether the page offers to accept: open and still valid."""
    expired = proposals.is_expired(doc) if doc.doctype == "Connect Proposal" else orders.is_expired(doc)
    return may_answer(doc) and not expired


def is_shown_whole(doc: Document) -> bool:
    """Whether lines, PDF and files are shown: not while a proposal is being revised, its new version is unfinished."""
    return doc.status != "Revised"


def files_of(doc: Document) -> list[dict[str, str]]:
    """The files that the client may see, each under an address of his link."""
    return [
        {"title": row.title or row.file.rsplit("/", 1)[-1], "row": row.name}
        for row in doc.get("files") or []
        if row.visible_to_client
    ]
