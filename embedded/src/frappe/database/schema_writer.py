"""The statements that make and change tables, for each engine, as few as possible."""

import re
from typing import Any

import frappe
from frappe import _
from frappe.database.schema import INTEGERS, VARCHAR, Column, Table, mariadb_column, sqlite_column
from frappe.database.utils import quote

TEXT_ORDER = ("text", "longtext")


def for_engine(db_type: str) -> "Writer":
    return SQLiteWriter() if db_type == "sqlite" else MariaDBWriter()


def is_wider(current: str, wanted: str) -> bool:
    """Whether changing a column from one type to the other loses nothing."""
    current = re.sub(r"^(tinyint|int|bigint)\(\d+\)", r"\1", current)
    if current == wanted:
        return False
    old, new = VARCHAR.match(current), VARCHAR.match(wanted)
    if old and new:
        return int(new[1]) > int(old[1])
    if old:
        return wanted in TEXT_ORDER
    for family in (INTEGERS, TEXT_ORDER):
        if current in family and wanted in family:
            return family.index(wanted) > family.index(current)
    return wanted.startswith("decimal") and (current in INTEGERS or current == "decimal(18,6)")


def index_list(table: Table) -> list[tuple[str, tuple[str, ...], bool]]:
    """Every secondary index that a table ought to have: name, columns, unique."""
    found = [(name, columns, False) for name, columns in table.indexes]
    found += [(column.name, (column.name,), True) for column in table.columns if column.unique]
    found += [(f"{column.name}_index", (column.name,), False) for column in table.columns if column.index]
    return found


class Writer:
    """What both engines do alike."""

    def alter(self, table: Table) -> None:
        current = {c.name.lower(): c for c in frappe.db.get_table_columns_description(table.name)}
        self.add_columns(table.name, [c for c in table.columns if c.name.lower() not in current])
        self.widen(table, current)
        self.sync_indexes(table)

    def sync_indexes(self, table: Table) -> None:
        existing = frappe.db.get_indexes(table.name)
        keyed = {(tuple(index.columns), index.unique) for index in existing}
        for name, columns, unique in index_list(table):
            if (columns, unique) not in keyed:
                self._add_index(table.name, name, columns, unique)
        self._drop_outdated(table, existing)

    def _drop_outdated(self, table: Table, existing: list) -> None:
        """Drop unique indexes that a field no longer asks for; other indexes may be someone's on purpose."""
        plain = {column.name for column in table.columns if not column.unique}
        for index in existing:
            if index.unique and len(index.columns) == 1 and index.columns[0] in plain - {table.key}:
                if index.name == index.columns[0]:
                    self.drop_index(table.name, index)

    def _add_index(self, table: str, name: str, columns: tuple[str, ...], unique: bool) -> None:
        fields = ", ".join(map(quote, columns))
        kind = "UNIQUE INDEX" if unique else "INDEX"
        identifier = quote(frappe.db._index_identifier(table, name))
        try:
            self.run(f"CREATE {kind} {identifier} ON {quote(table)} ({fields})")
        except frappe.db.IntegrityError as e:
            message = _("{0} field cannot be set as unique in {1}, as there are non-unique existing values")
            if not frappe.db.is_duplicate_entry(e):
                raise
            frappe.throw(message.format(columns[0], table))


class SQLiteWriter(Writer):
    """Schema changes are part of the current transaction."""

    def run(self, statement: str) -> None:
        frappe.db.sql(statement)
        frappe.db.clear_schema_cache()

    def create(self, table: Table) -> None:
        self._create(table.name, table.columns, table.key)
        for name, columns, unique in index_list(table):
            self._add_index(table.name, name, columns, unique)

    def _create(self, name: str, columns: list[Column], key: str | None) -> None:
        parts = [sqlite_column(column, column.name == key) for column in columns]
        if key:
            parts.append(f"PRIMARY KEY ({', '.join(map(quote, key.split(',')))})")
        self.run(f"CREATE TABLE {quote(name)} ({', '.join(parts)})")

    def add_columns(self, table: str, columns: list[Column]) -> None:
        for column in columns:
            self.run(f"ALTER TABLE {quote(table)} ADD COLUMN {sqlite_column(column)}")

    def widen(self, table: Table, current: dict[str, Any]) -> None:
        """A column of SQLite holds values of any length."""

    def drop_index(self, table: str, index: Any) -> None:
        self.run(f"DROP INDEX {quote(index.key)}")


class MariaDBWriter(Writer):
    """One ALTER per kind of change; each commits."""

    def run(self, statement: str) -> None:
        frappe.db.sql_ddl(statement)

    def create(self, table: Table) -> None:
        parts = [mariadb_column(column) for column in table.columns]
        if table.key:
            parts.append(f"PRIMARY KEY ({', '.join(map(quote, table.key.split(',')))})")
        for name, columns, unique in index_list(table):
            parts.append(f"{'UNIQUE ' if unique else ''}INDEX {quote(name)} ({', '.join(map(quote, columns))})")
        options = "ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
        self.run(f"CREATE TABLE {quote(table.name)} ({', '.join(parts)}) {options}")

    def add_columns(self, table: str, columns: list[Column]) -> None:
        if columns:
            added = ", ".join(f"ADD COLUMN {mariadb_column(column)}" for column in columns)
            self.run(f"ALTER TABLE {quote(table)} {added}")

    def widen(self, table: Table, current: dict[str, Any]) -> None:
        wider = [
            c for c in table.columns if c.name.lower() in current and is_wider(current[c.name.lower()].type, c.type)
        ]
        if wider:
            changed = ", ".join(f"MODIFY {mariadb_column(column)}" for column in wider)
            self.run(f"ALTER TABLE {quote(table.name)} {changed}")

    def drop_index(self, table: str, index: Any) -> None:
        self.run(f"ALTER TABLE {quote(table)} DROP INDEX {quote(index.key)}")
