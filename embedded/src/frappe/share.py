"""Sharing a document with a user (or everyone): rights beyond those of the roles, kept in DocShare."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint


@frappe.whitelist()
def add(doctype: str, name: str, user=None, read=1, write=0, submit=0, share=0, everyone=0):
    """Share a document; needs the right to share it."""
    rights = {"write": write, "submit": submit, "share": share}
    return add_docshare(doctype, name, user=user, read=read, everyone=everyone, **rights)


def add_docshare(
    doctype: str, name: str, user=None, read=1, write=0, submit=0, share=0, everyone=0, flags=None
):
    """As `add`; flags {"ignore_share_permission": True} skips the check. Answers the DocShare."""
    user = user or frappe.session.user
    if not (flags or {}).get("ignore_share_permission"):
        check_share_permission(doctype, name)
    existing = get_share_name(doctype, name, user, everyone)
    if existing:
        doc = frappe.get_doc("DocShare", existing)
    else:
        doc = frappe.new_doc("DocShare")
        doc.update({"user": user, "share_doctype": doctype, "share_name": name, "everyone": cint(everyone)})
    doc.flags.update(flags or {})
    for right, value in (("read", 1), ("write", write), ("submit", submit), ("share", share)):
        doc.set(right, cint(value))  # `update` leaves `submit` alone, the name of a method
    doc.save(ignore_permissions=True)
    return doc


def remove(doctype: str, name: str, user: str, flags=None) -> None:
    """Stop sharing the document with the user."""
    existing = get_share_name(doctype, name, user, 0)
    if existing:
        frappe.delete_doc("DocShare", existing, flags=flags)


def get_shared(
    doctype: str, user: str | None = None, rights: list[str] | None = None, *, filters=None, limit=None
) -> list[str]:
    """Names of the documents shared with the user for all these rights (default: read)."""
    user = user or frappe.session.user
    conditions = [[right, "=", 1] for right in rights or ["read"]]
    conditions += [["share_doctype", "=", doctype], *(filters or [])]
    or_filters = [["user", "=", user]]
    if user != "Guest":
        or_filters.append(["everyone", "=", 1])
    return frappe.get_all(
        "DocShare", filters=conditions, or_filters=or_filters, pluck="share_name", order_by=None, limit=limit
    )


def get_share_name(doctype: str, name: str, user: str | None, everyone: Any) -> str | None:
    """Name of the existing DocShare, if any."""
    whom = {"everyone": 1} if cint(everyone) else {"user": user}
    return frappe.db.get_value("DocShare", {**whom, "share_name": name, "share_doctype": doctype})


def check_share_permission(doctype: str, name: str) -> None:
    """Raise PermissionError unless the session's user may share this document."""
    if not frappe.has_permission(doctype, ptype="share", doc=name):
        frappe.throw(_("No permission to {0} {1} {2}").format("share", _(doctype), name), frappe.PermissionError)
