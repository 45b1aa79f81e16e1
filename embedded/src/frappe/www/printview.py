"""`/printview?doctype=…&name=…`: a document's print as a page; `get_html_and_style` for previews."""

from typing import Any

import frappe
from frappe.utils.print_utils import get_html_and_style, get_print, get_rendered_template
from markupsafe import Markup

no_cache = 1

__all__ = ["get_context", "get_html_and_style", "get_rendered_template"]


def get_context(context: Any) -> None:
    """The print of a document that the user may read or print; 404 without a document."""
    args = frappe.form_dict
    if not (args.doctype and args.name):
        raise frappe.PageDoesNotExistError
    context.page = Markup(
        get_print(
            args.doctype,
            args.name,
            print_format=args.format,
            style=args.style,
            no_letterhead=args.no_letterhead,
            letterhead=args.letterhead,
        )
    )
