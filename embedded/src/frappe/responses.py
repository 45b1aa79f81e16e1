"""What code may put into the answer of a request, and what it may send elsewhere."""

import json
import sys
from typing import Any

import frappe
from frappe.exceptions import Redirect


def get_version() -> str:
    """Version of Frappe whose behaviour this runtime has."""
    return frappe.__version__


def logger(module: str | None = None, **kwargs: Any) -> Any:
    """A logger that writes to the site's `logs` folder; see `frappe.utils.logger.get_logger`."""
    from frappe.utils.logger import get_logger

    return get_logger(module=module, **kwargs)


def errprint(msg: Any) -> None:
    """Put a traceback among those that the answer shows to people allowed to see them."""
    text = frappe.as_unicode(msg)
    if not frappe.request or frappe.conf.developer_mode:
        print(text, file=sys.stderr)
    frappe.error_log.append({"exc": text})


def log(msg: Any) -> None:
    """Put a line into the debug log of this request."""
    frappe.debug_log.append(frappe.as_unicode(msg))


def publish_realtime(*_args: Any, **_kwargs: Any) -> None:
    """Does nothing: the embedded runtime has no socket server; pages ask again."""


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


def respond_as_web_page(
    title: str,
    html: str,
    success: bool | None = None,
    http_status_code: int | None = None,
    context: dict | None = None,
    indicator_color: str | None = None,
    primary_action: str = "/",
    primary_label: str | None = None,
    fullpage: bool = False,
    width: int | None = None,
    template: str = "message",
) -> None:
    """Answer this request with a page that shows a message."""
    frappe.local.message_title = title
    frappe.local.message = html
    frappe.local.no_cache = 1
    response = frappe.local.response
    response.update(type="page", route=template)
    if http_status_code:
        response["http_status_code"] = http_status_code
    context = context or {}
    context.update(
        indicator_color=indicator_color or _colour(success, http_status_code),
        primary_label=primary_label,
        primary_action=primary_action,
        error_code=http_status_code,
        fullpage=fullpage,
    )
    if width:
        context["card_width"] = width
    response["context"] = context


def _colour(success: bool | None, status: int | None) -> str:
    if success:
        return "green"
    return "red" if status and status > 300 else "blue"


def redirect(url: str) -> None:
    """Answer this request with a redirect."""
    frappe.flags.redirect_location = url
    raise Redirect


def redirect_to_message(
    title: str,
    html: str,
    http_status_code: int | None = None,
    context: dict | None = None,
    indicator_color: str | None = None,
) -> str | None:
    """Redirect to a page that shows a message; background requests get the address back."""
    message_id = frappe.generate_hash(length=32)
    context = {**(context or {}), "header": title, "title": title, "message": html}
    if indicator_color:
        context["indicator_color"] = indicator_color
    message = {"context": context, "http_status_code": http_status_code or 200}
    frappe.cache.set_value(f"message_id:{message_id}", message, expires_in_sec=60, shared=True)
    location = f"/message?id={message_id}"
    if getattr(frappe.local, "is_ajax", False):
        return location
    frappe.local.response.update(type="redirect", location=location)
    return None


def sendmail(
    recipients: Any = None,
    sender: str = "",
    subject: str = "No Subject",
    message: str = "No Message",
    as_markdown: bool = False,
    delayed: bool = True,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    content: str | None = None,
    doctype: str | None = None,
    name: str | None = None,
    now: bool | None = None,
    template: str | None = None,
    args: dict | None = None,
    **kwargs: Any,
) -> Any:
    """Put a mail into the queue (sent after COMMIT) or send it at once with `now`; returns the queue document.

    `kwargs` are those of `frappe.email.queue.QueueBuilder`: cc, bcc, reply_to, attachments, send_after, header …
    """
    from frappe.email.doctype.email_queue.email_queue import QueueBuilder

    text_content = None
    if template:
        message, text_content = frappe.get_email_from_template(template, args or {})
    message = content or message
    if as_markdown:
        message = frappe.utils.md_to_html(message)
    builder = QueueBuilder(
        recipients=recipients or [],
        sender=sender,
        subject=subject,
        message=message,
        text_content=text_content,
        reference_doctype=doctype or reference_doctype,
        reference_name=name or reference_name,
        **kwargs,
    )
    return builder.process(send_now=now or not delayed)


def attach_print(
    doctype: str,
    name: str,
    file_name: str | None = None,
    print_format: str | None = None,
    style: str | None = None,
    html: str | None = None,
    doc: Any = None,
    lang: str | None = None,
    print_letterhead: bool = True,
    password: str | None = None,
    letterhead: str | None = None,
) -> dict[str, Any]:
    """A document's print as an attachment: {"fname", "fcontent"}, PDF unless Print Settings say otherwise."""
    from frappe.translate import print_language
    from frappe.utils.pdf import get_pdf

    as_pdf = frappe.cint(frappe.db.get_singles_dict("Print Settings").get("send_print_as_pdf", 1))
    options = {"print_format": print_format, "style": style, "doc": doc, "letterhead": letterhead, "password": password}
    frappe.flags.ignore_print_permissions = True
    try:
        with print_language(lang or frappe.local.lang):
            if html is None:
                content = frappe.get_print(
                    doctype, name, no_letterhead=not print_letterhead, as_pdf=bool(as_pdf), **options
                )
            else:
                content = get_pdf(html, options={"password": password} if password else None) if as_pdf else html
    finally:
        frappe.flags.ignore_print_permissions = False
    fname = str(file_name or name).replace(" ", "").replace("/", "-") + (".pdf" if as_pdf else ".html")
    return {"fname": fname, "fcontent": content if isinstance(content, bytes) else content.encode()}
