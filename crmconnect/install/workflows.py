"""Workflows made from the state machines, inserted when missing; roles and conditions are then an administrator's."""

from __future__ import annotations

import frappe

from crmconnect.core.actions import ADMIN_ROLES, declared_on
from crmconnect.core.machine import Machine
from crmconnect.invoicing.machine import INVOICE
from crmconnect.sales.machines import ORDER, PROPOSAL

MACHINES = (PROPOSAL, ORDER, INVOICE)
#: Editing rights per state are Frappe's affair in the Desk only; the machine decides on the server.
EDITORS = {
    "Connect Proposal": "Connect Sales Agent",
    "Connect Sales Order": "Connect Sales Agent",
    "Connect Invoice": "Connect Finance",
}


def ensure() -> None:
    """Insert each machine's Workflow unless one of that name stands already."""
    for machine in MACHINES:
        if not frappe.db.exists("Workflow", machine.doctype):
            frappe.get_doc(workflow_of(machine)).insert(ignore_permissions=True)


def workflow_of(machine: Machine) -> dict:
    """The Workflow that says the same as ``machine``: its states, and the moves that a person makes, per role."""
    return {
        "doctype": "Workflow",
        "workflow_name": machine.doctype,
        "document_type": machine.doctype,
        "workflow_state_field": "status",
        "is_active": 1,
        "send_email_alert": 0,
        "states": [
            {"state": s.label, "doc_status": str(s.docstatus), "allow_edit": EDITORS[machine.doctype]}
            for s in machine.states
        ],
        "transitions": transitions_of(machine),
    }


def transitions_of(machine: Machine) -> list[dict]:
    """One row per move, source state and role."""
    controller = frappe.get_meta(machine.doctype) and frappe.model.base_document.get_controller(machine.doctype)
    actions = declared_on(controller)
    rows = []
    for move in machine.moves:
        if not move.by_person:
            continue
        declared = next(a for a in actions.values() if a.moves == move.action)
        for source in machine.sources(move.action):
            if source == move.target:
                continue
            for role in sorted(declared.roles | ADMIN_ROLES):
                row = {"state": source, "action": declared.label, "next_state": move.target, "allowed": role}
                rows.append({**row, "allow_self_approval": 1})
    unique = {(r["state"], r["action"], r["next_state"], r["allowed"]): r for r in rows}
    return list(unique.values())
