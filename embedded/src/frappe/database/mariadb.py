"""MariaDB by PyMySQL."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions, escape_item, escape_string

import frappe
from frappe.database.database import Database
from frappe.database.pool import Pool


def _float(value: Any) -> float:
    return float(value)


def _escape_text(value: Any, _mapping: dict | None = None) -> str:
    return "'" + escape_string(str(value)) + "'"


def _escape_duration(value: timedelta, _mapping: dict | None = None) -> str:
    from frappe.database.sqlite_functions import stored

    return f"'{stored(value)}'"


def _escape_float(value: float, _mapping: dict | None = None) -> str:
    if not math.isfinite(value):
        raise pymysql.err.DataError(1264, "inf and nan can not be stored")
    return repr(value)


CONVERSIONS = conversions | {
    FIELD_TYPE.NEWDECIMAL: _float,
    FIELD_TYPE.DECIMAL: _float,
    timedelta: _escape_duration,
    float: _escape_float,
}


connections = Pool()


class Connection(pymysql.connections.Connection):
    """Escapes subclasses of plain types (document status, safe strings) as the types they stand for."""

    def escape(self, obj: Any, mapping: dict | None = None) -> str:
        if isinstance(obj, int):
            return str(int(obj))
        if isinstance(obj, list | tuple | set | frozenset):
            return "(" + (", ".join(self.escape(item) for item in obj) or "NULL") + ")"
        if isinstance(obj, dict):
            raise pymysql.err.ProgrammingError(1064, "dict can not be used as parameter")
        if isinstance(obj, str):
            return _escape_text(obj)
        return escape_item(obj, self.charset, mapping or self.encoders)


class MariaDBDatabase(Database):
    """A site in a MariaDB database: REPEATABLE READ, one transaction at a time."""

    db_type = "mariadb"
    MAX_BOUND_VALUES = 50_000

    def __init__(
        self,
        name: str | None,
        user: str,
        password: str | None = None,
        host: str | None = None,
        port: int | str | None = None,
        socket: str | None = None,
    ) -> None:
        super().__init__()
        self.cur_db_name = name
        self._settings: dict[str, Any] = {"user": user, "password": password or "", "database": name}
        if socket:
            self._settings["unix_socket"] = socket
        else:
            self._settings |= {"host": host or "127.0.0.1", "port": int(port or 3306)}
        self._pool_key = (name, *sorted((key, value) for key, value in self._settings.items() if key != "database"))

    def connect(self) -> None:
        """Take an idle connection of this process, or open one; autocommit is off."""
        if self._conn is None:
            self._conn = connections.take(self._pool_key) or self._open()

    def _open(self) -> Connection:
        return Connection(
            charset="utf8mb4", collation="utf8mb4_unicode_ci", conv=CONVERSIONS, autocommit=False,
            connect_timeout=10, **self._settings,
        )  # fmt: skip

    def close(self) -> None:
        """Give the connection back; what is not committed is lost."""
        connection, self._conn = self._conn, None
        was_open, self.in_transaction = self.in_transaction, False
        if connection is None:
            return
        try:
            if was_open:
                connection.rollback()
            if connection.open and connections.give(self._pool_key, connection):
                return
        except pymysql.err.Error:
            frappe.logger("database").debug("the server had closed the connection")
        self._discard(connection)

    @staticmethod
    def _discard(connection: Connection) -> None:
        if connection.open:
            connection._force_close()

    def __del__(self) -> None:
        if getattr(self, "_conn", None) is not None:
            self._discard(self._conn)

    def _execute(self, query: str, values: Any, writes: bool) -> Sequence[tuple]:
        self.connect()
        if not self.in_transaction:
            self._start()
        with self._conn.cursor() as cursor:
            cursor.execute(query, values)
            self._description = [column[0] for column in cursor.description] if cursor.description else ()
            return cursor.fetchall() if cursor.description else ()

    def _start(self) -> None:
        statement = "START TRANSACTION READ ONLY" if self.read_only else "START TRANSACTION"
        try:
            self._conn.query(statement)
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError):
            # the server dropped an idle connection: nothing of this transaction is lost
            self._discard(self._conn)
            self._conn = self._open()
            self._conn.query(statement)
        self.in_transaction = True

    def _commit(self) -> None:
        try:
            self._conn.commit()
        except pymysql.err.Error as e:
            raise self._translated(e) or e from e

    def _rollback(self) -> None:
        try:
            self._conn.rollback()
        except pymysql.err.Error:
            self._discard(self._conn)  # the server rolls back what it can no longer hear about
            self._conn = None

    # schema
    def _list_tables(self) -> list[str]:
        return self.sql("select table_name from information_schema.tables where table_schema=database()", pluck=True)

    def get_table_columns_description(self, table_name: str) -> list:
        """Columns with their types."""
        query = """select column_name as `name`, column_type as `type` from information_schema.columns
            where table_schema=database() and table_name=%s order by ordinal_position"""
        return self.sql(query, table_name, as_dict=True)

    def get_indexes(self, table_name: str) -> list:
        """Indexes of a table: name, columns, unique."""
        rows = self.sql(
            """select index_name, column_name, non_unique from information_schema.statistics
            where table_schema=database() and table_name=%s order by index_name, seq_in_index""",
            table_name,
        )
        found: dict[str, Any] = {}
        for name, column, non_unique in rows:
            index = found.setdefault(name, frappe._dict(name=name, key=name, columns=[], unique=not non_unique))
            index.columns.append(column)
        return list(found.values())

    @staticmethod
    def _index_identifier(_table: str, name: str) -> str:
        return name
