"""The mail queue: rows written with the caller's transaction, sent once each after the commit.

A mail is claimed under a row lock; each recipient is marked before the server gets the content and again after it has
answered. A mark left by a broken connection or a dead process means that nobody knows: it is kept, never repeated.
"""

import datetime
import json
from email import message_from_string
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any

import frappe
from frappe import _
from frappe.email import smtp
from frappe.email.email_body import (
    SMTP,
    add_attachment,
    build_message,
    get_formatted_html,
    html_to_text,
    one_line,
)
from frappe.utils.contacts import validate_email_address
from frappe.utils.data import add_to_date, cint, get_datetime, now_datetime

QUEUE, RECIPIENT = "Email Queue", "Email Queue Recipient"
UNSENT = ("Not Sent", "Partially Sent")
IN_FLIGHT = "Being sent: outcome not known yet"
UNKNOWN = "Outcome unknown, not repeated"
STALE_MINUTES = 15
BATCH = 500
SEPARATE_FROM = 100


class QueueBuilder:
    """One mail on its way into the queue; `frappe.sendmail` gives the arguments."""

    def __init__(
        self,
        recipients: str | list[str] | None = None,
        sender: str | None = None,
        subject: str = "",
        message: str = "",
        text_content: str | None = None,
        reference_doctype: str | None = None,
        reference_name: str | None = None,
        attachments: list[dict] | None = None,
        cc: str | list[str] | None = None,
        bcc: str | list[str] | None = None,
        reply_to: str | None = None,
        send_after: Any = None,
    ) -> None:
        self.account = smtp.find_outgoing(sender)
        self.to, self.cc, self.bcc = _addresses(recipients), _addresses(cc), _addresses(bcc)
        if self.account.always_bcc:
            self.bcc.append(self.account.always_bcc)
        self.sender, self.subject, self.message, self.text = sender, subject, message, text_content
        self.reference = {"reference_doctype": reference_doctype, "reference_name": reference_name}
        self.later, self.ready = _split_attachments(attachments or [])
        self.reply_to, self.send_after = reply_to, send_after

    def process(self, send_now: bool = False) -> Any:
        """Write the rows in the present transaction; the mail leaves after the commit, with `send_now` right then.

        Answers the Email Queue document, None when each recipient got one of his own, [] without recipients.
        """
        if not self.to and not self.cc:
            return []
        values = self._values(self._mail())
        separately = len(self.to) > SEPARATE_FROM
        groups = [[address] for address in self.to] if separately else [self.to]
        queued = [_insert(values, [*group, *self.cc, *self.bcc]) for group in groups]
        _send_after_commit([doc.name for doc in queued], send_now)
        return None if separately else queued[0]

    def _mail(self) -> EmailMessage:
        html = get_formatted_html(self.subject, self.message, self.account)
        text = self.text or html_to_text(self.message)
        return build_message(self.account.sender(self.sender), self.subject, html, text, self.reply_to, self.ready)

    def _values(self, mail: EmailMessage) -> dict[str, Any]:
        return {
            "doctype": QUEUE,
            "sender": str(mail["From"]),
            "message": mail.as_string(),
            "message_id": str(mail["Message-ID"]).strip("<>"),
            "status": "Not Sent",
            **self.reference,
            "send_after": self.send_after,
            "priority": 1,
            "show_as_cc": ",".join(self.cc),
            "attachments": json.dumps(self.later),
            "email_account": self.account.name,
        }


def _addresses(value: str | list[str] | None) -> list[str]:
    """Clean, distinct addresses. Raises InvalidEmailAddressError."""
    values = [value] if isinstance(value, str) else [item for item in value or [] if item]
    found: list[str] = []
    for item in filter(None, map(one_line, values)):
        read = [address for _name, address in getaddresses([item]) if address]
        if not read:  # what newer Pythons call malformed and answer with nothing
            shown = frappe.utils.escape_html(item)
            frappe.throw(_("{0} is not a valid Email Address").format(shown), frappe.InvalidEmailAddressError)
        found += read
    for address in found:
        validate_email_address(address, throw=True)
    return list(dict.fromkeys(found))


def _split_attachments(attachments: list[dict]) -> tuple[list[dict], list[dict]]:
    """(files that are added when the mail is sent, contents that are at hand)."""
    later, ready = [], []
    for attachment in attachments:
        if attachment.get("fcontent") is not None:
            ready.append(attachment)
        elif attachment.get("fid") or attachment.get("file_url"):
            later.append(attachment)
        else:
            frappe.throw(_("An attachment needs a file or its content"))
    return later, ready


def _insert(values: dict[str, Any], recipients: list[str]) -> Any:
    rows = [{"recipient": address, "status": "Not Sent"} for address in dict.fromkeys(recipients)]
    return frappe.get_doc({**values, "recipients": rows}).insert(ignore_permissions=True)


def _send_after_commit(names: list[str], now: bool) -> None:
    if now:
        frappe.db.after_commit.add(lambda: [send_one(name) for name in names])
    elif not frappe.are_emails_muted():
        frappe.enqueue(
            "frappe.email.queue.flush", queue="short", job_id="email_queue_flush", deduplicate=True,
            enqueue_after_commit=True,
        )  # fmt: skip


# -- sending -------------------------------------------------------------------------------------------------------


def flush() -> int:
    """Send what is due, over one connection for each account; answers how many mails were tried."""
    if not _may_send():
        return 0
    recover_interrupted()
    due = frappe.get_all(
        QUEUE,
        filters={"status": ["in", UNSENT]},
        or_filters=[["send_after", "is", "not set"], ["send_after", "<=", now_datetime()]],
        order_by="priority desc, creation asc",
        limit=BATCH,
        pluck="name",
    )
    frappe.db.commit()
    sessions: dict[str | None, Any] = {}
    tried = 0
    for name in due:
        tried += 1
        if isinstance(send_one(name, sessions), smtp.ServerAway):
            break  # the others would wait for the same answer: they stay due
    _close(sessions)
    return tried


def _close(sessions: dict[str | None, Any]) -> None:
    for session in sessions.values():
        session.close()
    sessions.clear()


def _may_send() -> bool:
    return not frappe.are_emails_muted() and not cint(frappe.db.get_default("suspend_email_queue"))


def send_one(name: str, sessions: dict[str | None, Any] | None = None, force: bool = False) -> Exception | None:
    """Send one queued mail to the recipients that did not get it yet. Commits; the trouble ends up in the row."""
    mail = _claim(name) if force or _may_send() else None
    if not mail:
        return None
    own_sessions = sessions is None
    sessions = {} if sessions is None else sessions
    try:
        error = _send_to_all(mail, sessions)
    except Exception as problem:
        frappe.db.rollback()
        error = problem if isinstance(problem, smtp.TryLater) else smtp.TryLater(f"{type(problem).__name__}: {problem}")
    _conclude(mail, error)
    if error or own_sessions:
        _close(sessions)
    return error


def _claim(name: str) -> Any:
    """The mail, marked Sending and committed; None when another process has it or it is not due."""
    frappe.db.commit()
    row = frappe.db.get_value(QUEUE, name, ["status", "send_after"], as_dict=True, for_update=True)
    due = row and row.status in UNSENT and (not row.send_after or get_datetime(row.send_after) <= now_datetime())
    if due:
        frappe.db.set_value(QUEUE, name, "status", "Sending")
    frappe.db.commit()
    return frappe.get_doc(QUEUE, name) if due else None


def _send_to_all(mail: Any, sessions: dict[str | None, Any]) -> Exception | None:
    """Deliver to each open recipient; answers the first trouble, the others are still tried where that makes sense."""
    content = _message_with_attachments(mail)
    frappe.db.commit()
    trouble: Exception | None = None
    for recipient in mail.recipients:
        if recipient.status == "Sent" or recipient.error:
            continue
        try:
            _send_to(mail, recipient, content, sessions)
        except smtp.TryLater as error:
            _mark(recipient, "Not Sent", None)
            return error
        except (smtp.Refused, smtp.OutcomeUnknown) as error:
            unknown = isinstance(error, smtp.OutcomeUnknown)
            _mark(recipient, "Not Sent", f"{UNKNOWN}: {error}" if unknown else str(error))
            if unknown:
                _close(sessions)
            trouble = trouble or error
    return trouble


def _send_to(mail: Any, recipient: Any, message: EmailMessage, sessions: dict[str | None, Any]) -> None:
    del message["To"]  # recipients see only themselves
    message["To"] = recipient.recipient
    if frappe.flags.in_test and not frappe.flags.testing_email:
        frappe.flags.sent_mail = message.as_bytes()
        return _mark(recipient, "Sent", None)
    if mail.email_account not in sessions:
        account = smtp.find_outgoing(mail.sender)
        frappe.db.commit()  # a slow mail server must not hold up everybody's writing
        sessions[mail.email_account] = smtp.connect(account)
    _mark(recipient, "Not Sent", IN_FLIGHT)
    smtp.deliver(sessions[mail.email_account], parseaddr(mail.sender)[1], recipient.recipient, message.as_bytes())
    return _mark(recipient, "Sent", None)


def _message_with_attachments(mail: Any) -> EmailMessage:
    """The stored message with the files that were to be added when it is sent."""
    message = message_from_string(mail.message, policy=SMTP)
    for attachment in json.loads(mail.attachments or "[]"):
        key = "name" if attachment.get("fid") else "file_url"
        file = frappe.get_doc("File", {key: attachment.get("fid") or attachment["file_url"]})
        add_attachment(message, attachment.get("fname") or file.file_name, file.get_content(encodings=[]))
    return message


def _mark(recipient: Any, status: str, error: str | None) -> None:
    recipient.status, recipient.error = status, error
    frappe.db.set_value(RECIPIENT, recipient.name, {"status": status, "error": error}, update_modified=False)
    frappe.db.commit()


def _conclude(mail: Any, error: Exception | None) -> None:
    """Write the mail's final or next state."""
    sent = sum(row.status == "Sent" for row in mail.recipients)
    values: dict[str, Any] = {"status": "Sent", "error": None}
    if isinstance(error, smtp.TryLater) and mail.retry < _retry_limit():
        values = {
            "status": "Partially Sent" if sent else "Not Sent",
            "retry": mail.retry + 1,
            "send_after": add_to_date(now_datetime(), minutes=2**mail.retry),
            "error": str(error),
        }
    elif error or sent < len(mail.recipients):
        trouble = next((row.error for row in mail.recipients if row.error), None)
        values = {"status": "Error", "error": str(error or trouble)}
    frappe.db.set_value(QUEUE, mail.name, values)
    frappe.db.commit()


def _retry_limit() -> int:
    return cint(frappe.db.get_single_value("System Settings", "email_retry_limit")) or 3


def recover_interrupted() -> None:
    """Mails whose sender died: who was being served is recorded as unknown, the others get theirs."""
    before: datetime.datetime = add_to_date(now_datetime(), minutes=-STALE_MINUTES)
    for name in frappe.get_all(QUEUE, filters={"status": "Sending", "modified": ["<", before]}, pluck="name"):
        mail = frappe.get_doc(QUEUE, name)
        for row in mail.recipients:
            if row.error == IN_FLIGHT:
                _mark(row, "Not Sent", f"{UNKNOWN}: the process ended while sending")
        open_ones = any(row.status != "Sent" and not row.error for row in mail.recipients)
        frappe.db.set_value(QUEUE, name, "status", "Partially Sent" if open_ones else "Error")
        frappe.db.commit()


@frappe.whitelist(methods=["POST"])
def send_now(name: str, force_send: bool = False) -> None:
    """Send one queued mail after this request's commit."""
    frappe.get_doc(QUEUE, name).check_permission("write")
    frappe.db.after_commit.add(lambda: send_one(name, force=bool(force_send)))


def clear_old_mails(days: int = 30) -> None:
    """Forget mails older than `days`."""
    before = add_to_date(now_datetime(), days=-days)
    names = frappe.get_all(QUEUE, filters={"creation": ["<", before]}, pluck="name", limit=5000)
    if names:
        frappe.db.delete(RECIPIENT, {"parent": ["in", names]})
        frappe.db.delete(QUEUE, {"name": ["in", names]})
