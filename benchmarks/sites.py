"""Sites of the embedded runtime to measure on: made in a folder that goes away."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import frappe

from benchmarks import cycle

PASSWORD = "Benchmark-1"
#: Mail is written to the queue, never sent.
CONFIG = {"mail_server": "127.0.0.1", "mute_emails": 1}


def create(folder: Path, name: str, **database: object) -> None:
    """A new site with the app."""
    from frappe import installer

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "apps.txt").write_text("frappe\ncrmconnect\n")
    options = {"admin_password": PASSWORD, "install_apps": ["crmconnect"], "config": CONFIG, **database}
    installer.new_site(name, sites_path=str(folder), **options)


@contextmanager
def connected(folder: Path, name: str) -> Iterator[None]:
    """Connected to a site as Administrator, with a company."""
    os.environ["SITES_PATH"] = str(folder)
    frappe.init(name, sites_path=str(folder), force=True)
    frappe.connect()
    frappe.set_user("Administrator")
    try:
        cycle.ensure_company()
        yield
    finally:
        frappe.destroy()


def file_of(folder: Path, name: str) -> Path:
    """The database file of an SQLite site."""
    return folder / name / "site.db"


def mariadb_options(url: str, database: str) -> dict[str, object]:
    """Arguments of `create` for a MariaDB server given as mysql://user:password@host:port."""
    parts = urlsplit(url)
    server = {"db_host": parts.hostname or "127.0.0.1", "db_port": parts.port or 3306}
    root = {"db_root_username": unquote(parts.username or "root"), "db_root_password": unquote(parts.password or "")}
    return {"db_type": "mariadb", "db_name": database, **server, **root}


def fill_invoices(folder: Path, name: str, count: int) -> None:
    """``count`` issued invoices by plain SQL. Their indexes are made anew afterwards, which is far quicker.

    All names are lower case and equally long, so that the order of bytes is the order of the site's collation.
    """
    db = sqlite3.connect(file_of(folder, name), isolation_level=None)
    for collation in ("UNICODE_CI", "MOMENT"):
        db.create_collation(collation, lambda a, b: (a > b) - (a < b))
    for function in ("is_moment", "is_json"):
        db.create_function(function, -1, lambda *_values: 1, deterministic=True)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA ignore_check_constraints=ON")
    table = "tabConnect Invoice"
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name=? AND sql IS NOT NULL", [table]
    ).fetchall()
    for index, _sql in indexes:
        db.execute(f"DROP INDEX `{index}`")
    db.execute(FILL, {"count": count, "company": cycle.COMPANY})
    for _index, sql in indexes:
        db.execute(sql)
    db.close()


FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
INSERT INTO `tabConnect Invoice` (name, creation, modified, owner, modified_by, docstatus, idx, title, number,
    invoice_type, company, client, client_name, currency, exchange_rate, status, status_code, date, due_date,
    assigned_to, subtotal, net_total, tax_total, grand_total, outstanding_amount)
SELECT printf('i%09d', i), printf('2024-01-01 %02d:%02d:%02d.000000', i / 3600 % 24, i / 60 % 60, i % 60),
    printf('2024-01-01 %02d:%02d:%02d.000000', i / 3600 % 24, i / 60 % 60, i % 60),
    'administrator', 'administrator', 1, 0, printf('inv-%09d', i), printf('inv-%09d', i), 'Invoice', :company,
    printf('c%05d', i % 5000), printf('client %05d', i % 5000), 'RON', 1,
    CASE i % 4 WHEN 0 THEN 'Unpaid' WHEN 1 THEN 'Overdue' ELSE 'Paid' END,
    CASE i % 4 WHEN 0 THEN 1 WHEN 1 THEN 4 ELSE 2 END,
    date('2022-01-01', printf('+%d days', i % 1400)), date('2022-02-01', printf('+%d days', i % 1400)),
    CASE (i * 7919 / 13) % 10 WHEN 0 THEN 'agent@conect.example' ELSE 'other@conect.example' END,
    100.0, 100.0, 21.0, 121.0, 121.0
FROM n
"""
