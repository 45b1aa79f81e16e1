"""The demo's mailbox: an SMTP server on loopback that keeps each mail as a file, and the reading of those files.

Imports no frappe, so that the server process and the mail process share nothing but the folder.
"""

import email
import email.policy
import itertools
import re
import secrets
import socket
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

FOLDER = Path("private") / "demo-mail"
KEPT = 500
_ID = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `number` counts from 0 and addresses it."""

    number: int
    file_name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Mail:
    """A mail that the demo site sent."""

    id: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def recipients(self) -> str:
        return ", ".join(str(value) for key in ("To", "Cc") for value in self.message.get_all(key, []))

    @property
    def sent(self) -> str:
        """Date and time as the mail states it, empty when it states none."""
        try:
            return parsedate_to_datetime(str(self.message["Date"])).strftime("%d.%m.%Y %H:%M")
        except (TypeError, ValueError):
            return ""

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def attachments(self) -> list[Attachment]:
        found = []
        for number, part in enumerate(self.message.iter_attachments()):
            content = part.get_payload(decode=True)
            content = content if isinstance(content, bytes) else b""
            name = part.get_filename() or f"attachment-{number + 1}"
            found.append(Attachment(number, name, part.get_content_type(), content))
        return found

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


class Sink:
    """A running SMTP server. `port` is free at start; `stop()` ends it."""

    def __init__(self, folder: Path) -> None:
        from aiosmtpd.controller import Controller

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> "Sink":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each mail."""
        store(self._folder, bytes(envelope.content))
        return "250 OK"


def start(folder: Path) -> Sink:
    """A server that keeps mails in `folder`."""
    return Sink(folder).start()


def store(folder: Path, content: bytes) -> str:
    """Keep a mail; answers its id. The oldest beyond KEPT are forgotten."""
    mail_id = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    draft = folder / f".{mail_id}"
    draft.write_bytes(content)
    draft.rename(folder / f"{mail_id}.eml")
    for path in itertools.islice(_files(folder), KEPT, None):
        path.unlink(missing_ok=True)
    return mail_id


def stored(folder: Path, limit: int = 100) -> list[Mail]:
    """The mails kept, newest first."""
    return [_parse(path) for path in itertools.islice(_files(folder), limit)]


def read(folder: Path, mail_id: str) -> Mail | None:
    """One mail, or None when there is none of that id."""
    path = folder / f"{mail_id}.eml"
    return _parse(path) if _ID.fullmatch(mail_id) and path.is_file() else None


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"), reverse=True)


def _parse(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), EmailMessage, policy=email.policy.default)
    return Mail(path.stem, message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
