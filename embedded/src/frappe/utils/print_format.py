"""Prints over HTTP."""

import io
from typing import Any

import frappe
from frappe.utils.pdf import get_file_data_from_writer, get_pdf
from frappe.utils.print_utils import validate_print_permission

MAX_DOCUMENTS = 500


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


@frappe.whitelist()
def download_multi_pdf(
    doctype: str,
    name: str,
    format: str | None = None,
    no_letterhead: int | str = 0,
    letterhead: str | None = None,
    options: str | None = None,
) -> None:
    """Answer several documents of one DocType (a JSON list of names) as one PDF."""
    from pypdf import PdfWriter

    names = frappe.parse_json(name)
    if not isinstance(names, list) or len(names) > MAX_DOCUMENTS:
        frappe.throw(frappe._("At most {0} documents can be printed at once").format(MAX_DOCUMENTS))
    writer = PdfWriter()
    for one in names:
        content = frappe.get_print(
            doctype, one, format, as_pdf=True, no_letterhead=no_letterhead, letterhead=letterhead
        )
        writer.append(io.BytesIO(content))
    _answer_pdf(f"{print_name(doctype)}.pdf", get_file_data_from_writer(writer))


@frappe.whitelist()
def report_to_pdf(html: str, orientation: str = "Landscape") -> None:
    """Answer a report's HTML as PDF; like every print it cannot reach outside the site."""
    _answer_pdf("report.pdf", get_pdf(html, {"orientation": orientation}))


def _answer_pdf(filename: str, content: bytes) -> None:
    frappe.local.response.update(filename=filename, filecontent=content, type="pdf")
