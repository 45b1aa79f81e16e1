"""Contracts: optional, sent for signature and marked as signed on paper (row 116); the signing page comes later."""

from __future__ import annotations

import datetime

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, settings, states
from crmconnect.parties import service as parties
from crmconnect.portal import mail


def prepare(doc: Document) -> None:
    """``validate``: a status, and an end that is not before the start; a signed contract keeps its text."""
    doc.company = doc.company or settings.default_company()
    if not doc.contract_status:
        doc.contract_status = first_status()
    if doc.start_date and doc.end_date and frappe.utils.getdate(doc.end_date) < frappe.utils.getdate(doc.start_date):
        text = _("{0} cannot be before {1}.")
        frappe.throw(text.format(_(doc.meta.get_label("end_date")), _(doc.meta.get_label("start_date"))))
    stored = doc.get_doc_before_save()
    if stored and stored.signed_on and not states.is_service(doc):
        _refuse_change_of_signed(doc, stored)


def _refuse_change_of_signed(doc: Document, stored: Document) -> None:
    locked = ("subject", "client", "company", "start_date", "end_date", "contract_value", "currency", "content")
    for df in (doc.meta.get_field(fieldname) for fieldname in locked):
        if states.differs(doc, stored, df):
            frappe.throw(_("{0} cannot be changed: the contract is signed.").format(_(df.label)), title=_("Signed"))


def first_status() -> str | None:
    """The status in which a contract starts, by position."""
    found = frappe.get_all(
        "Connect Contract Status", filters={"disabled": 0}, order_by="position, creation", pluck="name", limit=1
    )
    return found[0] if found else None


def obstacle_to_signing(doc: Document) -> str:
    """Why the contract cannot be signed now, "" when it can."""
    return _("The contract was signed by {0} on {1}.").format(doc.signed_by, doc.signed_on) if doc.signed_on else ""


def send(doc: Document) -> None:
    """E-mail the contract as a PDF to the client."""
    address = parties.email_of(doc.client)
    mail.require_address(address, "Connect Client", doc.client)
    mail.require_outgoing()
    doc.db_set("sent_at", clock.now())
    states.note(doc, _("Sent to {0}").format(address))
    mail.send_document(doc, address, pdf=True)


def sign_manually(doc: Document, signed_by: str, signed_on: datetime.date | None = None, file: str = "") -> None:
    """Mark as signed on paper, with signer, date and the scanned document; the contract becomes active."""
    day = frappe.utils.getdate(signed_on) if signed_on else clock.today()
    if day > clock.today():
        frappe.throw(_("{0} must not be in the future.").format(_(doc.meta.get_label("signed_on"))))
    signer = signed_by or frappe.db.get_value("Connect Client", doc.client, "client_name")
    changes = {"signed_on": day, "signed_by": signer, "signed_file": file or None}
    if frappe.db.exists("Connect Contract Status", "Active"):
        changes["contract_status"] = "Active"
    doc.db_set(changes)
    states.note(doc, _("Signed by {0}").format(signer))


def refuse_delete(doc: Document) -> None:
    """``on_trash``: a contract that was sent or signed is kept; the proposal forgets a deleted draft."""
    if doc.signed_on or doc.sent_at:
        frappe.throw(_("{0} was sent or signed and cannot be deleted.").format(doc.name), title=_("Cannot delete"))
    if doc.proposal:
        frappe.db.set_value("Connect Proposal", doc.proposal, "contract", None)
