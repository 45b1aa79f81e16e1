"""Errors that are kept for administrators."""

from typing import Any

import frappe
from frappe.exceptions import AuthenticationError, CSRFTokenError, InReadOnlyMode, SecurityException
from frappe.utils.system import hide_secrets

EXCLUDE_EXCEPTIONS = (AuthenticationError, CSRFTokenError, SecurityException, InReadOnlyMode)
_TITLE_LENGTH = 140


def log_error(
    title: str | None = None,
    message: str | None = None,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    *,
    defer_insert: bool = False,
) -> Any:
    """Keep an error as an Error Log record: `message`, or the traceback of the exception being handled.

    Part of the current transaction. Without a database, or when even this fails, it goes to the log file.
    """
    if title and message and "\n" in title:
        title, message = message, title  # many callers pass them the other way round
    text = hide_secrets(frappe.as_unicode(message or frappe.get_traceback()))
    title = (title or "Error")[:_TITLE_LENGTH]
    if not frappe.db or frappe.flags.read_only:
        frappe.logger("error").error("%s\n%s", title, text)
        return None
    record = {"error": text, "method": title, "reference_doctype": reference_doctype, "reference_name": reference_name}
    return frappe.get_doc({"doctype": "Error Log", **record}).insert(ignore_permissions=True)
