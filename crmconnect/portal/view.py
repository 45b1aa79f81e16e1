"""The context of the private pages."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.rate_limiter import rate_limit

from crmconnect.core import printing, retry
from crmconnect.portal import mail, pages, visitors

#: Nothing of a private page is kept by caches or search engines, and no other site learns its address.
PRIVATE = {
    "Cache-Control": "no-store,no-cache,must-revalidate,max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
#: Should a text of a document ever reach the page as markup, the browser runs and loads nothing of it.
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


@rate_limit(limit=600, seconds=600)
def fill(context: Any, token: str) -> None:
    """Everything the template needs; a link that opens nothing gives the same 404 page whatever is wrong with it."""
    context.no_cache, context.no_header, context.no_breadcrumbs = 1, 1, 1
    frappe.local.response_headers.update({**PRIVATE, "Content-Security-Policy": POLICY})
    try:
        doc, link, page = pages.open_document(token)
    except pages.NotAvailable:
        _show_nothing(context)
        return
    frappe.local.lang = mail.language_of(doc)
    context.message, context.error = "", ""
    if frappe.request and frappe.request.method == "POST":
        doc = retry.on_lost_lock(lambda: _answer(context, doc, page))
    else:
        retry.on_lost_lock(lambda: pages.record_opening(doc, link))
    _show(context, doc, token, page)


def _show_nothing(context: Any) -> None:
    context.http_status_code = frappe.local.response["http_status_code"] = 404
    context.update({"title": _("Not available"), "doc": None, "body": "crmconnect/templates/portal/gone.html"})
    context.page_language = frappe.local.lang or "en"


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
    whole = pages.is_shown_whole(doc)
    context.update(
        {
            "doc": doc,
            "body": page.template,
            "title": doc.get("number") or doc.get("subject") or doc.name,
            "page_language": frappe.local.lang,
            "token": token,
            "form_token": _form_token(),
            "by_staff": visitors.is_staff(),
            "company": company,
            "client": client,
            "may_answer": pages.may_answer(doc),
            "may_accept": pages.may_answer(doc) and pages.may_accept(doc),
            "whole": whole,
            "files": pages.files_of(doc) if whole else [],
            "pdf_url": f"/api/method/crmconnect.api.portal.pdf?token={token}",
        }
    )


def _form_token() -> str:
    """The CSRF token that the forms of a logged-in session must carry, "" when the session has none."""
    data = frappe.session.data or {}
    return data.get("csrf_token") or ""
