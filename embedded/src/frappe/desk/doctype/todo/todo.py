import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.permissions import AUTOMATIC_ROLES
from frappe.utils import get_fullname


class ToDo(Document):
    def validate(self) -> None:
        self.flags.comment = self._comment()

    def on_update(self) -> None:
        if self.flags.comment and self._has_reference():
            kind, text = self.flags.comment
            frappe.get_doc(self.reference_type, self.reference_name).add_comment(kind, text)
        self.update_in_reference()

    def after_delete(self) -> None:
        self.update_in_reference()

    def _has_reference(self) -> bool:
        return bool(self.reference_type and self.reference_name)

    def _comment(self) -> tuple[str, str] | None:
        """(kind, text) of what to write on the document that this is about."""
        by, to, me = get_fullname(self.assigned_by), get_fullname(self.allocated_to), frappe.session.user
        if self.is_new():
            if self.assigned_by == self.allocated_to:
                return "Assigned", _("{0} self assigned this task: {1}").format(by, self.description)
            return "Assigned", _("{0} assigned {1}: {2}").format(by, to, self.description)
        if not self.has_value_changed("status"):
            return None
        if self.allocated_to == me:
            return "Assignment Completed", _("{0} removed their assignment.").format(get_fullname(me))
        return "Assignment Completed", _("Assignment of {0} removed by {1}").format(to, get_fullname(me))

    def update_in_reference(self) -> None:
        """Write the open assignees into `_assign` of the document that this is about."""
        if not self._has_reference() or frappe.get_meta(self.reference_type).issingle:
            return
        filters = {
            "reference_type": self.reference_type,
            "reference_name": str(self.reference_name),
            "status": ["not in", ("Cancelled", "Closed")],
            "allocated_to": ["is", "set"],
        }
        users = frappe.get_all("ToDo", filters=filters, pluck="allocated_to", order_by="creation asc")
        value = json.dumps(users) if users else ""
        frappe.db.set_value(self.reference_type, self.reference_name, "_assign", value, update_modified=False)


def on_doctype_update() -> None:
    frappe.db.add_index("ToDo", ["reference_type", "reference_name"])


def _has_full_access(user: str, ptype: str) -> bool:
    """True if a role other than the automatic ones has a rule for ToDo."""
    roles = set(frappe.permissions.get_doctype_roles("ToDo", ptype)) - set(AUTOMATIC_ROLES)
    return not roles.isdisjoint(frappe.get_roles(user))


def get_permission_query_conditions(user: str | None) -> str:
    """A user lists what is assigned to him or by him."""
    user = user or frappe.session.user
    if _has_full_access(user, "read"):
        return ""
    name = frappe.db.escape(user)
    return f"(`tabToDo`.allocated_to = {name} or `tabToDo`.assigned_by = {name})"


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """As get_permission_query_conditions, for one document."""
    user = user or frappe.session.user
    return _has_full_access(user, ptype) or user in (doc.allocated_to, doc.assigned_by)
