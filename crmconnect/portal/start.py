"""The start page: the steps from lead to cash with how many documents stand where."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum

from crmconnect.core import scope
from crmconnect.core.scoped import SCOPED
from crmconnect.portal import links

#: The steps in their order: DocType, its label, what to show beside each status' count.
STEPS = (
    ("Connect Lead", "Leads and opportunities", "estimated_value"),
    ("Connect Proposal", "Proposals", "grand_total"),
    ("Connect Sales Order", "Sales orders", "grand_total"),
    ("Connect Invoice", "Invoices", "outstanding_amount"),
    ("Connect Payment", "Payments", "amount"),
)


def sections() -> dict[str, Any]:
    """What the page shows to the current user; a guest sees no number."""
    user = frappe.session.user
    return {
        "user": None if user == "Guest" else frappe.utils.get_fullname(user),
        "steps": [] if user == "Guest" else [_step(*step) for step in STEPS if frappe.has_permission(step[0], "read")],
        "demo": _demo() if frappe.conf.get("crmconnect_demo") else None,
    }


def _step(doctype: str, label: str, value: str) -> dict[str, Any]:
    rows = _counts(doctype, value)
    return {"doctype": doctype, "label": _(label), "rows": rows, "total": sum(row["count"] for row in rows)}


def _counts(doctype: str, value: str) -> list[dict[str, Any]]:
    """Documents and money per status in one query, of those that the user sees."""
    table = frappe.qb.DocType(doctype)
    status = table.status if frappe.get_meta(doctype).has_field("status") else table.docstatus
    query = frappe.qb.from_(table).groupby(status).select(status, Count("*"), Sum(table[value]))
    users = scope.visible_users(frappe.session.user) if doctype in SCOPED else None
    if users is not None:
        query = query.where(table.assigned_to.isin(sorted(users)) | table.owner.isin(sorted(users)))
    docstatus = {0: _("Draft"), 1: _("Submitted"), 2: _("Cancelled")}
    return [
        {"status": docstatus.get(name, _(name)) if name in docstatus else _(name), "count": count, "value": value or 0}
        for name, count, value in query.run()
    ]


def _demo() -> dict[str, Any]:
    examples = []
    for doctype in ("Connect Proposal", "Connect Sales Order", "Connect Invoice"):
        found = frappe.get_all(
            links.DOCTYPE,
            filters={"document_type": doctype, "revoked": 0},
            fields=["document_name", "token"],
            order_by="creation",
            limit=3,
        )
        for link in found:
            shown = ["status", "number" if doctype == "Connect Invoice" else "name"]
            status, title = frappe.db.get_value(doctype, link.document_name, shown)
            examples.append({"title": title, "status": _(status), "url": f"/p/{link.token}"})
    return {"examples": examples}
