"""The vectors on a genuine bench: a site of that bench that vecapp filled; every table is put back as it was."""

from pathlib import Path
from typing import Any

import frappe


class Kept:
    """What the connected site's tables, sequences and folders of files hold now, to be restored (MariaDB)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums = checksums()
        self._rows = {table: frappe.db.sql(f"SELECT * FROM `{table}`") for table in self._sums}
        self._next = {name: _next_value(name) for name in _names("SEQUENCE")}
        self._files = set(folder.rglob("files/*"))

    def restore(self) -> None:
        """Put back every table that differs; commits."""
        frappe.db.rollback()
        now = checksums()
        for table in [table for table in now if now[table] != self._sums.get(table)]:
            frappe.db.sql_ddl(f"TRUNCATE TABLE `{table}`")
            self._fill(table)
        for name, value in self._next.items():
            frappe.db.sql_ddl(f"ALTER SEQUENCE `{name}` RESTART {value}")
        frappe.db.commit()
        for path in set(self._folder.rglob("files/*")) - self._files:
            path.unlink()
        frappe.clear_cache()
        frappe.cache.delete_keys("")

    def _fill(self, table: str) -> None:
        for row in self._rows.get(table, ()):
            frappe.db.sql(f"INSERT INTO `{table}` VALUES ({', '.join(['%s'] * len(row))})", row)


def checksums() -> dict[str, Any]:
    """The checksum of every table."""
    tables = _names("BASE TABLE")
    found = frappe.db.sql(f"CHECKSUM TABLE {', '.join(f'`{table}`' for table in tables)}")
    return {name.split(".", 1)[1]: value for name, value in found}


def _names(kind: str) -> list[str]:
    return [name for name, of in frappe.db.sql("SHOW FULL TABLES") if of == kind]


def _next_value(sequence: str) -> int:
    return int(frappe.db.sql(f"SELECT next_not_cached_value FROM `{sequence}`")[0][0])
