"""What tables, columns and indexes there are."""

import re
from typing import Any

import frappe
from frappe.database.utils import get_table_name, quote

INDEX_PREFIX = re.compile(r"\s*\(\d+\)\s*$")


class SchemaInfoMixin:
    """Questions about the schema and its small changes. Engines give the lists."""

    def clear_schema_cache(self) -> None:
        self._schema_changed = True  # a rollback must forget what is learnt until then
        frappe.cache.delete_keys("table_columns::")
        frappe.cache.delete_value("db_tables")

    def get_tables(self, cached: bool = True) -> list[str]:
        """Names of all tables."""
        if not cached:
            frappe.cache.delete_value("db_tables")
        return frappe.cache.get_value("db_tables", self._list_tables)

    def table_exists(self, doctype: str, cached: bool = True) -> bool:
        return get_table_name(doctype) in self.get_tables(cached=cached)

    has_table = table_exists

    def get_db_table_columns(self, table: str) -> list[str]:
        """Column names of a table in their order; empty when there is no such table."""
        key = f"table_columns::{table}"
        columns = frappe.cache.get_value(key)
        if columns is None:
            columns = [column.name for column in self.get_table_columns_description(table)]
            if columns:
                frappe.cache.set_value(key, columns)
        return columns

    def get_table_columns(self, doctype: str) -> list[str]:
        """Column names of a DocType's table. Raises the driver's "table does not exist"."""
        table = get_table_name(doctype)
        columns = self.get_db_table_columns(table)
        if not columns:
            raise self.TableMissingError(1146, f"Table '{table}' doesn't exist")
        return columns

    def has_column(self, doctype: str, column: str) -> bool:
        return column in self.get_table_columns(doctype)

    def get_column_type(self, doctype: str, column: str) -> str:
        """Declared type of a column, as the engine writes it."""
        for description in self.get_table_columns_description(get_table_name(doctype)):
            if description.name == column:
                return description.type
        raise self.InvalidColumnName(f"{doctype} has no column {column}")

    @staticmethod
    def get_index_name(fields: list[str]) -> str:
        return "_".join(INDEX_PREFIX.sub("", field) for field in fields) + "_index"

    def has_index(self, table_name: str, index_name: str) -> bool:
        return any(index.name == index_name for index in self.get_indexes(table_name))

    def add_index(self, doctype: str, fields: list[str] | str, index_name: str | None = None) -> None:
        """Create an index over `fields`, in that order, unless it exists."""
        fields = [fields] if isinstance(fields, str) else list(fields)
        self._create_index(doctype, fields, index_name or self.get_index_name(fields), unique=False)

    def add_unique(self, doctype: str, fields: list[str] | str, constraint_name: str | None = None) -> None:
        """Make the combination of `fields` unique, unless it is already."""
        fields = [fields] if isinstance(fields, str) else list(fields)
        self._create_index(doctype, fields, constraint_name or "unique_" + "_".join(fields), unique=True)

    def _create_index(self, doctype: str, fields: list[str], name: str, unique: bool) -> None:
        table = get_table_name(doctype)
        if self.has_index(table, name):
            return
        columns = ", ".join(self._index_column(field) for field in fields)
        kind = "UNIQUE INDEX" if unique else "INDEX"
        self.sql_ddl(f"CREATE {kind} {quote(self._index_identifier(table, name))} ON {quote(table)} ({columns})")

    def describe(self, doctype: str) -> list[Any]:
        return self.get_table_columns_description(get_table_name(doctype))

    def rename_table(self, old_name: str, new_name: str) -> None:
        old, new = quote(get_table_name(old_name)), quote(get_table_name(new_name))
        self.sql_ddl(f"ALTER TABLE {old} RENAME TO {new}")

    def rename_column(self, doctype: str, old_column_name: str, new_column_name: str) -> None:
        """Rename a column; data, indexes and constraints stay."""
        table = quote(get_table_name(doctype))
        self.sql_ddl(f"ALTER TABLE {table} RENAME COLUMN {quote(old_column_name)} TO {quote(new_column_name)}")

    def truncate(self, doctype: str) -> None:
        """Delete all rows of a table at once. Commits."""
        self.sql_ddl(f"TRUNCATE TABLE {quote(get_table_name(doctype))}")

    def updatedb(self, doctype: str, meta: Any = None) -> None:
        """Make the table of a DocType what its fields say."""
        from frappe.database.schema import sync_doctype

        sync_doctype(meta or frappe.get_meta(doctype, cached=False))

    def create_sequence(self, doctype_name: str, *, start_value: int = 1, **_options: Any) -> str:
        """Make the counter of a DocType that is named by autoincrement; an existing one is kept."""
        name = frappe.scrub(f"{doctype_name}_id_seq")
        self._create_sequence(name, start_value or 1)
        return name
