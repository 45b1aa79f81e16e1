"""Items: levels that make sense, and the purchase price kept where only those who may see it can read it."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import lines, money, protect

COST = "Connect Item Cost"


def prepare(doc: Document) -> None:
    """``validate``: unit, and stock levels whose maximum is not below their minimum, one per warehouse."""
    doc.unit = doc.unit or lines.default_of("Connect Unit")
    seen: set[str] = set()
    for row in doc.stock_levels:
        low, high = money.decimal(row.inventory_number_min), money.decimal(row.inventory_number_max)
        if low < 0 or high < 0 or (high and high < low):
            text = _("Row {0}: the maximum cannot be below the minimum.")
            frappe.throw(text.format(row.idx), title=_("Stock levels"))
        if row.warehouse in seen:
            frappe.throw(_("Row {0}: warehouse {1} is named twice.").format(row.idx, row.warehouse))
        seen.add(row.warehouse)


def purchase_rate(doc: Document) -> float | None:
    """The purchase price for those who may read it, None for others."""
    if not doc.name or not frappe.has_permission(COST, "read"):
        return None
    return frappe.db.get_value(COST, doc.name, "purchase_rate")


def take_purchase_rate(doc: Document) -> None:
    """``before_validate``: the price that was sent with the item, checked and set aside until the item is saved."""
    sent = doc.__dict__.pop("purchase_rate", None)
    if sent in (None, ""):
        return
    holder = frappe._dict(purchase_rate=sent)
    holder.set = holder.__setitem__
    df = doc.meta.get_field("purchase_rate")
    protect.check_value(holder, frappe._dict(df.as_dict(), is_virtual=0))
    if holder.purchase_rate < 0:
        frappe.throw(_("{0} cannot be negative.").format(_(df.label)))
    doc.flags.purchase_rate = holder.purchase_rate


def save_purchase_rate(doc: Document) -> None:
    """``on_update``: write the price set aside; refused to those who may not."""
    rate = doc.flags.pop("purchase_rate", None)
    if rate is None or rate == frappe.db.get_value(COST, doc.name, "purchase_rate"):
        return
    if not frappe.has_permission(COST, "write"):
        frappe.throw(_("You may not set purchase prices."), frappe.PermissionError)
    cost = frappe.get_doc(COST, doc.name) if frappe.db.exists(COST, doc.name) else frappe.new_doc(COST)
    cost.update({"item": doc.name, "purchase_rate": rate})
    cost.save()


def forget_purchase_rate(doc: Document) -> None:
    """``on_trash``: the price goes with its item."""
    if frappe.db.exists(COST, doc.name):
        frappe.delete_doc(COST, doc.name, ignore_permissions=True)
