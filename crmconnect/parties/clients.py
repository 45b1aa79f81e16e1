"""Clients: their regulated numbers and their balance."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum

from crmconnect.parties import rules


def prepare(doc: Document) -> None:
    """``validate``: the country's code is required to be one; a VAT number that cannot be right is pointed out."""
    doc.country = rules.country_code(doc.country)
    if doc.country is None:
        frappe.throw(_("{0} must be an ISO code of two letters.").format(_(doc.meta.get_label("country"))))
    if doc.vat_number:
        doc.vat_number = rules.compact_vat(doc.vat_number)
        if why := rules.vat_problem(doc.vat_number, doc.country, bool(doc.get("is_company", 1))):
            warn(f"{_(doc.meta.get_label('vat_number'))}: {_(why)}")


def warn(text: str) -> None:
    """A hint that does not stop the work: what an e-invoice misses holds its sending only (DESIGN §5)."""
    frappe.msgprint(text, indicator="orange", alert=True)


def outstanding(client: str | None) -> float:
    """What a client owes on issued invoices, in the client's own currency figures."""
    return _sum("Connect Invoice", "outstanding_amount", client, invoice_type="Invoice")


def advances(client: str | None) -> float:
    """What a client paid that is not applied to an invoice yet."""
    return _sum("Connect Payment", "unallocated_amount", client)


def _sum(doctype: str, fieldname: str, client: str | None, **conditions: str) -> float:
    if not client:
        return 0.0
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(Sum(table[fieldname]))
    query = query.where((table.client == client) & (table.docstatus == 1))
    for key, value in conditions.items():
        query = query.where(table[key] == value)
    return float(query.run()[0][0] or 0)
