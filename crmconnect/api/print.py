"""``crmconnect.api.print``: documents as PDF for staff, drawn here without Frappe's wkhtmltopdf."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import print_format

from crmconnect.core import pdf as drawing
from crmconnect.portal import mail


@frappe.whitelist(methods=["GET", "POST"])
def pdf(doctype: str, name: str, format: str | None = None, language: str | None = None) -> None:
    """One of our documents as a PDF, by default in its client's language; asks for the right to print it."""
    doc = _printable(doctype, name)
    content = drawing.of_document(doc, _language(doc, language), _format(doc, format))
    frappe.local.response.filename = drawing.file_name(doc)
    frappe.local.response.filecontent = content
    frappe.local.response.type = "pdf"


def _printable(doctype: str, name: str) -> Document:
    if not doctype.startswith("Connect "):
        raise frappe.DoesNotExistError
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    doc.check_permission("print")
    return doc


def _language(doc: Document, wanted: str | None) -> str:
    return wanted if wanted and frappe.db.exists("Language", wanted) else mail.language_of(doc)


def _format(doc: Document, wanted: str | None) -> str | None:
    """A print format of that DocType, else its own; "Standard" is Frappe's word for none in particular."""
    return frappe.db.get_value("Print Format", {"name": wanted or "", "doc_type": doc.doctype, "disabled": 0}, "name")


@frappe.whitelist(allow_guest=True)
def download_pdf(doctype: str, name: str, format: str | None = None, language: str | None = None, **more: Any) -> Any:
    """Frappe's own call behind "PDF" in the Desk's print view: ours for our DocTypes, Frappe's for all others."""
    if doctype.startswith("Connect "):
        return pdf(doctype, name, format, language)
    given = {key: more[key] for key in ("doc", "no_letterhead", "letterhead", "pdf_generator") if key in more}
    return print_format.download_pdf(doctype, name, format, language=language, **given)
