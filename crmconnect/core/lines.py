"""Priced documents (proposals, orders, invoices): the head's defaults, the lines' own values, the totals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import currency, money, settings

#: What a line carries from document to document.
LINE_FIELDS = (
    "item",
    "item_name",
    "description",
    "qty",
    "unit",
    "rate",
    "discount_percentage",
    "tax",
    "tax_rate",
    "vat_category",
)
#: What a document's head carries from document to document.
HEAD_FIELDS = (
    "company",
    "client",
    "assigned_to",
    "currency",
    "exchange_rate",
    "tax",
    "discount_type",
    "discount_percentage",
    "discount_amount",
    "lead",
)


def prepare(doc: Document) -> None:
    """Fill what can be known and compute every amount; called from ``validate`` of a priced document."""
    set_head(doc)
    fill_from_items(doc)
    for row in doc.items:
        _fill_line(doc, row)
        _check_line(row)
    compute(doc)


def set_head(doc: Document) -> None:
    """Company, currency, exchange rate and responsible user, where the document does not say."""
    doc.company = doc.company or settings.default_company()
    if not doc.currency:
        doc.currency = (doc.client and frappe.db.get_value("Connect Client", doc.client, "currency")) or "RON"
    base = settings.company_currency(doc.company)
    if doc.currency == base:
        doc.exchange_rate = 1
    elif not doc.exchange_rate:
        doc.exchange_rate = currency.rate(doc.currency, base, doc.date)
    if doc.is_new() and not doc.assigned_to and frappe.session.user not in ("Guest", "Administrator"):
        doc.assigned_to = frappe.session.user


def fill_from_items(doc: Document) -> None:
    """Name, unit, price and VAT of the lines that name an item and leave them open, read in one query."""
    open_rows = [row for row in doc.items if row.item and (not row.item_name or row.rate is None or not row.unit)]
    if not open_rows:
        return
    fields = ["name", "item_name", "description", "unit", "sale_rate", "tax", "disabled"]
    found = frappe.get_all("Connect Item", filters={"name": ("in", [r.item for r in open_rows])}, fields=fields)
    items = {item.name: item for item in found}
    for row in open_rows:
        if item := items.get(row.item):
            _fill_from_item(doc, row, item)


def _fill_from_item(doc: Document, row: Document, item: frappe._dict) -> None:
    row.item_name = row.item_name or item.item_name
    row.description = row.description or item.description
    row.unit = row.unit or item.unit
    row.tax = row.tax or item.tax
    if row.rate is None:
        in_currency = money.decimal(item.sale_rate) / (money.decimal(doc.exchange_rate) or money.Decimal(1))
        row.rate = float(money.round_half_up(in_currency, money.RATE_PLACES))


def _fill_line(doc: Document, row: Document) -> None:
    row.unit = row.unit or default_of("Connect Unit")
    row.rate = row.rate or 0
    row.currency = doc.currency
    if doc.company and not frappe.get_cached_value("Connect Company", doc.company, "is_vat_payer"):
        row.tax, row.tax_rate, row.vat_category = None, 0, "O"
        return
    row.tax = doc.tax or row.tax or default_of("Connect Tax")
    if row.tax:
        tax = frappe.get_cached_doc("Connect Tax", row.tax)
        row.tax_rate, row.vat_category = tax.rate, tax.vat_category
    else:
        row.tax_rate, row.vat_category = 0, "O"


def default_of(doctype: str) -> str | None:
    """The record marked as the default of a list such as units or taxes."""

    def find() -> str:
        return frappe.db.get_value(doctype, {"is_default": 1}, "name") or ""

    return frappe.cache.get_value(f"connect_default:{doctype}", find) or None


def forget_default(doc: Document, _event: str | None = None) -> None:
    """``on_change`` of units and taxes: the default may be another one now."""
    frappe.cache.delete_value(f"connect_default:{doc.doctype}")


def _check_line(row: Document) -> None:
    problems = (
        (money.decimal(row.qty) <= 0, "qty", _("must be more than 0")),
        (money.decimal(row.rate) < 0, "rate", _("cannot be negative")),
        (not 0 <= money.decimal(row.discount_percentage) <= 100, "discount_percentage", _("must be between 0 and 100")),
    )
    for wrong, fieldname, text in problems:
        if wrong:
            label = _(row.meta.get_label(fieldname))
            frappe.throw(_("Row {0}: {1} {2}.").format(row.idx, label, text), title=_("Line"))


def money_lines(rows: Iterable[Any]) -> list[money.Line]:
    """The rows of a document as the values that its totals are computed from."""
    return [
        money.Line(
            money.round_half_up(row.qty, money.QTY_PLACES),
            money.round_half_up(row.rate, money.RATE_PLACES),
            money.decimal(row.discount_percentage),
            money.decimal(row.tax_rate),
            row.vat_category or "S",
            row.tax or "",
        )
        for row in rows
    ]


def totals_of(doc: Document) -> money.Totals:
    """The totals of a document as its lines and its discount give them."""
    discount = money.Discount(
        doc.discount_type or "", money.decimal(doc.discount_percentage), money.decimal(doc.discount_amount)
    )
    return money.compute_totals(money_lines(doc.items), discount)


def compute(doc: Document) -> money.Totals:
    """Write every amount of lines and document; refuses a discount above the sum and sums beyond any company's."""
    for row, line in zip(doc.items, money_lines(doc.items), strict=True):
        row.net_amount, row.tax_amount = float(line.net), float(line.tax_amount)
        row.amount = float(line.net + line.tax_amount)
    totals = totals_of(doc)
    if totals.discount > totals.subtotal:
        label = _(doc.meta.get_label("discount_amount"))
        frappe.throw(_("{0} cannot be more than the sum of the lines.").format(label))
    if totals.grand_total * max(money.decimal(doc.exchange_rate), money.decimal(1)) > money.MAX_AMOUNT:
        frappe.throw(_("{0} is larger than a document can carry.").format(_(doc.meta.get_label("grand_total"))))
    base = money.to_base(totals, money.decimal(doc.exchange_rate))
    doc.update(
        {
            "discount_amount": float(totals.discount),
            "subtotal": float(totals.subtotal),
            "net_total": float(totals.net_total),
            "tax_total": float(totals.tax_total),
            "grand_total": float(totals.grand_total),
            "base_net_total": float(base.net_total),
            "base_tax_total": float(base.tax_total),
            "base_grand_total": float(base.grand_total),
        }
    )
    return totals


def require_lines(doc: Document) -> None:
    """Refuse to send or issue a document without lines."""
    if not doc.items:
        frappe.throw(_("{0}: add at least one line first.").format(_(doc.meta.get_label("items"))), title=_("Lines"))


def copy_head(source: Document, target: Document) -> None:
    """Carry the head over; nothing is typed twice."""
    for fieldname in HEAD_FIELDS:
        if source.meta.has_field(fieldname) and target.meta.has_field(fieldname):
            target.set(fieldname, source.get(fieldname))


def copy_lines(source: Document, target: Document, link: str, quantities: dict[str, Any] | None = None) -> None:
    """Carry the lines over, each with a link back to the line that it comes from.

    ``quantities`` by row name replaces the quantity; lines with none left are left out.
    """
    target.set("items", [])
    for row in source.items:
        qty = quantities.get(row.name, 0) if quantities is not None else row.qty
        if qty and qty > 0:
            values = {f: row.get(f) for f in (*LINE_FIELDS, "warehouse")}
            target.append("items", {**values, "qty": qty, link: row.name})
