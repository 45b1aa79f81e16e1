"""Workflows: states, transitions, roles, conditions, self approval."""

import frappe
import pytest
from frappe.model import workflow as wf

from tests.embedded.model_app import model, model_site

__all__ = ["model", "model_site"]


@pytest.fixture
def flow(model):
    """Draft → Pending → Approved (submits) or Rejected; big amounts need a manager; the approver is somebody else."""
    for state in ("MF Draft", "MF Pending", "MF Approved", "MF Cancelled"):
        frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
    for action in ("MF Send", "MF Approve", "MF Cancel"):
        frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert()
    states = [("MF Draft", 0, None), ("MF Pending", 0, None), ("MF Approved", 1, "yes"), ("MF Cancelled", 2, None)]
    moves = [
        ("MF Draft", "MF Send", "MF Pending", "Sample User", None),
        ("MF Pending", "MF Approve", "MF Approved", "Sample User", "doc.amount <= 100"),
        ("MF Pending", "MF Approve", "MF Approved", "System Manager", None),
        ("MF Approved", "MF Cancel", "MF Cancelled", "System Manager", None),
    ]
    frappe.get_doc(
        {
            "doctype": "Workflow",
            "workflow_name": "Model Flow",
            "document_type": "Model Flow",
            "workflow_state_field": "workflow_state",
            "is_active": 1,
            "states": [
                {
                    "state": s,
                    "doc_status": str(d),
                    "allow_edit": "Sample User",
                    "update_field": u and "result",
                    "update_value": u,
                }
                for s, d, u in states
            ],
            "transitions": [
                {"state": a, "action": b, "next_state": c, "allowed": r, "condition": k, "allow_self_approval": 0}
                for a, b, c, r, k in moves
            ],
        }
    ).insert()
    yield lambda **values: frappe.get_doc({"doctype": "Model Flow", "kind": "K", **values}).insert()
    frappe.db.rollback()
    frappe.clear_cache()


def test_a_new_document_gets_the_first_state_and_may_have_no_other(flow) -> None:
    assert flow().workflow_state == "MF Draft"
    with pytest.raises(wf.WorkflowPermissionError):
        flow(workflow_state="MF Approved")


def test_a_transition_sets_state_field_and_docstatus(flow) -> None:
    doc = wf.apply_workflow(flow(amount=500), "MF Send")
    assert (doc.workflow_state, doc.docstatus) == ("MF Pending", 0)
    doc = wf.apply_workflow(doc, "MF Approve")
    stored = frappe.get_doc("Model Flow", doc.name)
    assert (stored.workflow_state, stored.docstatus, stored.result) == ("MF Approved", 1, "yes")
    assert frappe.db.exists(
        "Comment", {"reference_name": doc.name, "comment_type": "Workflow", "content": "MF Approved"}
    )
    assert wf.apply_workflow(stored, "MF Cancel").docstatus == 2


def test_roles_and_conditions_decide_what_is_offered(flow) -> None:
    doc = wf.apply_workflow(flow(amount=500), "MF Send")
    assert [row.action for row in wf.get_transitions(doc)] == ["MF Approve"]
    frappe.set_user("seller@example.com")
    assert wf.get_transitions(doc) == []
    with pytest.raises(wf.WorkflowTransitionError):
        wf.apply_workflow(doc, "MF Approve")


def test_nobody_approves_his_own_document(flow) -> None:
    frappe.set_user("seller@example.com")
    with pytest.raises(frappe.ValidationError, match="Self approval"):
        wf.apply_workflow(flow(amount=1), "MF Send")


def test_a_state_that_no_transition_reaches_is_refused_on_save(flow) -> None:
    doc = flow()
    doc.workflow_state = "MF Approved"
    with pytest.raises(wf.WorkflowPermissionError):
        doc.save()


def test_plain_submit_takes_the_state_of_that_document_status(flow) -> None:
    doc = flow()
    doc.submit()
    assert doc.workflow_state == "MF Approved"


def test_many_documents_at_once(flow) -> None:
    names = [flow().name, flow().name]
    wf.bulk_workflow_approval(frappe.as_json(names), "Model Flow", "MF Send")
    assert set(frappe.get_all("Model Flow", {"name": ("in", names)}, pluck="workflow_state")) == {"MF Pending"}
    for doctype in ("Model Flow", "Workflow"):
        for name in frappe.get_all(doctype, pluck="name"):
            frappe.delete_doc(doctype, name, force=True)
    for doctype in ("Workflow State", "Workflow Action Master"):
        frappe.db.delete(doctype, {"name": ("like", "MF %")})
    frappe.db.commit()
    assert not wf.get_workflow_name("Model Flow")
