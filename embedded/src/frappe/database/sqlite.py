"""SQLite: WAL, one writer at a time behind a fair queue, MariaDB's types, collation and errors."""

import fcntl
import functools
import math
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from typing import Any

import frappe
from frappe.database import dialect, errors, sqlite_functions
from frappe.database.database import Database
from frappe.database.pool import Pool
from frappe.database.utils import quote

BUSY_TIMEOUT_SECONDS = 30
LOCK_WAIT_SECONDS = 50

connections = Pool()
_holders: dict[str, int] = {}
os.register_at_fork(after_in_child=_holders.clear)


def _to_date(raw: bytes) -> date | None:
    moment = sqlite_functions.moment(raw.decode())
    return moment.date() if moment else None


def _to_datetime(raw: bytes) -> datetime | None:
    return sqlite_functions.moment(raw.decode())


sqlite3.register_converter("date", _to_date)
sqlite3.register_converter("datetime", _to_datetime)
sqlite3.register_converter("time", lambda raw: sqlite_functions.duration(raw.decode()))


class WriteLock:
    """The right to write to a file, given in the order of asking, across threads and processes.

    Two locks: one waits in `.queue` until the holder of `.lock` is done, so nobody who just wrote can overtake. The
    kernel drops both when the process dies.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def acquire(self) -> None:
        """Wait for the lock. Raises QueryTimeoutError after 50 s, or when this thread would wait for itself."""
        if self._fd is not None:
            return
        if _holders.get(self.path) == threading.get_ident():
            raise frappe.QueryTimeoutError("Another connection of this thread has an open write transaction")
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        queue = os.open(f"{self.path}.queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(queue, fcntl.LOCK_EX)  # bounded: whoever stands in front gives up at its own deadline
            fd = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _flock(fd, deadline)
            except BaseException:
                os.close(fd)
                raise
        finally:
            os.close(queue)
        self._fd = fd
        _holders[self.path] = threading.get_ident()

    def release(self) -> None:
        if self._fd is not None:
            _holders.pop(self.path, None)
            os.close(self._fd)
            self._fd = None

    __del__ = release


def _flock(fd: int, deadline: float) -> None:
    """Lock with a deadline, in short steps; only the first of the queue does this."""
    pause = 0.00005
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise frappe.QueryTimeoutError("Lock wait timeout exceeded; try restarting transaction") from None
            time.sleep(pause)
            pause = min(pause * 1.3, 0.001)


@functools.lru_cache(maxsize=256)
def _real_path(path: str) -> str:
    return os.path.realpath(path)


class SQLiteDatabase(Database):
    """A site in one SQLite file."""

    db_type = "sqlite"
    MAX_BOUND_VALUES = 5_000  # long statements take long to translate

    def __init__(self, path: str, synchronous: str = "NORMAL") -> None:
        super().__init__()
        self.path = _real_path(path) if path.startswith("/") else os.path.realpath(path)
        self.cur_db_name = self.path
        self.synchronous = synchronous if synchronous.upper() in ("OFF", "NORMAL", "FULL", "EXTRA") else "NORMAL"
        self._lock = WriteLock(self.path)
        self._pool_key: tuple = ()

    def connect(self) -> None:
        """Take a connection of this process from the pool, or open one."""
        if self._conn is None:
            self._conn = connections.take(self._identity()) or self._open()
            self._pool_key = self._identity()

    def _identity(self) -> tuple:
        try:
            stat = os.stat(self.path)
        except FileNotFoundError:
            return (self.path,)
        return (self.path, stat.st_dev, stat.st_ino, self.synchronous)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, BUSY_TIMEOUT_SECONDS, sqlite3.PARSE_DECLTYPES, None, check_same_thread=False,
            cached_statements=512,
        )  # fmt: skip
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={self.synchronous}")
        connection.execute("PRAGMA cache_size=-16384")
        connection.execute("PRAGMA temp_store=MEMORY")
        sqlite_functions.prepare(connection)
        return connection

    def begin(self, write: bool | None = None, *, read_only: bool = False) -> None:
        """As for every engine; a transaction that only read until now is ended, so that the next one may write."""
        super().begin(write, read_only=read_only)
        if write and self.in_transaction and not self._lock.held:
            self._rollback()
            self.in_transaction = False
            self.memory.clear()

    def close(self) -> None:
        """Roll back what is open and give the connection back."""
        connection, self._conn = self._conn, None
        try:
            if connection is not None and connection.in_transaction:
                connection.rollback()
        finally:
            self.in_transaction = False
            self._lock.release()
        if connection is not None:
            same_file = self._pool_key == self._identity()
            if not (same_file and connections.give(self._pool_key, connection)):
                connection.close()

    def __del__(self) -> None:
        if getattr(self, "_conn", None) is not None:
            self.close()

    def _execute(self, query: str, values: Any, writes: bool) -> Sequence[tuple]:
        statement = dialect.translate(query, values is not None)
        text, bound = _bind(statement, values)
        self.connect()
        try:
            self._ensure_transaction(writes, statement.locks)
            cursor = self._conn.execute(text, bound)
            self._description = [column[0] for column in cursor.description] if cursor.description else ()
            rows = cursor.fetchall()
        except (sqlite3.Error, OverflowError) as e:
            raise errors.from_sqlite(e) from e
        if any(statement.columns) and len(statement.columns) == len(self._description):
            return [_typed(row, statement.columns) for row in rows]
        return rows

    def _ensure_transaction(self, writes: bool, locks: bool) -> None:
        if not self.in_transaction:
            exclusive = (writes or locks or self.write_intent) and not self.read_only
            if exclusive:
                self._lock.acquire()
            self._conn.execute("BEGIN IMMEDIATE" if exclusive else "BEGIN")
            self.in_transaction = True
        elif (writes or locks) and not self._lock.held:
            self._lock.acquire()
            if locks:
                # SQLite has no locking read; a write of nothing upgrades, and fails (1213) when the snapshot is old
                self._conn.execute("UPDATE `tabSingles` SET `value`=`value` WHERE 0")

    def lock_all(self) -> bool:
        """Take the write lock within an open transaction; QueryDeadlockError when its snapshot is old."""
        if not self.in_transaction or self.read_only:
            return False
        try:
            self._ensure_transaction(False, True)
        except sqlite3.Error as e:
            error = errors.from_sqlite(e)
            raise self._translated(error) or error from e
        return True

    def _commit(self) -> None:
        try:
            self._conn.execute("COMMIT")
        except sqlite3.Error as e:
            error = errors.from_sqlite(e)
            raise self._translated(error) or error from e
        self._lock.release()

    def _rollback(self) -> None:
        try:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")
        finally:
            self._lock.release()

    # schema
    def _list_tables(self) -> list[str]:
        return self.sql("select name from sqlite_master where type='table'", pluck=True)

    def get_table_columns_description(self, table_name: str) -> list:
        """Columns with their types."""
        return self.sql(f"PRAGMA table_info({quote(table_name)})", as_dict=True)

    def get_indexes(self, table_name: str) -> list:
        """Indexes of a table: name (without the table's part), columns, unique, and the stored identifier."""
        result = []
        for row in self.sql(f"PRAGMA index_list({quote(table_name)})", as_dict=True):
            columns = self.sql(f"PRAGMA index_info({quote(row.name)})", as_dict=True)
            name = row.name.removeprefix(f"{table_name}:")
            fields = [c.name for c in columns]
            result.append(frappe._dict(name=name, columns=fields, unique=bool(row.unique), key=row.name))
        return result

    @staticmethod
    def _index_identifier(table: str, name: str) -> str:
        return f"{table}:{name}"  # index names are global to an SQLite file


def _plain(value: Any) -> Any:
    """Form in which SQLite stores a value."""
    if value is None or isinstance(value, str | bytes):
        return value
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise errors.err.DataError(1264, "inf and nan can not be stored")
        return round(float(value), 9)  # MariaDB's columns are decimal(21,9)
    if isinstance(value, date | clock_time | timedelta):
        return sqlite_functions.stored(value)
    if isinstance(value, dict | list):
        raise errors.err.ProgrammingError(1064, f"{type(value).__name__} can not be used as parameter")
    return str(value)


def _bind(statement: dialect.Statement, values: Any) -> tuple[str, list]:
    if values is None or not statement.keys:
        if values and not isinstance(values, dict):
            raise TypeError("not all arguments converted during string formatting")
        return statement.text, []
    named = isinstance(values, dict)
    if not named and len(values) != len(statement.keys):
        raise TypeError("the number of values differs from the number of placeholders")
    given = [values[key] for key in statement.keys] if named else values
    if not any(isinstance(value, list | tuple | set | frozenset) for value in given):
        return statement.text, [_plain(value) for value in given]
    text, bound = [statement.parts[0]], []
    for value, part in zip(given, statement.parts[1:], strict=True):
        items = list(value) if isinstance(value, list | tuple | set | frozenset) else None
        text.append("?" if items is None else f"({', '.join('?' * len(items)) or 'NULL'})")
        bound.extend(_plain(item) for item in ([value] if items is None else items))
        text.append(part)
    return "".join(text), bound


def _typed(row: tuple, kinds: tuple[str | None, ...]) -> tuple:
    return tuple(
        value if kind is None or value is None else _convert(value, kind)
        for value, kind in zip(row, kinds, strict=True)
    )


def _convert(value: Any, kind: str) -> Any:
    if kind == "number":
        return round(float(value), 9) if isinstance(value, int | float) else value
    if isinstance(value, str):
        if len(value) == 10 and value[4] == value[7] == "-":
            return _to_date(value.encode()) or value
        if len(value) in (19, 26) and value[4] == "-" and value[10] == " ":
            return _to_datetime(value.encode()) or value
    return value
