"""Likes: the users in a document's `_liked_by`."""

import json

import frappe
from frappe import _


@frappe.whitelist()
def toggle_like(doctype: str, name: str, add: str | bool = False) -> None:
    """Like a document that the user may read (`add` = "Yes"), or take it back."""
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    user = frappe.session.user
    users = json.loads(frappe.db.get_value(doctype, name, "_liked_by") or "[]")
    if (add == "Yes") == (user in users):
        return
    if add == "Yes":
        users.append(user)
        doc.add_comment("Like", _("Liked"))
    else:
        users.remove(user)
        own = {"comment_type": "Like", "reference_doctype": doctype, "reference_name": name, "owner": user}
        for comment in frappe.get_all("Comment", filters=own, pluck="name"):
            frappe.delete_doc("Comment", comment, ignore_permissions=True, force=True)
    frappe.db.set_value(doctype, name, "_liked_by", json.dumps(users), update_modified=False)
