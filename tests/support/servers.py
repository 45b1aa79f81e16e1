"""Real servers on loopback for the tests: the site's own, and one that receives mail."""

import contextlib
import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.hosts import Host

START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveServer:
    """`frappe-embedded serve` of the test's site on a free port; on a bench the running server given by --url."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._process: subprocess.Popen[bytes] | None = None
        self.url = host.url or f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> "LiveServer":
        if self._host.name == "bench":
            if not self._host.url:
                pytest.skip("a live server on a bench is one that runs: give --url")
            return self
        command = [str(Path(sys.executable).parent / "frappe-embedded"), "--site", self._host.site, "serve"]
        command += ["--port", self.url.rsplit(":", 1)[1]]
        log = self._host.sites / "live-server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=self._host.sites, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait(log)
        return self

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/api/method/ping", timeout=2):
                return
            if self._process and self._process.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"the server did not start:\n{log.read_text()[-4000:]}")

    def __exit__(self, *exc: Any) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


class Mailbox:
    """An SMTP server that keeps what it receives."""

    def __init__(self) -> None:
        self.raw: list[tuple[list[str], bytes]] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=email.policy.default) for _to, content in self.raw]  # type: ignore[misc]

    def deliver(self) -> list[EmailMessage]:
        """Let the site send what waits in its queue; answers every mail received so far."""
        import frappe
        from frappe.email.queue import flush

        frappe.db.commit()
        flush()
        return self.messages

    def to(self, address: str) -> list[EmailMessage]:
        """The mails whose envelope names `address`."""
        parse = email.message_from_bytes
        return [parse(content, policy=email.policy.default) for to, content in self.raw if address in to]  # type: ignore[misc]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.raw.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._controller.stop()

    @contextlib.contextmanager
    def used_by_site(self, host: Host) -> Iterator[None]:
        """While the block runs, the site sends its mail here."""
        values = {
            "mail_server": "127.0.0.1",
            "mail_port": self.port,
            "mail_login": "",
            "mail_password": "",
            "use_tls": 0,
            "use_ssl": 0,
            "disable_mail_smtp_authentication": 1,
            "auto_email_id": "noreply@crmconnect.example",
            "mute_emails": 0,
        }
        with host.changed_config(**values):
            yield
