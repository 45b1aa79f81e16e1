import frappe
from frappe.model.document import Document


class NotificationLog(Document):
    pass


def get_permission_query_conditions(for_user: str | None) -> str:
    """Everyone sees his own."""
    user = for_user or frappe.session.user
    return "" if user == "Administrator" else f"(`tabNotification Log`.for_user = {frappe.db.escape(user)})"


def has_permission(doc: Document, user: str, ptype: str | None = None) -> bool:
    """Everyone reads his own."""
    return user in ("Administrator", doc.for_user)
