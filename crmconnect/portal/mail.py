"""E-mails to clients: from the Email Templates that an administrator edits, in the client's language."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import pdf as drawing
from crmconnect.core.printing import reading_in

#: The host renders texts of records without escaping.
ESCAPED = "{{% autoescape true %}}{}{{% endautoescape %}}"


def require_outgoing() -> None:
    """Refuse before trying when no outgoing mail is set up (row 157)."""
    outgoing = {"enable_outgoing": 1, "default_outgoing": 1}
    if frappe.conf.get("mail_server") or frappe.db.exists("Email Account", outgoing):
        return
    frappe.throw(
        _("No outgoing e-mail is set up. Ask an administrator to add an Email Account for sending."), title=_("E-mail")
    )


def require_address(address: str, doctype: str, name: str) -> None:
    """Refuse, naming what to fill in, when a client has no e-mail address (row 157)."""
    if not address:
        frappe.throw(
            _("{0} has no e-mail address. Fill it in first.").format(
                frappe.db.get_value(doctype, name, "client_name") or name
            ),
            frappe.MandatoryError,
            title=_("E-mail"),
        )


def language_of(doc: Document) -> str:
    """The language in which a client gets his documents."""
    client = doc.get("client")
    return (client and frappe.db.get_value("Connect Client", client, "language")) or "ro"


def send_document(doc: Document, recipient: str, url: str = "", pdf: bool = False, template: str = "") -> None:
    """Queue the e-mail of a document: written with the document's change, delivered after it.

    With ``pdf`` the attachment is drawn in a job after the commit, so that no lock is held while it is drawn.
    """
    if not pdf:
        _queue(doc, recipient, url, [], template)
        return
    frappe.enqueue(
        "crmconnect.portal.mail.send_with_pdf",
        enqueue_after_commit=True,
        doctype=doc.doctype,
        name=doc.name,
        recipient=recipient,
        url=url,
    )


def send_with_pdf(doctype: str, name: str, recipient: str, url: str = "") -> None:
    """The job behind :func:`send_document`."""
    doc = frappe.get_doc(doctype, name)
    html = drawing.html_of(doc, language_of(doc))
    frappe.db.commit()  # allowed: a job's first step; nothing may be locked while the PDF is drawn
    _queue(doc, recipient, url, [{"fname": drawing.file_name(doc), "fcontent": drawing.draw(html)}])


def _queue(doc: Document, recipient: str, url: str, attachments: list[dict], template: str = "") -> None:
    subject, message = render(doc, url, template)
    frappe.sendmail(
        recipients=[recipient],
        subject=subject,
        message=message,
        attachments=attachments,
        reference_doctype=doc.doctype,
        reference_name=doc.name,
    )


def render(doc: Document, url: str, template: str = "") -> tuple[str, str]:
    """Subject and body of the document's e-mail in the client's language; ``template`` defaults to the DocType's own.

    What the documents hold is text: in the body it is escaped, whatever template an administrator wrote.
    """
    base, language = template or doc.doctype, language_of(doc)
    name = f"{base} ({language})"
    if not frappe.db.exists("Email Template", name):
        name = f"{base} (en)"
    text = frappe.get_cached_doc("Email Template", name)
    body = text.response_html if text.use_html else text.response
    with reading_in(language):
        context = _context(doc, url)
        subject = frappe.render_template(text.subject, context)
        return " ".join(subject.split()), frappe.render_template(ESCAPED.format(body), context)


def _context(doc: Document, url: str) -> dict[str, Any]:
    client = doc.get("client") and frappe.db.get_value("Connect Client", doc.client, "client_name")
    company = doc.get("company") and frappe.get_cached_doc("Connect Company", doc.company).as_dict()
    return {"doc": doc, "url": url, "client_name": client or doc.get("to_name") or "", "company": company or {}}
