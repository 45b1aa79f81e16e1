"""A site without the app, only with a small one of the tests: for jobs, mail, files, commands."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frappe
from frappe import context, installer

ROOT = Path(__file__).resolve().parents[2]
APPS = Path(__file__).resolve().parent / "apps"
PASSWORD = "admin"

if str(APPS) not in sys.path:
    sys.path.insert(0, str(APPS))


class BareSite:
    """One site in a folder; `connected()` gives this thread a scope of its own, whatever else is connected."""

    def __init__(self, sites: Path, name: str = "bare.localhost", **database: Any) -> None:
        self.sites, self.name, self.database = sites, name, database

    def create(self) -> "BareSite":
        self.sites.mkdir(parents=True, exist_ok=True)
        (self.sites / "apps.txt").write_text("frappe\nopsapp\n")
        with own_scope():
            installer.new_site(
                self.name,
                sites_path=str(self.sites),
                admin_password=PASSWORD,
                install_apps=["opsapp"],
                force=True,
                **self.database,
            )
        return self

    @property
    def folder(self) -> Path:
        return self.sites / self.name

    @contextmanager
    def connected(self) -> Iterator[None]:
        with own_scope():
            frappe.init(self.name, sites_path=str(self.sites), force=True)
            frappe.connect()
            frappe.db.begin(write=True)
            try:
                yield
            finally:
                frappe.db.rollback()
                frappe.destroy()

    def command(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """Start `frappe-embedded --site <this> …` as a process."""
        command = [sys.executable, "-m", "frappe.commands", "--sites-path", str(self.sites), "--site", self.name]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        return subprocess.Popen([*command, *arguments], cwd=ROOT, env=environment(), text=True, **pipes)

    def run(self, *arguments: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        process = self.command(*arguments)
        out, err = process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def remove(self) -> None:
        if self.database.get("db_type") == "mariadb":
            with own_scope():
                account = {key: self.database[key] for key in ("db_root_username", "db_root_password")}
                installer.drop_site(self.name, sites_path=str(self.sites), **account)
        shutil.rmtree(self.sites, ignore_errors=True)


def environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), str(APPS), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "SITES_PATH": "", "FRAPPE_SITE": ""}


@contextmanager
def own_scope() -> Iterator[None]:
    """An empty `frappe.local`; the caller's comes back afterwards."""
    token = context._scope.set(None)
    try:
        yield
    finally:
        context._scope.reset(token)
