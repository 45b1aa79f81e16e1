"""Private links: one live link per document and purpose, of 32 random bytes, revocable."""

from __future__ import annotations

import datetime
import secrets

import frappe
from frappe.model.document import Document

from crmconnect.core import clock

DOCTYPE = "Connect Portal Link"


def link_of(doc: Document, purpose: str = "view") -> str:
    """The token of the document's live link; made when there is none yet."""
    return _find(doc, purpose) or _make(doc, purpose)


def _find(doc: Document, purpose: str) -> str | None:
    filters = {"document_type": doc.doctype, "document_name": doc.name, "purpose": purpose, "revoked": 0}
    rows = frappe.get_all(DOCTYPE, filters, ["token", "expires_on"], order_by="creation desc")
    today = clock.today()
    return next((row.token for row in rows if not row.expires_on or row.expires_on >= today), None)


def _make(doc: Document, purpose: str) -> str:
    link = frappe.new_doc(DOCTYPE)
    link.update({"document_type": doc.doctype, "document_name": doc.name, "purpose": purpose})
    link.token = secrets.token_urlsafe(32)
    link.flags.ignore_links = True
    link.insert(ignore_permissions=True)
    return link.token


def url(token: str) -> str:
    """The address under which a token opens its document."""
    return frappe.utils.get_url(f"/p/{token}")


def url_of(doc: Document) -> str | None:
    """The address of the document's live link, None while it was never sent."""
    token = _find(doc, "view") if doc.get("sent_at") else None
    return url(token) if token else None


def resolve(token: str, today: datetime.date) -> frappe._dict | None:
    """The live link of a token: not revoked, not expired; None for anything else, without saying why."""
    if not token or len(token) > 64:
        return None
    fields = ["name", "token", "document_type", "document_name", "purpose", "expires_on"]
    link = frappe.db.get_value(DOCTYPE, {"token": token, "revoked": 0}, fields, as_dict=True)
    # MariaDB compares texts without regard to case; a token is right to the letter.
    if not link or not secrets.compare_digest(str(link.token).encode(), token.encode()):
        return None
    if link.expires_on and link.expires_on < today:
        return None
    return link


def revoke_all(doc: Document) -> None:
    """Close every link of a document that goes away."""
    for name in frappe.get_all(DOCTYPE, {"document_type": doc.doctype, "document_name": doc.name}, pluck="name"):
        frappe.delete_doc(DOCTYPE, name, ignore_permissions=True, force=True)


def mail_status(doc: Document) -> str | None:
    """What became of the last e-mail sent with the document: Not Sent (waiting), Sending, Sent, Error (row 87)."""
    if not doc.get("sent_at"):
        return None
    filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
    return frappe.db.get_value("Email Queue", filters, "status", order_by="creation desc")
