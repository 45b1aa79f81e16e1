"""Where the tests run: the embedded runtime on SQLite or MariaDB (a site of their own), or a bench (a given site)."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APP = "crmconnect"
PASSWORD = "admin"
DEFAULT_MARIADB = "mysql://root@127.0.0.1:3306"
SOURCES = ("embedded/src", "crmconnect", "tests/support/hosts.py")
KEPT_TEMPLATES = 3


class Host(ABC):
    """A place with one site that has the app installed."""

    name: str
    site: str
    sites: Path
    url: str | None = None
    unavailable: str = ""

    @abstractmethod
    def open(self, tmp: pytest.TempPathFactory) -> None:
        """Make the site ready and connect to it."""

    @abstractmethod
    def close(self) -> None:
        """Disconnect; remove what `open` made."""

    @abstractmethod
    def connect(self) -> None:
        """Connect to the site unless this thread is connected (other tests may have left for a site of their own)."""

    def is_connected(self) -> bool:
        import frappe

        return getattr(frappe.local, "site", None) == self.site and bool(getattr(frappe.local, "db", None))

    @abstractmethod
    def run_jobs(self) -> None:
        """Run every background job that is waiting, in this very call; what the test wrote is committed first."""

    def application(self) -> Callable[..., Any]:
        """The WSGI application that serves the site."""
        import frappe.app

        return frappe.app.application

    def config(self) -> dict[str, Any]:
        return json.loads((self.sites / self.site / "site_config.json").read_text())

    @contextmanager
    def changed_config(self, **values: Any) -> Iterator[None]:
        """The site's configuration with `values`, in the file (other processes see it) and in this process."""
        import frappe

        path = self.sites / self.site / "site_config.json"
        before = path.read_text()
        known = {key: frappe.local.conf.get(key) for key in values}
        path.write_text(json.dumps({**json.loads(before), **values}, indent=1))
        frappe.local.conf.update(values)
        try:
            yield
        finally:
            path.write_text(before)
            for key, value in known.items():
                frappe.local.conf.pop(key, None) if value is None else frappe.local.conf.update({key: value})


class Embedded(Host):
    """The runtime of this repository, with a site in a temporary folder."""

    site = "tests.localhost"

    def open(self, tmp: pytest.TempPathFactory) -> None:
        self.sites = tmp.mktemp("sites")
        self._create()
        self.connect()

    @abstractmethod
    def _create(self) -> None: ...

    def connect(self) -> None:
        import frappe

        os.environ["SITES_PATH"] = str(self.sites)  # where the application finds the site of a request
        if not self.is_connected():
            frappe.init(self.site, sites_path=str(self.sites), force=True)
            frappe.connect()

    def close(self) -> None:
        import frappe

        frappe.destroy()

    def run_jobs(self) -> None:
        import frappe
        from frappe.utils.job_worker import run_pending_jobs

        frappe.db.commit()
        run_pending_jobs()


class Sqlite(Embedded):
    """A copy of a site that is built once for each state of the sources."""

    name = "sqlite"

    def _create(self) -> None:
        shutil.copytree(_template(), self.sites, dirs_exist_ok=True)


class MariaDB(Embedded):
    """A database of its own for each test process, dropped at the end. `TEST_MARIADB` names the server."""

    name = "mariadb"

    def __init__(self) -> None:
        self.server = _parse(os.environ.get("TEST_MARIADB", DEFAULT_MARIADB))
        self.unavailable = self._reason_unreachable()
        self.database = f"cc_test_{os.getpid()}"

    def _administer(self) -> Any:
        import pymysql

        return pymysql.connect(connect_timeout=3, **self.server)

    def _reason_unreachable(self) -> str:
        import pymysql

        try:
            self._administer().close()
        except (pymysql.err.MySQLError, OSError) as error:
            return f"no MariaDB at {self.server['host']}:{self.server['port']} ({error}); set TEST_MARIADB=mysql://…"
        return ""

    def _create(self) -> None:
        self._drop()
        create_site(
            self.sites,
            self.site,
            db_type="mariadb",
            db_name=self.database,
            db_host=self.server["host"],
            db_port=self.server["port"],
            db_root_username=self.server["user"],
            db_root_password=self.server["password"],
        )

    def close(self) -> None:
        super().close()
        self._drop()

    def _drop(self) -> None:
        import pymysql

        connection = self._administer()
        with connection.cursor() as cursor:
            # A connection that a test left open in a transaction would make DROP wait for ever.
            cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (self.database,))
            for (left_open,) in cursor.fetchall():
                with suppress(pymysql.err.MySQLError):  # it may just have ended
                    cursor.execute(f"KILL {int(left_open)}")
            cursor.execute(f"DROP DATABASE IF EXISTS `{self.database}`")
            cursor.execute(f"DROP USER IF EXISTS '{self.database}'@'%'")
            cursor.execute(f"DROP USER IF EXISTS '{self.database}'@'localhost'")
        connection.close()


class Bench(Host):
    """A genuine bench: run pytest with that bench's Python; the site and what is in it are the bench's own."""

    name = "bench"

    def __init__(self, path: str | None, site: str | None, url: str | None) -> None:
        if not path or not site:
            raise pytest.UsageError("--host bench needs --bench PATH and --site NAME")
        self.sites, self.site, self.url = Path(path).resolve() / "sites", site, url
        if not (self.sites / site / "site_config.json").exists():
            raise pytest.UsageError(f"{self.sites / site} is no site")

    def open(self, tmp: pytest.TempPathFactory) -> None:
        import frappe

        os.chdir(self.sites)  # a genuine Frappe reads much relative to its sites folder
        self.connect()
        if APP not in frappe.get_installed_apps():
            raise pytest.UsageError(f"{APP} is not installed on {self.site}")

    def connect(self) -> None:
        import frappe

        if not self.is_connected():
            frappe.init(self.site, sites_path=".")
            frappe.connect()

    def run_jobs(self) -> None:
        import frappe
        from frappe.email.queue import flush

        frappe.db.commit()
        command = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "worker", "--burst", "--quiet"]
        subprocess.run(command, cwd=self.sites, check=True, timeout=300)
        self._wait_for_other_workers()
        frappe.db.rollback()  # a new view of the data, with what the jobs wrote
        if frappe.conf.get("mail_server"):
            frappe.local.outgoing_email_account = {}  # remembered with the port of an earlier mailbox
            flush()  # there it is the scheduler that delivers mail

    def _wait_for_other_workers(self) -> None:
        """A standing worker of the bench may have taken some of the jobs."""
        from frappe.utils.background_jobs import get_queues

        for _ in range(600):
            if not any(queue.count or queue.started_job_registry.count for queue in get_queues()):
                return
            time.sleep(0.1)

    def close(self) -> None:
        import frappe

        frappe.destroy()


def choose_host(config: pytest.Config) -> Host:
    """The host that the command line asks for."""
    match config.getoption("--host"):
        case "bench":
            return Bench(config.getoption("--bench"), config.getoption("--site"), config.getoption("--url"))
        case "mariadb":
            return MariaDB()
        case _:
            return Sqlite()


def create_site(sites: Path, site: str, **database: Any) -> None:
    """A new site of the runtime with the app installed; `database` as for new-site."""
    from frappe import installer

    sites.mkdir(parents=True, exist_ok=True)
    (sites / "apps.txt").write_text(f"frappe\n{APP}\n")
    installer.new_site(site, sites_path=str(sites), admin_password=PASSWORD, install_apps=[APP], **database)


def _template() -> Path:
    """The folder of a fresh SQLite site, built when the sources changed; safe among parallel test processes."""
    cache = ROOT / ".pytest_cache" / "sites"
    cache.mkdir(parents=True, exist_ok=True)
    ready = cache / _sources_hash()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            building = Path(tempfile.mkdtemp(dir=cache, prefix="building-"))
            create_site(building, Sqlite.site, db_type="sqlite")
            building.rename(ready)
            _forget_old(cache)
    return ready


def _forget_old(cache: Path) -> None:
    templates = sorted((p for p in cache.iterdir() if p.is_dir()), key=lambda p: p.stat().st_mtime)
    for path in templates[:-KEPT_TEMPLATES]:
        shutil.rmtree(path, ignore_errors=True)


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix != ".pyc" and p.is_file())
        for file in files:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _parse(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "host": parts.hostname or "127.0.0.1",
        "port": parts.port or 3306,
        "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
    }
