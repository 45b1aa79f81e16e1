"""`make demo`: a site with a believable company, served on this machine until Ctrl-C.

Everything lives in `.demo/` of the project. The data is loaded once; a run that was broken off starts anew.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".demo"
SITES = HOME / "sites"
SITE = "demo.localhost"
READY = HOME / "ready.json"
PASSWORD = "admin"
STOP_SECONDS = 10
SCHEMA_FILES = ("crmconnect/**/*.json", "crmconnect/patches.txt", "crmconnect/install/*.py", "embedded/src/**/*.json")


class Refused(Exception):
    """Something the person at the keyboard has to settle; the text says what."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="forget the data and load it again")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with OnlyOne():
            _run(options.port, options.reset, os.environ.get("DB") or "")
    except Refused as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The data is kept; `make demo` goes on where you left, `make demo-reset` starts anew.")
    return 0


def _run(port: int, reset: bool, database: str) -> None:
    """`database` is an URL, "sqlite", or empty: what the data is in already, else SQLite."""
    _require_free(port)
    started = time.monotonic()
    fresh = reset or not READY.exists()
    if fresh:
        _new_site(database or "sqlite")
    else:
        _reuse(database)
    with MailSink() as mail_port:
        _configure(port, mail_port)
        if fresh:
            _load(database or "sqlite")
        with Server(port) as server:
            _wait_until_up(server, port)
            _greet(port, time.monotonic() - started)
            if code := server.wait():
                raise Refused(f"The server stopped by itself (code {code}); its messages stand above.")


def _new_site(database: str) -> None:
    """A new site with the app, without data."""
    _say("making a new site")
    READY.unlink(missing_ok=True)
    shutil.rmtree(SITES, ignore_errors=True)
    SITES.mkdir(parents=True)
    (SITES / "apps.txt").write_text("frappe\ncrmconnect\n")
    embedded("new-site", SITE, "--admin-password", PASSWORD, "--force", *database_options(database))
    _say("installing CRMConnect on it")
    embedded("--site", SITE, "install-app", "crmconnect")


def _load(database: str) -> None:
    """The demo company; the mails it sends stand in the mailbox afterwards."""
    _say("loading a company with its clients, offers, orders and invoices")
    embedded("--site", SITE, "execute", "crmconnect.demo.load.run")
    READY.write_text(json.dumps({"database": place(database), "schema": _schema_hash()}))


def _reuse(database: str) -> None:
    known = json.loads(READY.read_text())
    if database and known["database"] != place(database):
        raise Refused(f"The demo data is in {known['database']}; `make demo-reset DB=…` starts anew elsewhere.")
    if known["schema"] != (schema := _schema_hash()):
        _say("the app has changed: migrating the site")
        embedded("--site", SITE, "migrate")
        READY.write_text(json.dumps({**known, "schema": schema}))


def place(database: str) -> str:
    """Where the data is, without user and password."""
    return database if database == "sqlite" else urlsplit(database).netloc.rpartition("@")[2]


def database_options(database: str, name: str = SITE) -> list[str]:
    """What `new-site` is told of the database; on MariaDB each folder has one of its own, which a reset replaces."""
    if database == "sqlite":
        return ["--db-type", "sqlite"]
    url = urlsplit(database)
    if url.scheme not in ("mysql", "mariadb") or not url.hostname:
        raise Refused(f"DB={database}: expected mysql://user:password@host:3306")
    options = ["--db-type", "mariadb", "--db-host", url.hostname, "--db-port", str(url.port or 3306)]
    options += ["--db-name", f"crmconnect_{hashlib.sha256(f'{ROOT}{name}'.encode()).hexdigest()[:10]}"]
    options += ["--db-root-username", unquote(url.username or "root")]
    return [*options, "--db-root-password", unquote(url.password or "")]


def _schema_hash() -> str:
    digest = hashlib.sha256()
    for pattern in SCHEMA_FILES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def embedded(*arguments: str) -> None:
    """A command of the runtime; its output is shown only when it fails."""
    done = subprocess.run([_tool(), *arguments], cwd=SITES, capture_output=True, text=True)
    if done.returncode:
        shown = (done.stdout + done.stderr).strip()
        raise Refused(f"`frappe-embedded {' '.join(arguments[:3])}` failed:\n{shown[-4000:]}")


def _tool() -> str:
    return str(Path(sys.executable).parent / "frappe-embedded")


def _configure(port: int, mail_port: int) -> None:
    """Mail goes to the sink of this run; links in mails lead to this port."""
    _change_config(
        crmconnect_demo=1,
        host_name=f"http://127.0.0.1:{port}",
        mail_server="127.0.0.1",
        mail_port=mail_port,
        use_tls=0,
        use_ssl=0,
        auto_email_id="crm@conect.example",
    )


def _change_config(**values: Any) -> None:
    path = SITES / SITE / "site_config.json"
    config = {**json.loads(path.read_text()), **values}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(config, indent=1))
    draft.replace(path)


class MailSink:
    """The SMTP server whose mails /demo-mailbox shows, on a free port."""

    def __enter__(self) -> int:
        from crmconnect.demo import mailbox

        self._sink = mailbox.start(SITES / SITE / mailbox.FOLDER)
        return self._sink.port

    def __exit__(self, *exc: object) -> None:
        self._sink.stop()


class Server:
    """The server as a child in our process group, so that Ctrl-C reaches it too."""

    def __init__(self, port: int) -> None:
        self._command = [_tool(), "--site", SITE, "serve", "--port", str(port)]

    def __enter__(self) -> "subprocess.Popen[bytes]":
        self._process = subprocess.Popen(self._command, cwd=SITES)
        return self._process

    def __exit__(self, *exc: object) -> None:
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _wait_until_up(server: "subprocess.Popen[bytes]", port: int) -> None:
    while server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def _greet(port: int, seconds: float) -> None:
    address = f"http://127.0.0.1:{port}"
    print(
        f"\nCRMConnect is ready after {seconds:.0f} s.\n"
        f"  open        {address}\n"
        f"  login       Administrator / {PASSWORD}   (demo only)\n"
        f"  e-mails     {address}/demo-mailbox   (nothing leaves this machine)\n"
        f"  stop        Ctrl-C\n",
        flush=True,
    )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Refused(f"Port {port} is taken. Choose another: make demo PORT={port + 1}") from None


class OnlyOne:
    """One demo at a time in this folder; the lock goes with the process."""

    def __enter__(self) -> None:
        HOME.mkdir(exist_ok=True)
        self._file: IO[str] = (HOME / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("A demo of this folder is running already; stop it first.") from None

    def __exit__(self, *exc: object) -> None:
        self._file.close()


def _say(text: str) -> None:
    print(f"• {text}", flush=True)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
