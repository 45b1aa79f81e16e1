"""Comments written on a form."""

from typing import Any

import frappe
from frappe import _
from frappe.utils.html_utils import sanitize_html


@frappe.whitelist(methods=["POST", "PUT"])
def add_comment(
    reference_doctype: str, reference_name: str, content: str, comment_email: str, comment_by: str
) -> Any:
    """Comment on a document that the user may read; the author is always the user himself."""
    frappe.get_doc(reference_doctype, reference_name).check_permission()
    user = frappe.session.user
    comment = frappe.get_doc({
        "doctype": "Comment",
        "comment_type": "Comment",
        "reference_doctype": reference_doctype,
        "reference_name": reference_name,
        "comment_email": user,
        "comment_by": frappe.utils.get_fullname(user),
        "content": sanitize_html(content, always_sanitize=True),
    })
    return comment.insert(ignore_permissions=True)


@frappe.whitelist(methods=["POST", "PUT"])
def update_comment(name: str, content: str) -> None:
    """Change one's own comment."""
    doc = frappe.get_doc("Comment", name)
    if frappe.session.user not in ("Administrator", doc.owner):
        frappe.throw(_("Comment can only be edited by the owner"), frappe.PermissionError)
    if doc.reference_doctype and doc.reference_name:
        frappe.get_doc(doc.reference_doctype, doc.reference_name).check_permission()
    doc.content = sanitize_html(content, always_sanitize=True)
    doc.save(ignore_permissions=True)
