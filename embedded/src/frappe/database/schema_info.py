"""What tables, columns and indexes there are."""

from typing import Any

import frappe
from frappe.database.utils import get_table_name, quote


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

    @staticmethod
    def get_index_name(fields: list[str]) -> str:
        return "_".join(field.partition("(")[0] for field in fields) + "_index"

    def _index_column(self, field: str) -> str:
        """A column, on MariaDB with the length that a text needs: "url(100)"."""
        name, _, length = field.partition("(")
        return quote(name) + (f"({int(length.rstrip(')'))})" if length and self.db_type == "mariadb" else "")

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
        columns = ", ".join(map(self._index_column, fields))
        kind = "UNIQUE INDEX" if unique else "INDEX"
        self.sql_ddl(f"CREATE {kind} {quote(self._index_identifier(table, name))} ON {quote(table)} ({columns})")

    def updatedb(self, doctype: str, meta: Any = None) -> None:
        """Make the table of a DocType what its fields say."""
        from frappe.database.schema import sync_doctype

        sync_doctype(meta or frappe.get_meta(doctype, cached=False))
