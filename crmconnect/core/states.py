"""The one way a document changes its state.

Frappe's Workflow is no guard by itself (a PUT of the state passes, ``submit`` called as a method skips transitions), so
each DocType's :class:`~crmconnect.core.machine.Machine` decides and this module writes. A Workflow says which roles may
make a move and under which condition; an administrator may change those, never the states.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import history
from crmconnect.core.machine import Machine, State

#: Set as ``doc.flags.by_service`` by our own services; compared by identity, so that no request can forge it.
SERVICE = object()


def machine_of(doc: Document) -> Machine | None:
    """The machine of a document's controller, None where it has no states."""
    return getattr(doc, "machine", None)


def is_service(doc: Document) -> bool:
    """Whether one of our services (not a person's form or request) is saving the document."""
    return doc.flags.get("by_service") is SERVICE


def as_service(doc: Document) -> Document:
    """Mark ``doc`` as being written by a service, which may set the system's own fields."""
    doc.flags.by_service = SERVICE
    return doc


def set_state(doc: Document, state: State) -> None:
    """Put the state's label and number into the document, without saving."""
    doc.status = state.label
    if state.code is not None:
        doc.status_code = state.code


def target_of(doc: Document, action: str) -> State:
    """The state that ``action`` leads to from where the document is; refuses with the states that would allow it."""
    machine = machine_of(doc)
    if machine and (move := machine.move(action, doc.status)):
        return machine.state(move.target)
    return frappe.throw(refusal(doc, action), title=_("Not possible in this status"))


def refusal(doc: Document, action: str) -> str:
    """Why ``action`` is refused now, in the user's language."""
    machine = machine_of(doc)
    sources = [_(label) for label in machine.sources(action)] if machine else []
    return _("{0} {1} is {2}; this is possible only when it is {3}.").format(
        _(doc.doctype), doc.get("number") or doc.name, _(doc.status), " / ".join(sources) or "—"
    )


def can(doc: Document, action: str) -> bool:
    """Whether the machine allows ``action`` where the document is."""
    machine = machine_of(doc)
    return bool(machine and machine.move(action, doc.status))


def move(doc: Document, action: str, reason: str = "", **changes: Any) -> None:
    """Make the move ``action``: one UPDATE of status, number and ``changes``, one line in the history.

    Writes with ``db_set`` so that it also works on a submitted document; the caller holds the document's lock.
    """
    before, state = doc.status, target_of(doc, action)
    values: dict[str, Any] = {"status": state.label, **changes}
    if state.code is not None:
        values["status_code"] = state.code
    doc.db_set(values)
    log(doc, before, state.label, reason)


def locked(doc: Document) -> Document:
    """The stored document under its lock, for moves that no action makes (the client's page, the night job)."""
    return frappe.get_doc(doc.doctype, doc.name, for_update=True)


def log(doc: Document, before: str, after: str, reason: str = "") -> None:
    """Write a change of status into the document's history, with the reason given."""
    text = _("{0} → {1}").format(_(before), _(after))
    note(doc, f"{text}: {reason}" if reason else text, "Workflow")


def note(doc: Document, text: str, kind: str = "Info") -> None:
    """Write one line into the document's history under the current user's name."""
    history.write(doc.doctype, doc.name, text, kind)


def guard(doc: Document) -> None:
    """Refuse what a person may not change: the status itself, and fields that this status does not leave open.

    Called from ``validate``. A new document starts in the machine's first state.
    """
    machine = machine_of(doc)
    if machine is None:
        return
    stored = doc.get_doc_before_save()
    if stored is None:
        set_state(doc, machine.initial)
        return
    if is_service(doc):
        return
    _refuse_status_change(doc, stored)
    set_state(doc, machine.state(stored.status))
    _refuse_closed_fields(doc, stored, machine)


def _refuse_status_change(doc: Document, stored: Document) -> None:
    if doc.status and doc.status != stored.status:
        frappe.throw(
            _("{0} cannot be set by hand: it is {1}. Use the document's actions.").format(
                _(doc.meta.get_label("status")), _(stored.status)
            ),
            title=_("Status"),
        )


def _refuse_closed_fields(doc: Document, stored: Document, machine: Machine) -> None:
    closed = [
        df.label
        for df in doc.meta.fields
        if is_peoples_field(df) and not machine.may_edit(stored.status, df.fieldname) and differs(doc, stored, df)
    ]
    if closed:
        frappe.throw(
            _("{0} cannot be changed while the document is {1}.").format(
                ", ".join(_(label) for label in closed), _(stored.status)
            ),
            title=_("Locked by status"),
        )


def is_peoples_field(df: Any) -> bool:
    """Whether a field is filled by people: neither read-only, virtual nor an administrator's own."""
    if df.read_only or df.get("is_virtual") or df.get("is_custom_field"):
        return False
    return df.fieldtype in frappe.model.table_fields or df.fieldtype not in frappe.model.no_value_fields


def differs(doc: Document, stored: Document, df: Any) -> bool:
    """Whether the field has another value than the stored document, compared as the database would keep it."""
    if df.fieldtype in frappe.model.table_fields:
        return _rows(doc, df.fieldname) != _rows(stored, df.fieldname)
    return normal(doc.get(df.fieldname), df) != normal(stored.get(df.fieldname), df)


def _rows(doc: Document, fieldname: str) -> list[tuple]:
    return [
        tuple(normal(row.get(df.fieldname), df) for df in row.meta.fields if is_peoples_field(df))
        for row in doc.get(fieldname) or []
    ]


def normal(value: Any, df: Any) -> Any:
    """A value in the one form in which two of them can be compared."""
    if df.fieldtype in ("Int", "Check"):
        return frappe.utils.cint(value)
    if df.fieldtype in ("Float", "Currency", "Percent"):
        return round(frappe.utils.flt(value), 6)
    return str(value) if value not in (None, "") else ""


def require_docstatus_move(doc: Document, action: str) -> None:
    """Called from ``before_submit`` and ``before_cancel``: ask the machine, then take its target state.

    Every way to a new docstatus passes here: the action, a PUT of docstatus, a bulk update, an import.
    """
    machine = machine_of(doc)
    if machine is None:
        return
    stored = doc.get_doc_before_save()
    doc.status = stored.status if stored else machine.initial.label
    before, state = doc.status, target_of(doc, action)
    set_state(doc, state)
    doc.flags.state_log = (before, state.label)


def log_docstatus_move(doc: Document, reason: str = "") -> None:
    """Called from ``on_submit`` and ``on_cancel``: the history line of the move made before."""
    if moved := doc.flags.get("state_log"):
        before, after = moved
        log(doc, before, after, reason)
        doc.flags.state_log = None


def refuse_discard(doc: Document) -> None:
    """``before_discard``: Frappe asks nobody before it discards a draft; ours are deleted or kept."""
    frappe.throw(_("{0} cannot be discarded. Delete the draft instead.").format(_(doc.doctype)))


def refuse_delete(doc: Document) -> None:
    """``on_trash``: only what never left its first state may be deleted."""
    machine = machine_of(doc)
    if machine and doc.status and doc.status != machine.initial.label:
        frappe.throw(
            _("{0} {1} is {2} and cannot be deleted; only a {3} can.").format(
                _(doc.doctype), doc.get("number") or doc.name, _(doc.status), _(machine.initial.label)
            ),
            title=_("Cannot delete"),
        )
