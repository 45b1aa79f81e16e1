"""Telling the staff: a line in the bell of the user concerned."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


def user(recipient: str | None, subject: str, doc: Document, kind: str = "Alert") -> None:
    """Put a notification about ``doc`` into the bell of ``recipient``; nobody is told of what he did himself."""
    if not recipient or recipient == frappe.session.user:
        return
    frappe.get_doc(
        {
            "doctype": "Notification Log",
            "for_user": recipient,
            "from_user": frappe.session.user,
            "type": kind,
            "subject": frappe.utils.escape_html(subject),
            "document_type": doc.doctype,
            "document_name": doc.name,
        }
    ).insert(ignore_permissions=True)


def responsible(doc: Document, subject: str) -> None:
    """Tell whoever is responsible for ``doc``: its assignee, else its owner."""
    user(doc.get("assigned_to") or doc.owner, subject, doc)


def on_assigned(doc: Document, _event: str | None = None) -> None:
    """``on_update`` of documents with ``assigned_to``: tell the new assignee, once per change."""
    if doc.get("assigned_to") and doc.has_value_changed("assigned_to"):
        user(doc.assigned_to, _("{0} {1} was assigned to you").format(_(doc.doctype), doc.name), doc, "Assignment")
