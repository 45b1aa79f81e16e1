"""Prints over HTTP."""

from typing import Any

import frappe
from frappe.utils.print_utils import validate_print_permission


def print_name(name: Any) -> str:
    """A document's name as a file name."""
    return str(name).replace(" ", "-").replace("/", "-")


@frappe.whitelist(allow_guest=True)
def download_pdf(
    doctype: str,
    name: str,
    format: str | None = None,
    doc: str | None = None,
    no_letterhead: int | str = 0,
    language: str | None = None,
    letterhead: str | None = None,
    pdf_generator: str | None = None,
) -> None:
    """Answer a stored document's print as PDF, for who may read or print it. A document sent along is not looked at."""
    from frappe.translate import print_language

    stored = frappe.get_doc(doctype, name)
    validate_print_permission(stored)
    with print_language(language):
        content = frappe.get_print(
            doctype, name, format, doc=stored, as_pdf=True, no_letterhead=no_letterhead, letterhead=letterhead
        )
    _answer_pdf(f"{print_name(name)}.pdf", content)


def _answer_pdf(filename: str, content: bytes) -> None:
    frappe.local.response.update(filename=filename, filecontent=content, type="pdf")
