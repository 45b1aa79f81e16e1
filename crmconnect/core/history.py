"""The history of a document: one line per thing that happened, with user and time, as Frappe's timeline shows them."""

from __future__ import annotations

import frappe


def write(doctype: str, name: str, text: str, kind: str = "Info") -> None:
    """Write one line into the history of a document under the current user's name; ``text`` is plain text."""
    frappe.get_doc(
        {
            "doctype": "Comment",
            "comment_type": kind,
            "reference_doctype": doctype,
            "reference_name": name,
            "comment_email": frappe.session.user,
            "comment_by": frappe.utils.get_fullname(frappe.session.user),
            "content": frappe.utils.escape_html(text),
        }
    ).insert(ignore_permissions=True, ignore_links=True)
