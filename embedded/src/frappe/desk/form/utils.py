"""Comments written on a form."""

from typing import Any

import frappe
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
