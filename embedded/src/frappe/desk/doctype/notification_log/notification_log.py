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


def enqueue_create_notification(users: str | list[str], doc: dict) -> None:
    """Write the notification for each of these enabled users (names, or a text with commas) other than its sender."""
    names = [u.strip() for u in users.split(",")] if isinstance(users, str) else list(users)
    for name in frappe.get_all("User", filters={"name": ["in", names], "enabled": 1}, pluck="name") if names else ():
        if name != doc.get("from_user"):
            row = frappe.get_doc({"doctype": "Notification Log", **doc, "for_user": name})
            row.insert(ignore_permissions=True)
