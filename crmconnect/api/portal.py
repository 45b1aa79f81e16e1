"""``crmconnect.api.portal``: what the private pages let a client download."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit

from crmconnect.core import pdf as drawing
from crmconnect.portal import mail, pages, view


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(key="token", limit=60, seconds=3600)
def pdf(token: str) -> None:
    """The document of a private link as a PDF, in the client's language."""
    doc = _opened(token)
    content = drawing.of_document(doc, mail.language_of(doc))
    frappe.local.response.filename = drawing.file_name(doc)
    frappe.local.response.filecontent = content
    frappe.local.response.type = "pdf"


@frappe.whitelist(allow_guest=True, methods=["GET"])
@rate_limit(key="token", limit=120, seconds=3600)
def file(token: str, row: str) -> None:
    """A file that is marked as visible to the client, from the document of a private link (row 99)."""
    doc = _opened(token)
    found = next((r for r in doc.get("files") or [] if r.name == row and r.visible_to_client), None)
    name = found and frappe.db.get_value("File", {"file_url": found.file}, "name")
    if not name:
        raise pages.NotAvailable
    stored = frappe.get_doc("File", name)
    frappe.local.response.filename = stored.file_name
    frappe.local.response.filecontent = stored.get_content()
    frappe.local.response.type = "download"


def _opened(token: str) -> Document:
    """The document of a private link, while the client may have it whole."""
    frappe.local.response_headers.update(view.PRIVATE)
    doc, _link, _page = pages.open_document(token)
    if not pages.is_shown_whole(doc):
        raise pages.NotAvailable
    return doc
