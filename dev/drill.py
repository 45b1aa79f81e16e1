"""`make drill`: back up the demo site, lose everything, restore it elsewhere, and compare every row. Timed.

The demo must be stopped; its own data is only read.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dev import demo

COPY = "drill.localhost"
T = TypeVar("T")


def main() -> int:
    try:
        with demo.OnlyOne():
            if not demo.READY.exists():
                raise demo.Refused("There is no demo data yet: run `make demo` first.")
            return _drill()
    except demo.Refused as reason:
        print(reason, file=sys.stderr)
        return 1


def _drill() -> int:
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=demo.HOME))
    try:
        before = fingerprint(demo.SITE)
        backup = _timed("backup with files", lambda: _backup(folder))
        _timed("a new, empty site", _empty_site)
        restore = ["--site", COPY, "restore", str(backup["database"])]
        for kind in ("public", "private"):
            if path := backup.get(kind):
                restore += [f"--with-{kind}-files", str(path)]
        _timed("restore", lambda: demo.embedded(*restore))
        return _compare(before, fingerprint(COPY))
    finally:
        shutil.rmtree(folder)
        if (demo.SITES / COPY).exists():
            demo.embedded("drop-site", COPY, "--yes", "--no-backup", *_account())


def _backup(folder: Path) -> dict[str, Path]:
    """The files of a backup by what they hold; their sum is printed."""
    demo.embedded("--site", demo.SITE, "backup", "--with-files", "--backup-path", str(folder))
    found: dict[str, Path] = {}
    for path in folder.iterdir():
        kind = next((k for k in ("private", "public", "database") if k in path.name), "config")
        found[kind] = path
    print(f"  {sum(p.stat().st_size for p in found.values()) / 1e6:.1f} MB in {len(found)} files")
    return found


def _empty_site() -> None:
    database = os.environ.get("DB") or "sqlite"
    if demo.place(database) != json.loads(demo.READY.read_text())["database"]:
        raise demo.Refused("The demo is on MariaDB: make drill DB=mysql://user:password@host:3306")
    demo.embedded("new-site", COPY, "--admin-password", "drill", "--force", *demo.database_options(database, COPY))


def _account() -> list[str]:
    options = demo.database_options(os.environ.get("DB") or "sqlite")
    at = options.index("--db-root-username") if "--db-root-username" in options else len(options)
    return options[at:]


def fingerprint(site: str) -> dict[str, tuple[int, str]]:
    """For each table its number of rows and a hash of all of them."""
    import frappe

    frappe.init(site, sites_path=str(demo.SITES), force=True)
    frappe.connect()
    try:
        found = {}
        for table in sorted(frappe.db.get_tables(cached=False)):
            rows = frappe.db.sql(f"SELECT * FROM `{table}`")  # noqa: S608 - the database's own table names
            lines = sorted(repr(tuple(map(str, row))) for row in rows)
            found[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
        return found
    finally:
        frappe.db.rollback()
        frappe.destroy()


def _compare(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> int:
    wrong = [table for table in sorted(before | after) if before.get(table) != after.get(table)]
    rows = sum(count for count, _hash in before.values())
    if wrong:
        print(f"DIFFERENT in {', '.join(wrong)}")
        return 1
    print(f"{len(before)} tables with {rows} rows are the same, value by value.")
    return 0


def _timed(what: str, step: Callable[[], T]) -> T:
    started = time.monotonic()
    result = step()
    print(f"{what}: {time.monotonic() - started:.2f} s", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
