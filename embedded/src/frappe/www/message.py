"""Shows a message: of this request, or one kept under a random id."""

from typing import Any

import frappe
from frappe.utils.html_utils import sanitize_html
from markupsafe import Markup

no_cache = 1


def get_context(context: Any) -> None:
    """Message of `respond_as_web_page`, or of `redirect_to_message` by `id`."""
    kept = None
    if message_id := frappe.form_dict.get("id"):
        kept = frappe.cache.get_value(f"message_id:{message_id}")
    if kept:
        context.update(kept.get("context") or {}, http_status_code=kept.get("http_status_code") or 200)
    else:
        context.update(frappe.local.response.get("context") or {})
        context.title = getattr(frappe.local, "message_title", None)
        context.message = getattr(frappe.local, "message", None)
    if not context.message and not context.title:
        raise frappe.PageDoesNotExistError
    context.narrow = True
    context.message = Markup(sanitize_html(context.message or "", always_sanitize=True))
