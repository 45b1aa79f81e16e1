"""Trace: the documents before and after one, in both directions, with quantities, money and dates on the graph.

The links are fields of the documents themselves; nothing is kept twice. The walk is breadth-first with one query per
link and level, so that its cost depends on the kinds of documents, not on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe

#: A deal of a company never has more documents than this; the walk stops there and says so.
MAX_NODES = 2000


@dataclass(frozen=True)
class Step:
    """``doctype.fieldname`` links the document that it came from. ``child`` rows carry the link for their parent."""

    doctype: str
    fieldname: str
    source: str
    kind: str
    child: str = ""
    line_link: str = ""


STEPS = (
    Step("Connect Lead", "from_lead", "Connect Lead", "converted"),
    Step("Connect Proposal", "lead", "Connect Lead", "proposed"),
    Step("Connect Contract", "proposal", "Connect Proposal", "contracted"),
    Step("Connect Sales Order", "proposal", "Connect Proposal", "ordered", line_link="proposal_item"),
    Step("Connect Invoice", "proposal", "Connect Proposal", "invoiced", line_link="proposal_item"),
    Step("Connect Invoice", "sales_order", "Connect Sales Order", "invoiced", line_link="sales_order_item"),
    Step("Connect Invoice", "credited_invoice", "Connect Invoice", "credited", line_link="invoice_item"),
    Step("Connect Payment", "invoice", "Connect Invoice", "paid", child="Connect Payment Allocation"),
)
#: What a node shows, in the first spelling that its DocType has.
SHOWN = {
    "title": ("number", "subject", "company_name", "client_name", "lead_name"),
    "status": ("status",),
    "status_code": ("status_code",),
    "date": ("date", "start_date"),
    "amount": ("grand_total", "amount", "contract_value", "estimated_value"),
    "currency": ("currency",),
}
Key = tuple[str, str]


def of(doctype: str, name: str) -> dict[str, Any]:
    """The graph around one document: ``nodes`` and ``edges``; what the user may not read has no content."""
    nodes: dict[Key, None] = {(doctype, name): None}
    edges: dict[tuple[Key, Key, str], dict[str, Any]] = {}
    front: set[Key] = {(doctype, name)}
    while front and len(nodes) < MAX_NODES:
        found = list(_neighbours(front))
        for source, target, step in found:
            edges.setdefault((source, target, step.kind), {"step": step})
        front = {key for source, target, _step in found for key in (source, target) if key not in nodes}
        nodes.update(dict.fromkeys(sorted(front)))
    _weigh(edges)
    return {
        "root": {"doctype": doctype, "name": name},
        "nodes": _describe(nodes),
        "edges": [_edge(key, value) for key, value in edges.items()],
        "complete": len(nodes) < MAX_NODES,
    }


def _edge(key: tuple[Key, Key, str], value: dict[str, Any]) -> dict[str, Any]:
    source, target, kind = key
    ends = {"from": {"doctype": source[0], "name": source[1]}, "to": {"doctype": target[0], "name": target[1]}}
    return {**ends, "kind": kind, "qty": value.get("qty"), "amount": value.get("amount")}


def _neighbours(front: set[Key]) -> Iterable[tuple[Key, Key, Step]]:
    for step in STEPS:
        here = [name for doctype, name in front if doctype == step.doctype]
        there = [name for doctype, name in front if doctype == step.source]
        for target, source in _links(step, "name", here) | _links(step, step.fieldname, there):
            yield (step.source, source), (step.doctype, target), step


def _links(step: Step, column: str, names: list[str]) -> set[tuple[str, str]]:
    """(document, its source) for the documents whose ``column`` is one of ``names``."""
    if not names:
        return set()
    table, own = (step.child, "parent") if step.child else (step.doctype, "name")
    filters = [[own if column == "name" else column, "in", names], [step.fieldname, "is", "set"]]
    fields = [f"{own} as target", f"{step.fieldname} as source"]
    parent = {"parent_doctype": step.doctype} if step.child else {}
    return {(row.target, row.source) for row in frappe.get_all(table, filters=filters, fields=fields, **parent)}


def _weigh(edges: dict[tuple[Key, Key, str], dict[str, Any]]) -> None:
    """Quantities (from the line links) and money on the edges, one query per kind of step."""
    for step in STEPS:
        mine = {key: value for key, value in edges.items() if value["step"] is step}
        if not mine or not (step.line_link or step.child):
            continue
        child = step.child or f"{step.doctype} Item"
        fields = ["parent", "amount", *(["qty"] if step.line_link else [step.fieldname])]
        filters: dict[str, Any] = {"parent": ("in", [target[1] for _source, target, _kind in mine])}
        if step.line_link:
            filters[step.line_link] = ("is", "set")
        rows = frappe.get_all(child, filters=filters, fields=fields, parent_doctype=step.doctype)
        for (source, target, _kind), value in mine.items():
            own = [r for r in rows if r.parent == target[1] and (step.line_link or r[step.fieldname] == source[1])]
            value["amount"] = round(sum(row.amount or 0 for row in own), 2)
            value["qty"] = round(sum(row.qty or 0 for row in own), 3) if step.line_link else None


def _describe(nodes: dict[Key, None]) -> list[dict[str, Any]]:
    described: dict[Key, dict[str, Any]] = {}
    for doctype in dict.fromkeys(doctype for doctype, _name in nodes):
        names = [name for kind, name in nodes if kind == doctype]
        readable = _readable(doctype, names)
        for name in names:
            described[doctype, name] = {"doctype": doctype, "name": name, "readable": name in readable}
            described[doctype, name].update(readable.get(name, {}))
    return [described[key] for key in nodes]


def _readable(doctype: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """What the user may see of the documents; an opportunity calls itself so."""
    if not frappe.has_permission(doctype, "read"):
        return {}
    meta = frappe.get_meta(doctype)
    columns = {key: next((c for c in choices if meta.has_field(c)), None) for key, choices in SHOWN.items()}
    fields = ["name", "creation", "owner", *{c for c in columns.values() if c}]
    if doctype == "Connect Lead":
        fields.append("is_opportunity")
    rows = frappe.get_list(doctype, filters={"name": ("in", names)}, fields=fields, limit_page_length=0)
    return {
        row.name: {
            **{key: row.get(column) if column else None for key, column in columns.items()},
            "creation": row.creation,
            "owner": row.owner,
            "is_opportunity": row.get("is_opportunity"),
        }
        for row in rows
    }
