"""What may be asked of an invoice: roles, arguments and what sending and paying do."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, states
from crmconnect.core.actions import Argument
from crmconnect.parties import service as parties
from crmconnect.portal import links, mail

FINANCE = ("Connect Finance",)
MAY_SEND = ("Connect Finance", "Connect Sales Agent", "Connect Sales Manager")
NOT_ISSUED = "Issue the invoice first."

REASON = (Argument("reason", "Reason", "Small Text"),)


def default_mode(_doc: Document | None = None) -> str | None:
    """The payment mode that a new payment starts with: the first bank mode."""

    def find() -> str:
        return frappe.db.get_value("Connect Payment Mode", {"kind": "Bank"}, "name", order_by="creation") or ""

    return frappe.cache.get_value("connect_default:Connect Payment Mode", find) or None


PAYMENT = (
    Argument("amount", "Amount", "Currency", default=lambda doc: doc.outstanding_amount),
    Argument("date", "Date", "Date", default=lambda doc: str(clock.today())),
    Argument("payment_mode", "Payment method", "Link", "Connect Payment Mode", default=default_mode),
    Argument("reference", "Reference"),
)


def is_issued(doc: Document) -> bool:
    """Issued and not cancelled."""
    return doc.docstatus == 1


def obstacle_to_payment(doc: Document) -> str:
    """Why no payment can be recorded, "" when one can."""
    if doc.docstatus != 1 or doc.invoice_type != "Invoice":
        return _("Payments are recorded on issued invoices.")
    return "" if doc.outstanding_amount > 0 else _("Invoice {0} is settled.").format(doc.number)


def send(doc: Document) -> None:
    """E-mail the invoice as a PDF with its private link; sending is a fact beside the status (decision C1)."""
    address = parties.email_of(doc.client)
    mail.require_address(address, "Connect Client", doc.client)
    mail.require_outgoing()
    doc.db_set({"sent_at": clock.now(), "sent_to": address})
    states.note(doc, _("Sent to {0}").format(address))
    mail.send_document(doc, address, links.url(links.link_of(doc)), pdf=True)
