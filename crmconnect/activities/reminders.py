"""Follow-up reminders: at the due minute the user's bell rings, once; snoozing rings again later (row 54)."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, states

DOCTYPE = "Connect Reminder"
SEE_ALL = frozenset({"System Manager", "Connect Manager", "Connect Sales Manager"})
#: One run rings at most so many; the next minute goes on.
BATCH = 500


def prepare(doc: Document) -> None:
    """``validate``: a document that the user may read, and a new time rings anew."""
    before = doc.get_doc_before_save()
    if not before:
        frappe.get_doc(doc.reference_doctype, doc.reference_name).check_permission("read")
    elif str(before.remind_at) != str(doc.remind_at):
        doc.notified_at = None


def set_on(doc: Document, remind_at: datetime.datetime | str, subject: str = "", user: str = "") -> Document:
    """A reminder about ``doc`` for ``user`` (else whoever asks)."""
    reminder = frappe.new_doc(DOCTYPE)
    reminder.update({"reference_doctype": doc.doctype, "reference_name": doc.name, "remind_at": remind_at})
    reminder.update({"user": user or frappe.session.user, "subject": subject or _("Follow up {0}").format(doc.name)})
    return reminder.insert(ignore_permissions=True)


def snooze(doc: Document, minutes: int) -> None:
    """Ring again in so many minutes from now."""
    if minutes <= 0:
        frappe.throw(_("{0} must be more than 0.").format(_("Minutes")))
    later = clock.now() + datetime.timedelta(minutes=minutes)
    doc.db_set({"remind_at": later, "notified_at": None, "is_done": 0})


def done(doc: Document) -> None:
    """Close the reminder."""
    doc.db_set("is_done", 1)


def ring() -> int:
    """Every minute: ring what is due and was not rung yet; how many did."""
    filters = {"is_done": 0, "notified_at": ("is", "not set"), "remind_at": ("<=", clock.now())}
    names = frappe.get_all(DOCTYPE, filters=filters, order_by="remind_at", pluck="name", limit=BATCH)
    for name in names:
        _ring_one(states.as_service(frappe.get_doc(DOCTYPE, name, for_update=True)))
    return len(names)


def _ring_one(reminder: Document) -> None:
    if reminder.notified_at or reminder.is_done:
        return
    reminder.db_set("notified_at", clock.now())
    frappe.get_doc(
        {
            "doctype": "Notification Log",
            "for_user": reminder.user,
            "type": "Alert",
            "subject": frappe.utils.escape_html(reminder.subject),
            "document_type": reminder.reference_doctype,
            "document_name": reminder.reference_name,
        }
    ).insert(ignore_permissions=True)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None, **_kwargs: Any) -> bool:
    """Hook ``has_permission``: one's own reminders; managers see all."""
    user = user or frappe.session.user
    return doc.is_new() or user in (doc.user, doc.owner) or bool(SEE_ALL & set(frappe.get_roles(user)))


def query_conditions(user: str | None = None, doctype: str | None = None) -> str:
    """Hook ``permission_query_conditions``: the same rule for lists."""
    user = user or frappe.session.user
    if user == "Administrator" or SEE_ALL & set(frappe.get_roles(user)):
        return ""
    name = frappe.db.escape(user)
    return f"(`tabConnect Reminder`.`user` = {name} or `tabConnect Reminder`.`owner` = {name})"
