"""Assignments: one open ToDo per document and user."""

from typing import Any

import frappe
import frappe.share
from frappe import _
from frappe.utils import nowdate, strip_html


def get(args: dict | None = None) -> list[dict]:
    """Open assignments of a document: [{owner, name}]."""
    args = args or frappe.local.form_dict
    filters = {
        "reference_type": args.get("doctype"),
        "reference_name": args.get("name"),
        "status": ("not in", ("Cancelled", "Closed")),
    }
    return frappe.get_all("ToDo", fields=["allocated_to as owner", "name"], filters=filters, limit=5)


@frappe.whitelist()
def add(args: dict | None = None, *, ignore_permissions: bool = False) -> list[dict]:
    """Assign a document to users; shares it with those who cannot read it; answers the open assignments.

    Over HTTP the right to read the document is always needed.
    """
    args = args if args and not _is_request(args) else frappe._dict(frappe.local.form_dict)
    doc = frappe.get_doc(args["doctype"], args["name"])
    if not ignore_permissions or frappe.local.form_dict.get("ignore_permissions"):
        doc.check_permission()
    duplicates, shared = [], []
    for user in frappe.parse_json(args.get("assign_to")):
        if _open_todos(doc, user):
            duplicates.append(user)
            continue
        _assign(doc, user, args)
        if not frappe.has_permission(doc=doc, user=user):
            _share(doc, user)
            shared.append(user)
    if shared:
        frappe.msgprint(_("Shared with the following Users with Read access:{0}").format(_user_list(shared)))
    if duplicates:
        frappe.msgprint(_("Already in the following Users ToDo list:{0}").format(_user_list(duplicates)))
    return get(args)


def _is_request(args: dict) -> bool:
    return args is frappe.local.form_dict


def _open_todos(doc: Any, user: str) -> list:
    filters = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open", "allocated_to": user}
    return frappe.get_all("ToDo", filters=filters, limit=1)


def _assign(doc: Any, user: str, args: dict) -> None:
    description = str(args.get("description") or "")
    if not strip_html(description) and "<img" not in description:
        description = _("Assignment for {0} {1}").format(doc.doctype, doc.name)
    frappe.get_doc({
        "doctype": "ToDo",
        "allocated_to": user,
        "reference_type": doc.doctype,
        "reference_name": str(doc.name),
        "description": description,
        "priority": args.get("priority") or "Medium",
        "status": "Open",
        "date": args.get("date") or nowdate(),
        "assigned_by": frappe.session.user,
    }).insert(ignore_permissions=True)
    if doc.meta.get_field("assigned_to"):
        frappe.db.set_value(doc.doctype, doc.name, "assigned_to", user)


def _share(doc: Any, user: str) -> None:
    if frappe.get_system_settings("disable_document_sharing"):
        sentence = _("User {0} is not permitted to access this document.").format(frappe.bold(user))
        frappe.throw(sentence, title=_("Missing Permission"))
    frappe.share.add(doc.doctype, doc.name, user)


def _user_list(users: list[str]) -> str:
    return "<br><br>" + "<br>".join(users)


@frappe.whitelist()
def remove(doctype: str, name: str, assign_to: str) -> list[dict]:
    """Cancel an assignment; answers those still open."""
    return set_status(doctype, name, assign_to, "Cancelled")


@frappe.whitelist()
def close(doctype: str, name: str, assign_to: str) -> list[dict]:
    """Complete one's own assignment."""
    if assign_to != frappe.session.user:
        frappe.throw(_("Only the assignee can complete this to-do."))
    return set_status(doctype, name, assign_to, "Closed")


def set_status(doctype: str, name: str, assign_to: str, status: str, ignore_permissions: bool = False) -> list[dict]:
    """Give the user's ToDo this status and free the document's `assigned_to`."""
    if not ignore_permissions:
        frappe.get_doc(doctype, name).check_permission()
    filters = {
        "reference_type": doctype,
        "reference_name": name,
        "allocated_to": assign_to,
        "status": ("!=", status),
    }
    if todo := frappe.db.get_value("ToDo", filters):
        doc = frappe.get_doc("ToDo", todo)
        doc.status = status
        doc.save(ignore_permissions=True)
    if frappe.get_meta(doctype).get_field("assigned_to"):
        frappe.db.set_value(doctype, name, "assigned_to", None)
    return get({"doctype": doctype, "name": name})


def clear(doctype: str, name: str, ignore_permissions: bool = False) -> bool:
    """Cancel all assignments of a document; False when there were none."""
    users = frappe.get_all("ToDo", filters={"reference_type": doctype, "reference_name": name}, pluck="allocated_to")
    for user in users:
        set_status(doctype, name, user, "Cancelled", ignore_permissions)
    return bool(users)
