"""Sharing a document with a user (or everyone): rights beyond those of the roles, kept in DocShare."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint


@frappe.whitelist()
def add(doctype: str, name: str, user=None, read=1, write=0, submit=0, share=0, everyone=0, notify=0):
    """Share a document; needs the right to share it."""
    rights = {"write": write, "submit": submit, "share": share}
    return add_docshare(doctype, name, user=user, read=read, everyone=everyone, notify=notify, **rights)


def add_docshare(
    doctype: str, name: str, user=None, read=1, write=0, submit=0, share=0, everyone=0, flags=None, notify=0
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
    doc.update({"read": 1, "write": cint(write), "submit": cint(submit), "share": cint(share)})
    doc.save(ignore_permissions=True)
    if cint(notify) and not cint(everyone):
        _notify(doctype, name, user)
    return doc


def remove(doctype: str, name: str, user: str, flags=None) -> None:
    """Stop sharing the document with the user."""
    existing = get_share_name(doctype, name, user, 0)
    if existing:
        frappe.delete_doc("DocShare", existing, flags=flags)


@frappe.whitelist()
def set_permission(doctype: str, name: str, user: str, permission_to: str, value=1, everyone=0):
    """Give or take one right (read, write, submit, share) of a share."""
    return set_docshare_permission(doctype, name, user, permission_to, value=value, everyone=everyone)


def set_docshare_permission(doctype: str, name: str, user: str, permission_to: str, value=1, everyone=0, flags=None):
    """As `set_permission`; a share without any right left is deleted and None answered."""
    if permission_to not in ("read", "write", "submit", "share"):
        frappe.throw(_("Invalid permission type {0}").format(frappe.bold(str(permission_to))))
    if not (flags or {}).get("ignore_share_permission"):
        check_share_permission(doctype, name)
    existing = get_share_name(doctype, name, user, everyone)
    if not existing:
        rights: dict[str, Any] = {permission_to: 1}
        return add_docshare(doctype, name, user, everyone=everyone, flags=flags, **rights) if cint(value) else None
    share = frappe.get_doc("DocShare", existing)
    share.flags.update(flags or {})
    share.flags.ignore_permissions = True
    share.set(permission_to, cint(value))
    if permission_to == "read" and not cint(value):
        share.update({"write": 0, "submit": 0, "share": 0})
    share.save()
    if any(cint(share.get(right)) for right in ("read", "write", "submit", "share")):
        return share
    share.delete()
    return None


@frappe.whitelist()
def get_users(doctype: str, name: str) -> list[dict]:
    """The shares of a document; empty for whoever may not read it."""
    return _get_users(frappe.get_doc(doctype, name))


def _get_users(doc: Any) -> list[dict]:
    from frappe.permissions import has_permission

    if not has_permission(doc.doctype, "read", doc, print_logs=False):
        return []
    fields = ["name", "user", "read", "write", "submit", "share", "everyone", "owner", "creation"]
    filters = {"share_doctype": doc.doctype, "share_name": str(doc.name)}
    return frappe.get_all("DocShare", fields=fields, filters=filters)


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


def _notify(doctype: str, name: str, user: str) -> None:
    from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
    from frappe.utils import get_fullname

    message = _("{0} shared a document {1} {2} with you").format(
        frappe.bold(get_fullname(frappe.session.user)), frappe.bold(_(doctype)), frappe.bold(name)
    )
    values = {"type": "Share", "document_type": doctype, "document_name": name, "subject": message}
    enqueue_create_notification(user, {**values, "from_user": frappe.session.user})
