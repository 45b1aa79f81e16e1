import frappe
from frappe.model.document import Document


class Communication(Document):
    def validate(self) -> None:
        self.sender_full_name = self.sender_full_name or self.sender
        self.seen = 1 if self.sent_or_received == "Sent" else self.seen


def on_doctype_update() -> None:
    frappe.db.add_index("Communication", ["reference_doctype", "reference_name"])


def has_permission(doc: Document, ptype: str, user: str | None = None, debug: bool = False) -> bool:
    """Whoever may read the document that a message belongs to may read the message, and nobody else by it."""
    if ptype == "read" and doc.reference_doctype and doc.reference_name:
        if (doc.reference_doctype, doc.reference_name) == (doc.doctype, doc.name):
            return True
        return bool(frappe.has_permission(doc.reference_doctype, "read", doc.reference_name, user=user))
    return True


def get_permission_query_conditions(user: str | None) -> str:
    """E-mails are listed for System Managers and for their sender."""
    user = user or frappe.session.user
    if "System Manager" in frappe.get_roles(user):
        return ""
    owner = f"`tabCommunication`.owner = {frappe.db.escape(user)}"
    return f"(`tabCommunication`.communication_medium != 'Email' or {owner})"
