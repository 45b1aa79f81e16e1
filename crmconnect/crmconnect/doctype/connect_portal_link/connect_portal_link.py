import frappe

from crmconnect.core.document import ConnectDocument


class ConnectPortalLink(ConnectDocument):
    """The private link under which a client or vendor opens one document."""


def on_doctype_update() -> None:
    """Index by which a document finds its links."""
    frappe.db.add_index("Connect Portal Link", ["document_name", "document_type"])
