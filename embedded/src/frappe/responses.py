"""What code may put into the answer of a request, and what it may send elsewhere."""

import json
from typing import Any

import frappe


def logger(module: str | None = None, **kwargs: Any) -> Any:
    """A logger that writes to the site's `logs` folder; see `frappe.utils.logger.get_logger`."""
    from frappe.utils.logger import get_logger

    return get_logger(module=module, **kwargs)


def are_emails_muted() -> bool:
    """Whether mails of this site are kept back."""
    return bool(frappe.flags.mute_emails or frappe.cint(frappe.conf.get("mute_emails") or 0))


def as_json(
    obj: Any, indent: int | None = 1, separators: tuple[str, str] | None = None, ensure_ascii: bool = True
) -> str:
    """JSON text with sorted keys; dates, decimals and documents are written as Frappe writes them."""
    from frappe.utils.response import json_handler

    options: dict[str, Any] = {
        "indent": indent,
        "default": json_handler,
        "separators": separators or (",", ": "),
        "ensure_ascii": ensure_ascii,
    }
    try:
        return json.dumps(obj, sort_keys=True, **options)
    except TypeError:
        # keys of several types cannot be compared
        return json.dumps(dict(sorted(obj.items(), key=lambda item: str(item[0]))), **options)


def sendmail(
    recipients: Any = None,
    sender: str = "",
    subject: str = "No Subject",
    message: str = "No Message",
    delayed: bool = True,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    now: bool | None = None,
    template: str | None = None,
    args: dict | None = None,
    **kwargs: Any,
) -> Any:
    """Put a mail into the queue (sent after COMMIT) or send it at once with `now`; returns the queue document.

    `kwargs` are those of `frappe.email.queue.QueueBuilder`: cc, bcc, reply_to, attachments, send_after.
    """
    from frappe.email.queue import QueueBuilder

    text_content = None
    if template:
        message, text_content = frappe.get_email_from_template(template, args or {})
    builder = QueueBuilder(
        recipients=recipients or [],
        sender=sender,
        subject=subject,
        message=message,
        text_content=text_content,
        reference_doctype=reference_doctype,
        reference_name=reference_name,
        **kwargs,
    )
    return builder.process(send_now=now or not delayed)
