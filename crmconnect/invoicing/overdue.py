"""Nightly: invoices past their due date become Overdue; the client is reminded once, where the setting says so."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, retry, settings, states
from crmconnect.invoicing import service
from crmconnect.parties import service as parties
from crmconnect.portal import links, mail


def run() -> int:
    """Settle what fell due, partly paid invoices too (row 145), and remind; running twice changes nothing more."""
    return retry.on_lost_lock(_run)


def _run() -> int:
    names = frappe.get_all(
        "Connect Invoice",
        filters={
            "docstatus": 1,
            "status": ("in", ("Unpaid", "Partially Paid")),
            "due_date": ("<", clock.today()),
        },
        pluck="name",
        order_by="due_date",
    )
    for name in names:
        invoice = frappe.get_doc("Connect Invoice", name, for_update=True)
        service.settle(invoice)
        remind(invoice)
    return len(names)


def remind(invoice: Document) -> None:
    """One reminder by e-mail for an overdue invoice, if configured; the history shows it (row 151)."""
    if invoice.status != "Overdue" or invoice.reminded_at or not settings.get("send_overdue_reminders"):
        return
    address = parties.email_of(invoice.client)
    if not address:
        return
    invoice.db_set("reminded_at", clock.now())
    states.note(invoice, _("Reminder sent to {0}").format(address))
    mail.send_document(invoice, address, links.url(links.link_of(invoice)), template="Connect Overdue Reminder")
