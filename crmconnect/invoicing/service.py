"""Invoices: drafting, issue with a gapless number, settlement, cancellation and credit notes."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum

from crmconnect.core import clock, events, lines, money, numbering, settings, states
from crmconnect.invoicing import parties_copy, rules


def prepare(doc: Document) -> None:
    """``validate`` of a draft: type, dates, lines, totals and VAT breakdown."""
    doc.invoice_type = doc.invoice_type or "Invoice"
    doc.date = doc.date or clock.today()
    doc.warehouse = doc.warehouse or settings.get("default_warehouse")
    _check_credit(doc)
    _set_due_date(doc)
    lines.prepare(doc)
    for row in doc.items:
        row.warehouse = row.warehouse or doc.warehouse
    set_taxes(doc)
    doc.outstanding_amount = doc.grand_total
    doc.title = doc.number or "Draft"
    doc.client_name = frappe.get_cached_value("Connect Client", doc.client, "client_name") if doc.client else None


def _check_credit(doc: Document) -> None:
    is_credit = doc.invoice_type == "Credit Note"
    if is_credit != bool(doc.credited_invoice):
        label = _(doc.meta.get_label("credited_invoice"))
        text = _("{0} is required on a credit note.") if is_credit else _("{0} belongs to credit notes only.")
        frappe.throw(text.format(label), frappe.MandatoryError if is_credit else frappe.ValidationError)
    if is_credit:
        _check_against_credited(doc)


def _check_against_credited(doc: Document) -> None:
    fields = ["docstatus", "client", "currency", "company", "invoice_type"]
    credited = frappe.db.get_value("Connect Invoice", doc.credited_invoice, fields, as_dict=True)
    if not credited or credited.docstatus != 1 or credited.invoice_type != "Invoice":
        frappe.throw(_("Only an issued invoice can be credited."), title=_("Credit Note"))
    for fieldname in ("client", "currency", "company"):
        if doc.get(fieldname) and doc.get(fieldname) != credited.get(fieldname):
            label = _(doc.meta.get_label(fieldname))
            frappe.throw(_("{0} must be that of the credited invoice.").format(label), title=_("Credit Note"))
        doc.set(fieldname, credited.get(fieldname))


def _set_due_date(doc: Document) -> None:
    date = frappe.utils.getdate(doc.date)
    if not doc.due_date:
        days = doc.client and frappe.get_cached_value("Connect Client", doc.client, "payment_terms_days")
        doc.due_date = rules.due_date(date, days or settings.get("payment_terms_days") or 0)
    if frappe.utils.getdate(doc.due_date) < date:
        text = _("{0} cannot be before {1}.")
        frappe.throw(text.format(_(doc.meta.get_label("due_date")), _(doc.meta.get_label("date"))))


def set_taxes(doc: Document) -> None:
    """The VAT breakdown (BG-23) as rows."""
    exchange_rate = money.decimal(doc.exchange_rate)
    doc.set("taxes", [])
    for group in lines.totals_of(doc).groups:
        doc.append(
            "taxes",
            {
                "tax": group.tax or None,
                "vat_category": group.vat_category,
                "tax_rate": float(group.tax_rate),
                "taxable_amount": float(group.taxable),
                "tax_amount": float(group.tax_amount),
                "base_tax_amount": float(money.amount(group.tax_amount * exchange_rate)),
                "currency": doc.currency,
            },
        )


def issue(doc: Document) -> None:
    """``before_submit``: everything that makes it a fiscal document; the number last, under its series' lock."""
    lines.require_lines(doc)
    if not doc.company:
        label = _(doc.meta.get_label("company"))
        frappe.throw(_("{0} is required to issue an invoice.").format(label), frappe.MandatoryError)
    if doc.invoice_type == "Credit Note":
        _check_credit_amount(doc)
    parties_copy.copy_parties(doc)
    date = frappe.utils.getdate(doc.date)
    if date > clock.today():
        frappe.throw(_("{0} must not be in the future.").format(_(doc.meta.get_label("date"))))
    series = doc.series or numbering.series_name("Connect Invoice", doc.company)
    doc.number = numbering.take(series, "Connect Invoice", doc.company, date)
    doc.title = doc.number
    doc.outstanding_amount = doc.grand_total
    doc.flags.issued_overdue = frappe.utils.getdate(doc.due_date) < clock.today()


def _check_credit_amount(doc: Document) -> None:
    """Credit notes together never exceed the invoice; the invoice's lock is taken first."""
    invoice = frappe.get_doc("Connect Invoice", doc.credited_invoice, for_update=True)
    filters = {"credited_invoice": invoice.name, "docstatus": 1}
    earlier = frappe.get_all("Connect Invoice", filters=filters, pluck="grand_total")
    total = sum((money.decimal(value) for value in earlier), money.decimal(doc.grand_total))
    if total > money.decimal(invoice.grand_total):
        frappe.throw(
            _("Together the credit notes would exceed invoice {0} ({1}).").format(
                invoice.number, frappe.utils.fmt_money(invoice.grand_total, currency=invoice.currency)
            ),
            title=_("Credit Note"),
        )


def after_issue(doc: Document) -> None:
    """``on_submit``: settle what a credit note settles, then tell the areas that follow."""
    if doc.invoice_type == "Credit Note":
        settle(frappe.get_doc("Connect Invoice", doc.credited_invoice, for_update=True))
        settle(doc)
    elif doc.flags.issued_overdue or not doc.grand_total:
        settle(doc)
    events.publish("invoice_issued", doc)


def settle(doc: Document) -> None:
    """Recompute what is paid, credited and open on an issued invoice, and the status that follows.

    The sums are read anew from payments and credit notes, so that settling twice changes nothing.
    """
    paid = paid_on(doc.name)
    credited = credited_on(doc, paid)
    outstanding = money.decimal(doc.grand_total) - paid - credited
    status = rules.status_of(outstanding, paid + credited, frappe.utils.getdate(doc.due_date), clock.today())
    values = {
        "paid_amount": float(paid),
        "credited_amount": float(credited),
        "outstanding_amount": float(outstanding),
    }
    if status == doc.status:
        if any(money.decimal(doc.get(key)) != money.decimal(value) for key, value in values.items()):
            doc.db_set(values)
        return
    states.move(doc, "settle_" + frappe.scrub(status), **values)
    if status == "Paid":
        events.publish("invoice_paid", doc)


def paid_on(invoice: str) -> money.Decimal:
    """What submitted payments settle of an invoice; read with a lock, so that what others just booked is seen."""
    row = frappe.qb.DocType("Connect Payment Allocation")
    query = frappe.qb.from_(row).where((row.invoice == invoice) & (row.docstatus == 1)).select(Sum(row.amount))
    return money.amount(query.for_update().run()[0][0])


def credited_on(doc: Document, paid: money.Decimal) -> money.Decimal:
    """What issued credit notes take off an invoice; a credit note itself is settled by what it takes off."""
    if doc.invoice_type == "Credit Note":
        invoice = frappe.db.get_value("Connect Invoice", doc.credited_invoice, ["grand_total", "name"], as_dict=True)
        room = money.decimal(invoice.grand_total) - paid_on(invoice.name)
        return max(min(money.decimal(doc.grand_total), room), money.ZERO)
    note = frappe.qb.DocType("Connect Invoice")
    query = frappe.qb.from_(note).where((note.credited_invoice == doc.name) & (note.docstatus == 1))
    total = money.amount(query.select(Sum(note.grand_total)).for_update().run()[0][0])
    return min(total, max(money.decimal(doc.grand_total) - paid, money.ZERO))


def obstacle_to_credit(doc: Document) -> str:
    """Why a credit note cannot be made of the invoice, "" when it can."""
    if doc.docstatus != 1 or doc.invoice_type != "Invoice":
        return _("Only an issued invoice can be credited.")
    return ""


def create_credit_note(doc: Document) -> Document:
    """A draft credit note with every line of the invoice; quantities stay positive."""
    note = frappe.new_doc("Connect Invoice")
    lines.copy_head(doc, note)
    note.update({"invoice_type": "Credit Note", "credited_invoice": doc.name, "due_date": clock.today()})
    note.update({"sales_order": doc.sales_order, "proposal": doc.proposal, "series": doc.series})
    lines.copy_lines(doc, note, "invoice_item")
    states.as_service(note).insert(ignore_permissions=True)
    states.note(note, _("Created from invoice {0}").format(doc.number))
    states.note(doc, _("Credit note {0} drafted").format(note.name))
    return note


def obstacle_to_cancel(doc: Document) -> str:
    """Why an issued invoice cannot be cancelled, "" when it can (C21: what has effects is credited instead)."""
    if doc.docstatus == 1 and money.decimal(doc.paid_amount):
        return _("Payments were recorded on invoice {0}; cancel them first or issue a credit note.").format(doc.number)
    if doc.docstatus == 1 and frappe.db.exists("Connect Invoice", {"credited_invoice": doc.name, "docstatus": 1}):
        return _("Invoice {0} was credited and cannot be cancelled.").format(doc.number)
    return ""


def check_cancel(doc: Document) -> None:
    """``before_cancel``: the same refusals on every way to a cancellation."""
    stored = doc.get_doc_before_save() or doc
    if why := obstacle_to_cancel(stored):
        frappe.throw(why, title=_("Cancel"))
    doc.outstanding_amount = 0


def after_cancel(doc: Document) -> None:
    """``on_cancel``: the number stays; whatever pointed here forgets it, a credited invoice is open again."""
    forget(doc)
    if doc.invoice_type == "Credit Note":
        settle(frappe.get_doc("Connect Invoice", doc.credited_invoice, for_update=True))
    events.publish("invoice_cancelled", doc)


def forget(doc: Document) -> None:
    """Clear the links of proposal and order to an invoice cancelled or deleted; the order then finds the next."""
    for doctype, name in (("Connect Proposal", doc.proposal), ("Connect Sales Order", doc.sales_order)):
        if name and frappe.db.get_value(doctype, name, "invoice") == doc.name:
            frappe.db.set_value(doctype, name, "invoice", None)
