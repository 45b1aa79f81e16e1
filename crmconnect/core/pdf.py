"""PDFs: the print format's HTML (which an administrator can change) given to WeasyPrint.

Frappe's own ``as_pdf`` wants wkhtmltopdf and is not used. Nothing is fetched from the network while drawing.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from crmconnect.core.printing import reading_in

#: Frappe's own buttons on a page to print; the stylesheet that hides them on paper is not fetched.
SCREEN_ONLY = ".print-hide { display: none !important }"


def file_name(doc: Document) -> str:
    """A safe file name for the document's PDF."""
    title = doc.get("number") or doc.name
    return f"{frappe.scrub(doc.doctype.removeprefix('Connect '))}-{frappe.scrub(title).replace('/', '-')}.pdf"


def html_of(doc: Document, language: str, print_format: str | None = None) -> str:
    """The document's print format as a whole HTML page in ``language``.

    Asks for no permission: the caller has (a user's right, a private link, or the e-mail that is being sent). Frappe
    prints no cancelled document; ours are printed and say what they are, so it is shown one that is not.
    """
    asks, docstatus = frappe.local.flags.ignore_print_permissions, doc.docstatus
    frappe.local.flags.ignore_print_permissions, doc.docstatus = True, min(docstatus, 1)
    try:
        with reading_in(language):
            return frappe.get_print(doc.doctype, doc.name, print_format=print_format or default_format(doc), doc=doc)
    finally:
        frappe.local.flags.ignore_print_permissions, doc.docstatus = asks, docstatus


def default_format(doc: Document) -> str:
    """The print format that an administrator chose for the DocType, else ours."""
    return doc.meta.default_print_format or doc.doctype


def of_document(doc: Document, language: str, print_format: str | None = None) -> bytes:
    """The document as a PDF in ``language``."""
    return draw(html_of(doc, language, print_format))


def draw(html: str) -> bytes:
    """A whole HTML page as a PDF; takes a second or so and touches no database."""
    from weasyprint import CSS, HTML

    return HTML(string=html, url_fetcher=_fetcher()).write_pdf(stylesheets=[CSS(string=SCREEN_ONLY)])


def _fetcher() -> Any:
    """Only data: URLs are drawn; a print format cannot make the server read files or call other machines."""
    from weasyprint import urls

    if own := getattr(urls, "URLFetcher", None):  # newer releases of WeasyPrint
        return own(allowed_protocols=("data",))
    return _fetch


def _fetch(url: str, *_args: object, **_kwargs: object) -> dict:
    from weasyprint import default_url_fetcher

    if url.startswith("data:"):
        return default_url_fetcher(url)
    raise ValueError(f"not drawn from another place: {url[:80]}")
