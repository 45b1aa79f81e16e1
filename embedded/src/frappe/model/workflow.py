"""Workflows: the states of a document and the transitions that a user may make."""

from typing import Any

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.utils import cint


class WorkflowStateError(frappe.ValidationError):
    """The document has no state."""


class WorkflowTransitionError(frappe.ValidationError):
    """There is no such transition from the present state for this user."""


class WorkflowPermissionError(frappe.ValidationError):
    """A state was set that no transition of this user reaches."""


def get_workflow_name(doctype: str) -> str:
    """Name of the active Workflow of a DocType, or an empty string."""
    return frappe.client_cache.get_value("workflow_names", _active_workflows).get(doctype, "")


def _active_workflows() -> dict[str, str]:
    if not frappe.db.table_exists("Workflow"):
        return {}
    return dict(frappe.db.sql("SELECT `document_type`, `name` FROM `tabWorkflow` WHERE `is_active` = 1"))


def get_workflow(doctype: str) -> Any:
    return frappe.get_cached_doc("Workflow", get_workflow_name(doctype))


@frappe.whitelist()
def get_transitions(doc: Any, workflow: Any = None, raise_exception: bool = False) -> list[dict]:
    """Transitions that the user may make from the document's state."""
    from frappe.model.document import Document

    if not isinstance(doc, Document):
        doc = frappe.get_doc(frappe.parse_json(doc))
        doc.load_from_db()
    if doc.is_new():
        return []
    doc.check_permission("read")
    workflow = workflow or get_workflow(doc.doctype)
    state = doc.get(workflow.workflow_state_field)
    if not state:
        if raise_exception:
            raise WorkflowStateError
        frappe.throw(_("Workflow State not set"), WorkflowStateError)
    roles = frappe.get_roles()
    candidates = [row for row in workflow.transitions if row.state == state and row.allowed in roles]
    return [row.as_dict() for row in candidates if is_transition_condition_satisfied(row, doc)]


def get_workflow_safe_globals() -> dict:
    """What a condition may use beside `doc`."""
    utils = frappe.utils
    safe_utils = dict(
        now_datetime=utils.now_datetime, add_to_date=utils.add_to_date, get_datetime=utils.get_datetime, now=utils.now
    )
    return {
        "frappe": frappe._dict(
            db=frappe._dict(get_value=frappe.db.get_value, get_list=frappe.db.get_list),
            session=frappe.session,
            utils=frappe._dict(safe_utils),
        )
    }


def is_transition_condition_satisfied(transition: Any, doc: Any) -> Any:
    if not transition.condition:
        return True
    return frappe.safe_eval(transition.condition, get_workflow_safe_globals(), {"doc": doc.as_dict()})


def has_approval_access(user: str, doc: Any, transition: Any) -> bool:
    return user == "Administrator" or bool(transition.get("allow_self_approval")) or user != doc.get("owner")


@frappe.whitelist()
def apply_workflow(doc: Any, action: str) -> Any:
    """Make a transition: set state and field, then save, submit or cancel as the new state says."""
    doc = frappe.get_doc(frappe.parse_json(doc))
    doc.load_from_db()
    workflow = get_workflow(doc.doctype)
    transition = next((row for row in reversed(get_transitions(doc, workflow)) if row["action"] == action), None)
    if not transition:
        frappe.throw(_("Not a valid Workflow Action"), WorkflowTransitionError)
    if not has_approval_access(frappe.session.user, doc, transition):
        frappe.throw(_("Self approval is not allowed"))
    doc.set(workflow.workflow_state_field, transition["next_state"])
    state = next(row for row in workflow.states if row.state == transition["next_state"])
    if state.update_field:
        doc.set(state.update_field, state.update_value)
    _write(doc, state)
    doc.add_comment("Workflow", _(state.state))
    return doc


def _write(doc: Any, state: Any) -> None:
    moves = {(0, 0): doc.save, (0, 1): doc.submit, (1, 1): doc.save, (1, 2): doc.cancel}
    move = moves.get((int(doc.docstatus), int(DocStatus(cint(state.doc_status)))))
    if not move:
        frappe.throw(_("Illegal Document Status for {0}").format(state.state))
    move()


def validate_workflow(doc: Any) -> None:
    """Set the first state on a new document; refuse a changed state that no transition reaches."""
    workflow = get_workflow(doc.doctype)
    field, first = workflow.workflow_state_field, workflow.states[0].state
    previous = getattr(doc, "_doc_before_save", None)
    if not doc.get(field):
        doc.set(field, first)
    current, wanted = (previous.get(field) if previous else None) or first, doc.get(field)
    if not any(row.state == current for row in workflow.states):
        text = _("{0} is not a valid Workflow State. Please update your Workflow and try again.")
        frappe.throw(text.format(frappe.bold(current)))
    if current == wanted:
        return
    if not previous or not any(row["next_state"] == wanted for row in get_transitions(previous)):
        text = _("Workflow State transition not allowed from {0} to {1}")
        frappe.throw(text.format(frappe.bold(current), frappe.bold(wanted)), WorkflowPermissionError)


def set_workflow_state_on_action(doc: Any, workflow_name: str, action: str) -> None:
    """Submit and cancel without a transition take the first state with that document status."""
    workflow = frappe.get_cached_doc("Workflow", workflow_name)
    field = workflow.workflow_state_field
    if any(row.state == doc.get(field) and doc.docstatus == cint(row.doc_status) for row in workflow.states):
        return
    docstatus = {"update_after_submit": "1", "submit": "1", "cancel": "2"}[action]
    for row in workflow.states:
        if str(row.doc_status) == docstatus:
            doc.set(field, row.state)
            return


@frappe.whitelist()
def bulk_workflow_approval(docnames: Any, doctype: str, action: str) -> None:
    """Apply an action to up to 500 documents, each in a transaction of its own; more than 19 in the background."""
    names = frappe.parse_json(docnames)
    if len(names) < 20:
        _bulk_workflow_action(names, doctype, action)
    elif len(names) <= 500:
        frappe.msgprint(_("Bulk {0} is enqueued in background.").format(action), alert=True)
        frappe.enqueue(
            "frappe.model.workflow._bulk_workflow_action",
            docnames=names,
            doctype=doctype,
            action=action,
            queue="short",
            timeout=1000,
        )
    else:
        frappe.throw(_("Bulk approval only support up to 500 documents."), title=_("Too Many Documents"))


def _bulk_workflow_action(docnames: list[str], doctype: str, action: str) -> None:
    failed: dict[str, list] = {}
    done: dict[str, list] = {}
    frappe.clear_messages()
    for name in docnames:
        outcome = done
        try:
            apply_workflow(frappe.get_doc(doctype, name), action)
            frappe.db.commit()
        except Exception as error:
            outcome = failed
            frappe.db.rollback()
            if not frappe.message_log:
                frappe.msgprint(f"{type(error).__name__} : {error}")
            frappe.log_error(title=f"Workflow {action} threw an error for {doctype} {name}")
        outcome[name] = [message.get("message") for message in frappe.get_message_log()]
        frappe.clear_messages()
    indicator = ("orange" if done else "red") if failed else "green"
    _tell(failed, _("Failed Transactions"), doctype, indicator)
    _tell(done, _("Successful Transactions"), doctype, indicator)


def _tell(messages: dict[str, list], title: str, doctype: str, indicator: str) -> None:
    if not messages:
        return
    lines = [f"<h4>{title}</h4>"]
    for name, texts in messages.items():
        link = frappe.utils.get_link_to_form(doctype, name)
        body = "".join(f"<div class='small text-muted' style='padding:2.5px'>{text}</div>" for text in texts if text)
        lines.append(
            f"<details><summary>{link}</summary>{body}</details>"
            if texts
            else f"<div>{frappe.utils.escape_html(name)}</div>"
        )
    frappe.msgprint("".join(lines), title=_("Workflow Status"), indicator=indicator, realtime=True)
