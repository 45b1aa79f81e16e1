import frappe
from frappe import _
from frappe.email.queue import send_now, send_one
from frappe.model.document import Document

__all__ = ["EmailQueue", "send_now"]


class EmailQueue(Document):
    """One mail to be sent; see `frappe.email.queue`."""

    def on_trash(self) -> None:
        if frappe.session.user != "Administrator":
            frappe.throw(_("Only Administrator can delete Email Queue"))

    def send(self, force_send: bool = False) -> None:
        """Send now; commits."""
        send_one(self.name, force=force_send)


def on_doctype_update() -> None:
    frappe.db.add_index("Email Queue", ["status", "send_after", "priority", "creation"], "index_bulk_flush")
