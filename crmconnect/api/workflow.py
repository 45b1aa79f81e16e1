"""Frappe's workflow calls, routed for our DocTypes to the action of that name, which asks the state machine.

Wired in hooks.py as ``override_whitelisted_methods``; other apps' DocTypes go to Frappe's own functions.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model import workflow
from frappe.model.document import Document

from crmconnect.core import actions, retry


@frappe.whitelist(methods=["POST"])
def apply_workflow(doc: Any, action: str) -> Document:
    """Take the workflow action ``action`` on ``doc`` (a dict or JSON text, as Frappe's own function takes it)."""
    sent = frappe.get_doc(frappe.parse_json(doc))
    if not sent.doctype.startswith("Connect "):
        return workflow.apply_workflow(doc, action)
    stored = frappe.get_doc(sent.doctype, sent.name)
    _take(stored, action)
    return frappe.get_doc(sent.doctype, sent.name)


def _take(doc: Document, label: str) -> None:
    for name, declared in actions.declared_on(type(doc)).items():
        if declared.label == label and declared.moves:
            getattr(doc, name)()
            return
    frappe.throw(_("{0} has no action {1}.").format(_(doc.doctype), label), workflow.WorkflowTransitionError)


@frappe.whitelist(methods=["POST"])
def bulk_workflow_approval(docnames: Any, doctype: str, action: str) -> None:
    """Take a workflow action on several documents, each by itself; what is refused is said and the others go on."""
    if not doctype.startswith("Connect "):
        workflow.bulk_workflow_approval(docnames, doctype, action)
        return
    retry.on_lost_lock(lambda: _take_all(doctype, frappe.parse_json(docnames)[:500], action))


def _take_all(doctype: str, names: list[str], action: str) -> None:
    for name in names:
        frappe.db.savepoint("connect_bulk")
        try:
            _take(frappe.get_doc(doctype, name), action)
        except frappe.ValidationError:
            frappe.db.rollback(save_point="connect_bulk")  # allowed: one refused document must not undo the others
