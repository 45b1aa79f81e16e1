"""Outgoing e-mail: `sendmail` queues, `frappe.email.queue.flush` sends."""

from typing import Any

import frappe


def sendmail(
    recipients: str | list[str] | None = None,
    sender: str = "",
    subject: str = "No Subject",
    message: str = "No Message",
    as_markdown: bool = False,
    delayed: bool = True,
    reference_doctype: str | None = None,
    reference_name: str | None = None,
    attachments: list[dict] | None = None,
    content: str | None = None,
    doctype: str | None = None,
    name: str | None = None,
    cc: str | list[str] | None = None,
    bcc: str | list[str] | None = None,
    now: bool | None = None,
    template: str | None = None,
    args: dict | None = None,
    **options: Any,
) -> Any:
    """Queue a mail in the present transaction; it leaves after the commit, at once with `now` (or not `delayed`).

    `options`: reply_to, message_id, in_reply_to, send_after, expose_recipients ("header" or "footer"), send_priority,
    communication, queue_separately, inline_images, header, print_letterhead, with_container, x_priority; the rest of
    Frappe's arguments is accepted and has no effect. Raises OutgoingEmailError without an account, InvalidEmailAddressError
    for a bad address. Answers the Email Queue document (None when mails are queued one by one, [] without recipients).
    """
    from frappe.email.email_body import render_email_template
    from frappe.email.queue import queue_mail

    text = None
    if template:
        message, text = render_email_template(template, args)
    message = content or message
    if as_markdown:
        message = frappe.utils.md_to_html(message)
    return queue_mail(
        recipients or [],
        sender,
        subject,
        message,
        text,
        cc=cc or [],
        bcc=bcc or [],
        reference_doctype=doctype or reference_doctype,
        reference_name=name or reference_name,
        attachments=attachments or [],
        now=bool(now or not delayed),
        options=options,
    )
