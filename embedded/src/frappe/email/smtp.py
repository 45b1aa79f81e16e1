"""The outgoing account and one SMTP conversation, with outcomes told apart: sent, refused, try later, unknown."""

import smtplib
import ssl
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import get_url
from frappe.utils.data import cint

CONNECT_TIMEOUT = 30


class Refused(Exception):
    """The server refused the mail for good."""


class TryLater(Exception):
    """The mail was certainly not accepted; sending it later may work."""


class ServerAway(TryLater):
    """There is no conversation with the server at all."""


class OutcomeUnknown(Exception):
    """The connection broke after the content was sent: the server may have accepted it."""


@dataclass(frozen=True)
class OutgoingAccount:
    """How mail leaves the site: from the default Email Account, else from the site's configuration."""

    server: str
    port: int
    use_tls: bool
    use_ssl: bool
    login: str
    password: str
    address: str
    sender_name: str
    name: str | None = None
    always_bcc: str | None = None
    signature: str = ""
    footer: str = ""
    force_address: bool = False
    force_name: bool = False
    validate_certificate: bool = True

    def sender(self, wanted: str | None) -> str:
        """The From header for the wanted sender (`Name <address>`, an address or nothing)."""
        name, address = parseaddr(wanted or "")
        if "@" not in address or self.force_address:
            address = self.address
        if self.force_name or not name:
            name = self.sender_name
        return formataddr((name, address)) if name else address


def find_outgoing(sender: str | None = None) -> OutgoingAccount:
    """The account for mail of `sender`. Raises OutgoingEmailError when the site has none."""
    account = _from_email_accounts(parseaddr(sender or "")[1]) or _from_configuration()
    if account:
        return account
    if frappe.are_emails_muted() or frappe.flags.in_test:
        return OutgoingAccount("", 0, False, False, "", "", "notifications@example.com", "")
    frappe.throw(
        _("Please setup default outgoing Email Account from Settings > Email Account"), exc=frappe.OutgoingEmailError
    )


def _from_email_accounts(address: str) -> OutgoingAccount | None:
    for filters in ({"email_id": address}, {"default_outgoing": 1}):
        name = all(filters.values()) and frappe.db.get_value("Email Account", {"enable_outgoing": 1, **filters})
        if name:
            return _from_document(frappe.get_cached_doc("Email Account", name))
    return None


def _from_document(doc) -> OutgoingAccount:
    needs_login = not doc.no_smtp_authentication
    return OutgoingAccount(
        server=doc.smtp_server or "",
        port=cint(doc.smtp_port),
        use_tls=bool(doc.use_tls),
        use_ssl=bool(doc.use_ssl_for_outgoing),
        login=(doc.login_id if doc.login_id_is_different else doc.email_id) or "" if needs_login else "",
        password=(doc.get_password("password", raise_exception=False) or "") if needs_login else "",
        address=doc.email_id,
        sender_name=doc.email_account_name or "",
        name=doc.name,
        always_bcc=doc.always_bcc or None,
        signature=(doc.signature or "") if doc.add_signature else "",
        footer=doc.footer or "",
        force_address=bool(doc.always_use_account_email_id_as_sender),
        force_name=bool(doc.always_use_account_name_as_sender_name),
        validate_certificate=bool(doc.validate_ssl_certificate),
    )


def _from_configuration() -> OutgoingAccount | None:
    conf = frappe.conf
    if not conf.get("mail_server"):
        return None
    anonymous = cint(conf.get("disable_mail_smtp_authentication"))
    address = conf.get("auto_email_id") or conf.get("mail_login") or "notifications@example.com"
    return OutgoingAccount(
        server=conf.get("mail_server"),
        port=cint(conf.get("mail_port")),
        use_tls=bool(cint(conf.get("use_tls"))),
        use_ssl=bool(cint(conf.get("use_ssl"))),
        login="" if anonymous else conf.get("mail_login") or "",
        password="" if anonymous else conf.get("mail_password") or "",
        address=address,
        sender_name=conf.get("email_sender_name") or "",
        force_address=bool(cint(conf.get("always_use_account_email_id_as_sender"))),
        force_name=bool(cint(conf.get("always_use_account_name_as_sender_name"))),
    )


def connect(account: OutgoingAccount) -> smtplib.SMTP:
    """An open, secured and logged-in conversation. Raises ServerAway: nothing was sent."""
    if not account.server:
        raise ServerAway("No outgoing mail server is set up")
    port = account.port or (465 if account.use_ssl else 587 if account.use_tls else 25)
    name = urlsplit(get_url()).hostname or "localhost"  # else smtplib asks the network who we are
    options: dict[str, Any] = {"timeout": CONNECT_TIMEOUT, "local_hostname": name}
    try:
        if account.use_ssl:
            session = smtplib.SMTP_SSL(account.server, port, context=_tls(account), **options)
        else:
            session = smtplib.SMTP(account.server, port, **options)
        if account.use_tls and not account.use_ssl:
            session.starttls(context=_tls(account))
        if account.login and account.password:
            session.login(account.login, account.password)
        return session
    except smtplib.SMTPAuthenticationError as error:
        raise ServerAway("The mail server refused the login") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(f"Mail server {account.server}:{port}: {error}") from error


def _tls(account: OutgoingAccount) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not account.validate_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def deliver(session: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    """Hand one mail over. Raises Refused, TryLater or OutcomeUnknown."""
    try:
        session.ehlo_or_helo_if_needed()
        session.rset()
        _accepted(session.mail(sender))
        _accepted(session.rcpt(recipient))
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(str(error)) from error
    try:
        _accepted(session.data(content))
    except smtplib.SMTPDataError as error:
        _accepted((error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(f"The connection broke while sending to {recipient}: {error}") from error


def _accepted(answer: tuple[int, bytes | str]) -> None:
    code, text = answer
    if 200 <= code < 300:
        return
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    raise (Refused if code >= 500 else TryLater)(f"{code} {words}")
