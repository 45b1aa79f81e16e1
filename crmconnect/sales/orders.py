"""Sales orders: confirmation, refusal, expiry, and the invoices made of them."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum

from crmconnect.core import clock, events, history, lines, notify, retry, settings, states
from crmconnect.parties import service as parties
from crmconnect.portal import links, mail
from crmconnect.sales import rules
from crmconnect.sales.machines import ORDER


def prepare(doc: Document) -> None:
    """``validate``: dates, warehouse, lines and totals."""
    doc.date = doc.date or clock.today()
    if not doc.expiry_date and doc.is_new():
        doc.expiry_date = frappe.utils.add_days(doc.date, settings.get("order_validity_days") or 30)
    if doc.expiry_date and frappe.utils.getdate(doc.expiry_date) < frappe.utils.getdate(doc.date):
        text = _("{0} cannot be before {1}.")
        frappe.throw(text.format(_(doc.meta.get_label("expiry_date")), _(doc.meta.get_label("date"))))
    doc.warehouse = doc.warehouse or settings.get("default_warehouse")
    doc.invoicing_policy = doc.invoicing_policy or "On order"
    lines.prepare(doc)
    for row in doc.items:
        row.warehouse = row.warehouse or doc.warehouse


def send(doc: Document) -> None:
    """E-mail the private link to the client and mark as sent."""
    lines.require_lines(doc)
    address = parties.email_of(doc.client)
    mail.require_address(address, "Connect Client", doc.client)
    mail.require_outgoing()
    if rules.is_expired(doc.expiry_date and frappe.utils.getdate(doc.expiry_date), clock.today()):
        frappe.throw(_("{0} has passed; set a later one first.").format(_(doc.meta.get_label("expiry_date"))))
    states.move(doc, "send", sent_at=clock.now())
    mail.send_document(doc, address, links.url(links.link_of(doc)))


def accept(doc: Document, reason: str = "", by: str = "") -> None:
    """Confirm the order: from here on it is promised (row 127)."""
    lines.require_lines(doc)
    _decide(doc, "accept", reason, by)
    if by:
        notify.responsible(doc, _("The client accepted order {0}").format(doc.name))
    events.publish("order_accepted", doc, by_client=bool(by))


def decline(doc: Document, reason: str = "", by: str = "") -> None:
    """Decline with the reason; refused once something was invoiced."""
    if doc.invoice:
        frappe.throw(
            _("Order {0} was invoiced ({1}); cancel or credit the invoice first.").format(doc.name, doc.invoice),
            title=_("Decline"),
        )
    _decide(doc, "decline", reason, by)
    if by:
        notify.responsible(doc, _("The client declined order {0}: {1}").format(doc.name, reason or "—"))
    events.publish("order_declined", doc)


def _decide(doc: Document, action: str, reason: str, by: str) -> None:
    who = by or frappe.utils.get_fullname(frappe.session.user)
    reason = (reason or "").strip()[:2000]
    states.move(doc, action, reason, decided_at=clock.now(), decided_by=who[:140], decision_reason=reason or None)


def is_expired(doc: Document) -> bool:
    """Whether the validity date has passed."""
    return rules.is_expired(doc.expiry_date and frappe.utils.getdate(doc.expiry_date), clock.today())


def invoiced_quantities(order: str) -> dict[str, float]:
    """How much of each order line stands on invoices that are not cancelled (drafts count: nothing is billed twice).

    Reads under locks, so that it sees what another invoice of the order just committed.
    """
    row, head = frappe.qb.DocType("Connect Invoice Item"), frappe.qb.DocType("Connect Invoice")
    query = (
        frappe.qb.from_(row)
        .join(head)
        .on(row.parent == head.name)
        .where((head.sales_order == order) & (head.docstatus < 2) & (head.invoice_type == "Invoice"))
        .groupby(row.sales_order_item)
        .select(row.sales_order_item, Sum(row.qty))
    )
    return {name: qty for name, qty in query.for_update().run() if name}


def remaining(doc: Document) -> dict[str, Any]:
    """What is left to invoice of each line of the order."""
    return rules.remaining({row.name: row.qty for row in doc.items}, invoiced_quantities(doc.name))


def obstacle_to_invoice(doc: Document) -> str:
    """Why the order cannot be invoiced now, "" when it can."""
    if doc.status != "Accepted":
        return _("Only an accepted order can be invoiced; this one is {0}.").format(_(doc.status))
    if doc.is_fully_invoiced:
        return _("The order is fully invoiced ({0}).").format(doc.invoice)
    return ""


def convert_to_invoice(doc: Document) -> Document:
    """A draft invoice of everything not invoiced yet, each line linked to its order line (rows 132, 133, 138)."""
    left = remaining(doc)
    if not left:
        frappe.throw(_("The order is fully invoiced ({0}).").format(doc.invoice), title=_("Invoice"))
    invoice = frappe.new_doc("Connect Invoice")
    lines.copy_head(doc, invoice)
    invoice.update(
        {"sales_order": doc.name, "proposal": doc.proposal, "terms": doc.terms, "warehouse": doc.warehouse}
    )
    lines.copy_lines(doc, invoice, "sales_order_item", {name: float(qty) for name, qty in left.items()})
    states.as_service(invoice).insert(ignore_permissions=True)
    states.note(doc, _("Converted to {0} {1}").format(_("Connect Invoice"), invoice.name))
    states.note(invoice, _("Created from order {0}").format(doc.name))
    return invoice


def refresh_invoiced(order: str) -> None:
    """Bring the order's invoiced quantities and its link to the first living invoice up to date."""
    doc = frappe.get_doc("Connect Sales Order", order, for_update=True)
    invoiced = invoiced_quantities(order)
    changed = {
        row.name: {"invoiced_qty": qty}
        for row in doc.items
        if (qty := frappe.utils.flt(invoiced.get(row.name), 3)) != frappe.utils.flt(row.invoiced_qty, 3)
    }
    if changed:
        frappe.db.bulk_update("Connect Sales Order Item", changed)
    first = frappe.get_all(
        "Connect Invoice",
        filters={"sales_order": order, "docstatus": ("<", 2), "invoice_type": "Invoice"},
        order_by="creation",
        limit=1,
        fields=["name", "creation"],
    )
    left = rules.remaining({row.name: row.qty for row in doc.items}, invoiced)
    doc.db_set(
        {
            "invoice": first[0].name if first else None,
            "invoiced_date": first[0].creation if first else None,
            "is_fully_invoiced": int(bool(first) and not left),
        }
    )


def on_invoice_changed(invoice: Document, event: str | None = None) -> None:
    """``on_update``, ``on_cancel``, ``after_delete`` of invoices: what the order shows as invoiced."""
    if not invoice.sales_order or invoice.invoice_type != "Invoice":
        return
    before = invoice.get_doc_before_save() if event == "on_update" else None
    if before and _quantities(before) == _quantities(invoice):
        return
    refresh_invoiced(invoice.sales_order)


def _quantities(invoice: Document) -> list[tuple[str | None, float]]:
    return [(row.sales_order_item, frappe.utils.flt(row.qty, 3)) for row in invoice.items]


def convert_on_client_accept(order: Document, by_client: bool = False) -> None:
    """``order_accepted``: the invoice follows by itself when the client accepted and the setting says so (row 131)."""
    if by_client and settings.get("estimate_auto_convert_to_invoice_on_client_accept"):
        convert_to_invoice(order)


def on_invoice_paid(invoice: Document) -> None:
    """``invoice_paid``: the order's history ends with the client's payment (row 188)."""
    if invoice.sales_order and invoice.invoice_type == "Invoice":
        text = _("Client payment received: invoice {0}, {1}")
        amount = frappe.utils.fmt_money(invoice.grand_total, currency=invoice.currency)
        history.write("Connect Sales Order", invoice.sales_order, text.format(invoice.number, amount))


def expire_orders() -> int:
    """Nightly: draft and sent orders past their date become Expired; the number of those (row 128)."""
    return retry.on_lost_lock(_expire_orders)


def _expire_orders() -> int:
    names = frappe.get_all(
        "Connect Sales Order",
        filters={"status": ("in", ORDER.sources("expire")), "expiry_date": ("<", clock.today())},
        pluck="name",
        order_by="creation",
    )
    for name in names:
        order = frappe.get_doc("Connect Sales Order", name, for_update=True)
        if states.can(order, "expire") and is_expired(order):
            states.move(order, "expire")
    return len(names)
