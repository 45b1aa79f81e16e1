"""Payments: what a client paid, which invoices it settles, what stays on his account."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, currency, events, history, money, settings, states
from crmconnect.invoicing import service as invoicing
from crmconnect.payments import rules


def prepare(doc: Document) -> None:
    """``validate`` of a draft: amount, currency and the invoices named."""
    if money.decimal(doc.amount) <= 0:
        frappe.throw(_("{0} must be more than 0.").format(_(doc.meta.get_label("amount"))), title=_("Payment"))
    doc.date = doc.date or clock.today()
    if frappe.utils.getdate(doc.date) > clock.today():
        frappe.throw(_("{0} must not be in the future.").format(_(doc.meta.get_label("date"))))
    doc.company = doc.company or settings.default_company()
    doc.amount = float(money.amount(doc.amount))
    _check_invoices(doc)
    doc.currency = doc.currency or frappe.db.get_value("Connect Client", doc.client, "currency") or "RON"
    base = settings.company_currency(doc.company)
    doc.exchange_rate = doc.exchange_rate if doc.exchange_rate and doc.currency != base else None
    doc.exchange_rate = doc.exchange_rate or currency.rate(doc.currency, base, doc.date)
    doc.base_amount = float(money.amount(money.decimal(doc.amount) * money.decimal(doc.exchange_rate)))
    _set_sums(doc)


def _check_invoices(doc: Document) -> None:
    if not doc.allocations:
        return
    fields = ["name", "number", "client", "currency", "company", "docstatus", "invoice_type"]
    names = [row.invoice for row in doc.allocations]
    found = {row.name: row for row in frappe.get_all("Connect Invoice", {"name": ("in", names)}, fields)}
    if len(set(names)) < len(names):
        frappe.throw(_("An invoice is named twice among the invoices settled."), title=_("Payment"))
    for row in doc.allocations:
        invoice = found.get(row.invoice)
        if not invoice or invoice.docstatus != 1 or invoice.invoice_type != "Invoice":
            frappe.throw(_("Row {0}: only an issued invoice can be settled.").format(row.idx), title=_("Payment"))
        doc.currency = doc.currency or invoice.currency
        if invoice.client != doc.client:
            frappe.throw(_("Row {0}: invoice {1} is another client's.").format(row.idx, invoice.number))
        if invoice.currency != doc.currency:
            text = _("Row {0}: invoice {1} is in {2}; a payment settles invoices of its own currency.")
            frappe.throw(text.format(row.idx, invoice.number, invoice.currency), title=_("Currency"))
        if money.decimal(row.amount) <= 0:
            frappe.throw(_("Row {0}: {1} must be more than 0.").format(row.idx, _(row.meta.get_label("amount"))))
        row.currency = doc.currency


def _set_sums(doc: Document) -> None:
    allocated = sum((money.amount(row.amount) for row in doc.allocations), money.ZERO)
    if allocated > money.decimal(doc.amount):
        frappe.throw(
            _("The invoices settled ({0}) exceed the amount paid ({1}).").format(allocated, doc.amount),
            title=_("Payment"),
        )
    doc.allocated_amount = float(allocated)
    doc.unallocated_amount = float(money.decimal(doc.amount) - allocated)


def allocate(doc: Document) -> None:
    """``before_submit``: settle at most what is open; what is over stays as an advance (decision C20).

    The invoices are locked in the order of their names, so that two payments never wait for each other.
    """
    names = sorted(row.invoice for row in doc.allocations)
    invoices = {name: frappe.get_doc("Connect Invoice", name, for_update=True) for name in names}
    claims = [
        rules.Claim(row.invoice, money.amount(row.amount), money.decimal(invoices[row.invoice].outstanding_amount))
        for row in doc.allocations
    ]
    settled = rules.split(money.decimal(doc.amount), claims).settled
    doc.set("allocations", [row for row in doc.allocations if settled.get(row.invoice)])
    for row in doc.allocations:
        row.amount, row.allocated_on = float(settled[row.invoice]), doc.date
    _set_sums(doc)
    doc.flags.invoices = invoices


def after_submit(doc: Document) -> None:
    """``on_submit``: the invoices' status, the client's history, and the areas that follow."""
    for row in doc.allocations:
        _settle(doc.flags.invoices[row.invoice], doc, row.amount)
    if doc.unallocated_amount:
        _tell_client(doc, _("Advance of {0} received ({1})").format(_money(doc.unallocated_amount, doc), doc.name))
    events.publish("payment_received", doc)


def _settle(invoice: Document, payment: Document, amount: float) -> None:
    invoicing.settle(invoice)
    text = _("{0} received for invoice {1} ({2}): {3}")
    _tell_client(
        payment, text.format(_money(amount, payment), invoice.number, payment.name, _(invoice.status))
    )


def _tell_client(doc: Document, text: str) -> None:
    history.write("Connect Client", doc.client, text)


def _money(amount: float, doc: Document) -> str:
    return frappe.utils.fmt_money(amount, currency=doc.currency)


def reverse(doc: Document) -> None:
    """``on_cancel``: the invoices are open again."""
    for name in sorted(row.invoice for row in doc.allocations):
        invoicing.settle(frappe.get_doc("Connect Invoice", name, for_update=True))
    _tell_client(doc, _("Payment {0} of {1} was cancelled").format(doc.name, _money(doc.amount, doc)))
    events.publish("payment_cancelled", doc)


def record(
    invoice: Document, amount: float, date: datetime.date | str, payment_mode: str | None, reference: str = ""
) -> Document:
    """A submitted payment on one invoice (row 178); more than the balance becomes an advance."""
    if not payment_mode:
        frappe.throw(_("{0} is required.").format(_("Payment method")), frappe.MandatoryError)
    if money.decimal(amount) <= 0:
        frappe.throw(_("{0} must be more than 0.").format(_("Amount")), title=_("Record Payment"))
    payment = frappe.new_doc("Connect Payment")
    payment.update({"client": invoice.client, "company": invoice.company, "currency": invoice.currency})
    payment.update({"date": date, "amount": amount, "payment_mode": payment_mode, "reference": reference})
    part = min(money.amount(amount), money.decimal(invoice.outstanding_amount))
    payment.append("allocations", {"invoice": invoice.name, "amount": float(part)})
    payment.docstatus = 1
    states.as_service(payment).insert()
    if missing := money.decimal(invoice.outstanding_amount) - part:
        text = _("{0} of invoice {1} is still to be paid.")
        frappe.msgprint(text.format(_money(float(missing), payment), invoice.number), indicator="orange", alert=True)
    return payment


def obstacle_to_advance(doc: Document) -> str:
    """Why nothing of the payment can be applied, "" when something can."""
    if doc.docstatus != 1:
        return _("The payment is not submitted.")
    return "" if doc.unallocated_amount > 0 else _("Nothing of payment {0} is left.").format(doc.name)


def apply_advance(doc: Document, invoice: str, amount: float | None = None) -> None:
    """Apply what is left of a payment to an invoice of the same client and currency; both go down (row 182)."""
    target = frappe.get_doc("Connect Invoice", invoice, for_update=True)
    _check_target(doc, target)
    asked = money.amount(amount) if amount else money.decimal(doc.unallocated_amount)
    if asked <= 0 or asked > money.decimal(doc.unallocated_amount):
        frappe.throw(_("{0} must be between 0 and {1}.").format(_("Amount"), doc.unallocated_amount))
    part = min(asked, money.decimal(target.outstanding_amount))
    _add_allocation(doc, target.name, float(part))
    doc.db_set(
        {
            "allocated_amount": float(money.decimal(doc.allocated_amount) + part),
            "unallocated_amount": float(money.decimal(doc.unallocated_amount) - part),
        }
    )
    _settle(target, doc, float(part))


def _check_target(doc: Document, target: Document) -> None:
    if target.docstatus != 1 or target.invoice_type != "Invoice" or target.outstanding_amount <= 0:
        frappe.throw(_("Only an issued invoice with an open balance can be settled."), title=_("Apply advance"))
    if target.client != doc.client:
        frappe.throw(_("Invoice {0} is another client's.").format(target.number), title=_("Apply advance"))
    if target.currency != doc.currency:
        text = _("Invoice {0} is in {1}; a payment settles invoices of its own currency.")
        frappe.throw(text.format(target.number, target.currency), title=_("Currency"))


def _add_allocation(doc: Document, invoice: str, amount: float) -> None:
    for row in doc.allocations:
        if row.invoice == invoice:
            row.db_set("amount", float(money.decimal(row.amount) + money.decimal(amount)))
            return
    values: dict[str, Any] = {"invoice": invoice, "amount": amount, "currency": doc.currency}
    row = doc.append("allocations", {**values, "allocated_on": clock.today(), "docstatus": 1})
    row.db_insert()
