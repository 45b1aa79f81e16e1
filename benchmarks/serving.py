"""Servers on loopback and the leanest of clients, so that the server is what is measured."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

START_SECONDS = 30
#: The settings under which `frappe-embedded serve` runs gunicorn.
LIKE_SERVE = ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--keep-alive", "15"]


class Client:
    """One connection that is kept; answers are read whole, only their status is looked at."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """The body of the answer; anything but 200 is an error."""
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _separator, body = data.partition(b"\r\n\r\n")
        if b" 200 " not in head[:20]:
            raise RuntimeError(head.decode(errors="replace") + body[:2000].decode(errors="replace"))
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self._receive()
        return body

    def _receive(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise RuntimeError("the server closed the connection")
        return part

    def close(self) -> None:
        self._socket.close()


def request(path: str, token: str = "", query: Mapping[str, str] | None = None) -> bytes:
    """A GET as bytes."""
    target = quote(path) + (f"?{urlencode(query)}" if query else "")
    lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Accept: application/json", "Connection: keep-alive"]
    if token:
        lines.append(f"Authorization: token {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def token(user: str) -> str:
    """An API key of a user of the connected site, committed."""
    import frappe

    doc = frappe.get_doc("User", user)
    doc.api_key, doc.api_secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
    secret = doc.api_secret
    doc.save(ignore_permissions=True)
    frappe.db.commit()
    return f"{doc.api_key}:{secret}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def site(folder: Path, name: str) -> Iterator[str]:
    """`frappe-embedded serve` of a site; its address."""
    port = free_port()
    tool = str(Path(sys.executable).parent / "frappe-embedded")
    command = [tool, "--site", name, "serve", "--port", str(port), "--no-jobs"]
    with _running(command, folder, port, "/api/method/ping") as url:
        yield url


@contextlib.contextmanager
def bare() -> Iterator[str]:
    """A Werkzeug application with a map of rules and one small JSON answer, under the same gunicorn."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *LIKE_SERVE, "--bind", f"127.0.0.1:{port}"]
    with _running([*command, "benchmarks.bare:application"], Path.cwd(), port, "/document/1") as url:
        yield url


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int, path: str) -> Iterator[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait(f"{url}{path}", process)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait(url: str, process: subprocess.Popen) -> None:
    """Until the address answers; an error when the process ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own
            json.load(answer)
            return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError(f"no answer from {url}")
