import frappe
from frappe.model.document import Document


class BackgroundJob(Document):
    """A job of the durable queue; see `frappe.utils.background_jobs`."""


def on_doctype_update() -> None:
    """Workers look for the first waiting job."""
    frappe.db.add_index("Background Job", ["status", "priority", "creation"], "claim_order")
