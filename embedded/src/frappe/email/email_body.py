"""Building one MIME message: text and HTML, attachments, headers that cannot be forged."""

import mimetypes
import re
from email.message import EmailMessage
from email.policy import SMTP as SMTP_8BIT
from email.utils import formatdate, make_msgid
from html.parser import HTMLParser

import frappe
from frappe.email.smtp import OutgoingAccount
from frappe.utils.data import strip_html

SMTP = SMTP_8BIT.clone(cte_type="7bit")  # every server takes it
_BREAKS = {"br", "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr"}
_SKIPPED = {"style", "script", "head", "title"}


class _TextOfHtml(HTMLParser):
    """Collects the words of an HTML mail, with line breaks, bullets and the addresses of links."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skip = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in _SKIPPED
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in _SKIPPED and self._skip > 0
        if tag in ("p", "h1", "h2", "h3", "table", "ul", "ol"):
            self.parts.append("\n")
        elif tag == "a" and self._links:
            link = self._links.pop()
            if link.startswith(("http", "mailto:")) and not "".join(self.parts).endswith(link):
                self.parts.append(f" ({link.removeprefix('mailto:')})")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.parts.append(re.sub(r"\s+", " ", data))


def html_to_text(html: str) -> str:
    """The plain text of an HTML mail."""
    parser = _TextOfHtml()
    parser.feed(html or "")
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def get_formatted_html(subject: str, message: str, account: OutgoingAccount) -> str:
    """The message inside the site's mail template `templates/emails/standard.html`."""
    context = {
        "title": strip_html(subject),
        "content": message + (account.signature and f"<br>{account.signature}"),
        "footer": account.footer,
        "lang": frappe.local.lang or "en",
    }
    return frappe.render_template("templates/emails/standard.html", context)


def build_message(
    sender: str,
    subject: str,
    html: str,
    text: str,
    reply_to: str | None = None,
    attachments: list[dict] | None = None,
) -> EmailMessage:
    """A message without recipients: these are set for each when it is sent. A line break in a header is a space."""
    message = EmailMessage(policy=SMTP)
    message["From"] = one_line(sender)
    message["Subject"] = one_line(strip_html(subject or ""))
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    if reply_to:
        message["Reply-To"] = one_line(reply_to)
    message["X-Frappe-Site"] = one_line(frappe.local.site)
    message.set_content(text or " ")
    message.add_alternative(html, subtype="html")
    for attachment in attachments or []:
        add_attachment(message, attachment["fname"], attachment["fcontent"])
    return message


def add_attachment(message: EmailMessage, fname: str, fcontent: bytes | str) -> None:
    """Attach a file; its type follows the name."""
    kind = mimetypes.guess_type(fname)[0] or "application/octet-stream"
    content = fcontent.encode() if isinstance(fcontent, str) else fcontent
    main, _slash, sub = kind.partition("/")
    if main in ("message", "multipart") or not sub:
        main, sub = "application", "octet-stream"
    message.add_attachment(
        content, maintype=main, subtype=sub, filename=one_line(fname), params=_charset(main, content)
    )


def _charset(main: str, content: bytes) -> dict[str, str]:
    """Text says how it is written, when that is UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return {}
    return {"charset": "utf-8"} if main == "text" else {}


def one_line(value: str) -> str:
    """A header value cannot start another header."""
    return re.sub(r"[\r\n\x00]+", " ", str(value)).strip()


def _domain(sender: str) -> str:
    return sender.rsplit("@", 1)[-1].strip("<> ") or "localhost"
