"""The context of the private pages."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import printing
from crmconnect.portal import mail, pages


def fill(context: Any, token: str) -> None:
    """Everything the template needs; a link that opens nothing gives the same 404 page whatever is wrong with it."""
    context.no_cache, context.no_header, context.no_breadcrumbs = 1, 1, 1
    frappe.local.response_headers.set("X-Robots-Tag", "noindex")
    frappe.local.response_headers.set("Referrer-Policy", "no-referrer")
    try:
        doc, link, page = pages.open_document(token)
    except pages.NotAvailable:
        context.http_status_code = frappe.local.response["http_status_code"] = 404
        context.update({"title": _("Not available"), "doc": None, "body": "crmconnect/templates/portal/gone.html"})
        return
    frappe.local.lang = mail.language_of(doc)
    context.message, context.error = "", ""
    if frappe.request and frappe.request.method == "POST":
        doc = _answer(context, doc, page)
    else:
        pages.record_opening(doc, link)
    _show(context, doc, token, page)


def _answer(context: Any, doc: Document, page: pages.Page) -> Document:
    try:
        context.message = pages.answer(doc, page, frappe.form_dict)
    except frappe.ValidationError as refused:
        frappe.db.rollback()  # allowed: nothing of a refused answer may stay
        frappe.clear_messages()
        context.error = str(refused)
        frappe.local.response["http_status_code"] = context.http_status_code = 417
    return frappe.get_doc(doc.doctype, doc.name)


def _show(context: Any, doc: Document, token: str, page: pages.Page) -> None:
    company = printing.connect_party("Connect Company", doc.get("company"))
    client = printing.connect_party("Connect Client", doc.get("client"))
    context.update(
        {
            "doc": doc,
            "body": page.template,
            "title": doc.get("number") or doc.get("subject") or doc.name,
            "token": token,
            "company": company,
            "client": client,
            "may_answer": pages.may_answer(doc),
            "may_accept": pages.may_answer(doc) and pages.may_accept(doc),
            "files": pages.files_of(doc),
            "pdf_url": f"/api/method/crmconnect.api.portal.pdf?token={token}",
        }
    )
