"""`frappe.db`: one connection and one transaction of a site. Engines are in sqlite.py and mariadb.py."""

from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from frappe.database.errors import ErrorPredicates
from frappe.database.schema_info import SchemaInfoMixin
from frappe.database.transaction_memory import TransactionMemory
from frappe.database.transactions import TransactionMixin, savepoint
from frappe.database.utils import READ_STATEMENTS, FallBackDateTimeStr, get_query_type, get_table_name, quote
from frappe.database.values import ValuesMixin

__all__ = ["Database", "savepoint"]


class Database(ErrorPredicates, TransactionMixin, SchemaInfoMixin, ValuesMixin):
    """What every engine offers. Engines give `_connect`, `_execute`, `_begin`, `_commit`, `_rollback` and `close`."""

    DEFAULT_SHORTCUTS = ("_Login", "__user", "_Full Name", "Today", "__today", "now", "Now")
    db_type = ""

    class InvalidColumnName(frappe.ValidationError):
        """A column name that Frappe does not allow."""

    def __init__(self) -> None:
        self._conn: Any = None
        self.value_cache: dict[Any, Any] = {}
        self.memory = TransactionMemory()
        self.statement_count = 0
        self.trace: list[str] | None = None
        self.last_query = ""
        self._description: Sequence[str] = ()
        self._init_transactions()

    def sql(
        self, query: Any, values: Any = None, *, as_dict: bool = False, as_list: bool = False, debug: bool = False,
        update: dict | None = None, pluck: bool = False,
    ) -> Any:  # fmt: skip
        """Run one statement and give its rows: tuples, or as asked by `as_dict`, `as_list` or `pluck`.

        Values are bound to ``%s`` (a sequence) or ``%(name)s`` (a mapping) and never become part of the text; a
        sequence among them stands for a list in parentheses. Raises PyMySQL's error classes on both engines.
        """
        rows = self._run(str(query), self._bindable(values), debug)
        if pluck:
            return [row[0] for row in rows]
        if as_dict:
            keys, make = self._description, frappe._dict
            return [make(zip(keys, row, strict=True), **(update or {})) for row in rows]
        return [list(row) for row in rows] if as_list else tuple(rows)

    def _run(self, query: str, values: Sequence | dict | None, debug: bool) -> Sequence[tuple]:
        kind = get_query_type(query)
        writes = kind not in READ_STATEMENTS and kind not in ("savepoint", "release", "rollback")
        if kind in ("commit", "rollback", "begin", "start") and "savepoint" not in query.lower():
            raise frappe.ValidationError("Transactions end by frappe.db.commit() and frappe.db.rollback()")
        self.statement_count += 1
        self.last_query = query
        if self.trace is not None:
            self.trace.append(query)
        if debug:
            frappe.log(f"{query} {values or ''}")
        if writes:
            if self.read_only:
                raise frappe.InReadOnlyMode("Cannot write in a read only transaction")
            self._count_write()
            self.memory.wrote(kind, query)
        try:
            return self._execute(query, values, writes)
        except ErrorPredicates.IntegrityError:
            raise
        except Exception as e:
            if known := self._translated(e):
                raise known from e
            raise

    def read_once(self, table: str, query: str, values: Sequence, *, locked: bool = False) -> list:
        """Rows of a SELECT from one table as dicts; asked once in a transaction that does not write to the table."""
        key = (query, *values)
        rows = self.memory.rows(table, key, locked and not self.lock_all())
        if rows is None:
            rows = self.sql(f"{query} FOR UPDATE" if locked else query, values, as_dict=True)
            self.memory.keep(table, key, locked, rows)
        return rows

    def lock_all(self) -> bool:
        """Make every row read in this transaction as good as locked, where the engine has one lock for all."""
        return False

    def _translated(self, e: Exception) -> Exception | None:
        """Frappe's own error for those that it has one for."""
        if self.is_deadlocked(e):
            return frappe.QueryDeadlockError(*e.args)
        if self.is_timedout(e):
            return frappe.QueryTimeoutError(*e.args)
        if self.is_read_only_mode_error(e):
            return frappe.InReadOnlyMode(*e.args)
        return None

    @staticmethod
    def _bindable(values: Any) -> Sequence | dict | None:
        return values if values is None or isinstance(values, dict | list | tuple) else (values,)

    def sql_ddl(self, query: str) -> None:
        """Commit, then change the schema (MariaDB commits there by itself)."""
        control, self._disable_transaction_control = self._disable_transaction_control, 0
        try:
            self.commit()
            self.sql(query)
            self.clear_schema_cache()
        finally:
            self._disable_transaction_control = control

    @staticmethod
    def get_all(*args: Any, **kwargs: Any) -> Any:
        return frappe.get_all(*args, **kwargs)

    @staticmethod
    def get_list(*args: Any, **kwargs: Any) -> Any:
        return frappe.get_list(*args, **kwargs)

    @staticmethod
    def escape(value: Any, percent: bool = True) -> str:
        """Quoted literal; `percent` doubles percent signs for statements that carry values."""
        text = str(value)
        for char, escaped in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\0", "\\0"), ("\n", "\\n"), ("\r", "\\r")):
            text = text.replace(char, escaped)
        text = text.replace("\x1a", "\\Z").replace("`", "\\`")
        return "'" + (text.replace("%", "%%") if percent else text) + "'"

    @staticmethod
    def format_date(date: Any) -> str:
        return frappe.utils.getdate(date).strftime("%Y-%m-%d")

    @staticmethod
    def format_datetime(datetime: Any) -> str:
        if not datetime:
            return FallBackDateTimeStr
        return frappe.utils.get_datetime(datetime).strftime("%Y-%m-%d %H:%M:%S.%f")

    # defaults live in frappe.defaults; these are Frappe's shortcuts to them
    def set_global(self, key: str, val: Any, user: str = "__global") -> None:
        self.set_default(key, val, user)

    def get_global(self, key: str, user: str = "__global") -> Any:
        return self.get_default(key, user)

    def get_default(self, key: str, parent: str = "__default") -> Any:
        """Default value; the first one when there are several."""
        value = self.get_defaults(key, parent)
        return (isinstance(value, list) and value[0]) or value

    @staticmethod
    def set_default(key: str, val: Any, parent: str = "__default", parenttype: str | None = None) -> None:
        frappe.defaults.set_default(key, val, parent, parenttype)

    @staticmethod
    def get_defaults(key: str | None = None, parent: str = "__default") -> Any:
        defaults = frappe.defaults.get_defaults_for(parent)
        if not key:
            return defaults
        return defaults[key] if key in defaults else defaults.get(frappe.scrub(key))

    def bulk_insert(
        self,
        doctype: str,
        fields: list[str],
        values: Iterable[Sequence[Any]],
        ignore_duplicates: bool = False,
        *,
        chunk_size: int = 10_000,
    ) -> None:
        """Insert rows with as few statements as the engine's limit of bound values allows."""
        columns = ", ".join(map(quote, fields))
        verb = "INSERT IGNORE" if ignore_duplicates else "INSERT"
        head = f"{verb} INTO {quote(get_table_name(doctype))} ({columns}) VALUES "
        marks = f"({', '.join(['%s'] * len(fields))})"
        rows = list(values)
        size = max(1, min(chunk_size, self.MAX_BOUND_VALUES // max(1, len(fields))))
        for start in range(0, len(rows), size):
            chunk = rows[start : start + size]
            flat = [value for row in chunk for value in row]
            self.sql(head + ", ".join([marks] * len(chunk)), flat)
