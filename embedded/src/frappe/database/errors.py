"""One vocabulary of database errors for both engines: PyMySQL's classes with MariaDB's codes.

Callers ask the predicates below (as methods of ``frappe.db``) and never look at the engine's own errors.
"""

import re
import sqlite3

from pymysql import err

DEADLOCK_CODES = (1213, 1020)
UNKNOWN_COLUMN = re.compile(r"no such column: (?:.*\.)?(.+)|has no column named (.+)|unknown column \"(.+?)\"")


class ErrorPredicates:
    """Questions about an exception, in Frappe's names."""

    ProgrammingError = err.ProgrammingError
    TableMissingError = err.ProgrammingError
    OperationalError = err.OperationalError
    InternalError = err.InternalError
    SQLError = err.ProgrammingError
    DataError = err.DataError
    IntegrityError = err.IntegrityError
    InterfaceError = err.InterfaceError

    @staticmethod
    def _code(e: Exception) -> int | None:
        code = e.args[0] if isinstance(e, err.MySQLError) and e.args else None
        return code if isinstance(code, int) else None

    @classmethod
    def is_deadlocked(cls, e: Exception) -> bool:
        return cls._code(e) in DEADLOCK_CODES

    @classmethod
    def is_timedout(cls, e: Exception) -> bool:
        return cls._code(e) == 1205

    @classmethod
    def is_read_only_mode_error(cls, e: Exception) -> bool:
        return cls._code(e) == 1792

    @classmethod
    def is_table_missing(cls, e: Exception) -> bool:
        return cls._code(e) == 1146

    is_missing_table = is_table_missing

    @classmethod
    def is_missing_column(cls, e: Exception) -> bool:
        return cls._code(e) == 1054

    is_column_missing = is_missing_column

    @classmethod
    def is_missing_table_or_column(cls, e: Exception) -> bool:
        return cls._code(e) in (1146, 1054)

    @classmethod
    def is_duplicate_entry(cls, e: Exception) -> bool:
        return cls._code(e) == 1062

    @classmethod
    def is_primary_key_violation(cls, e: Exception) -> bool:
        return cls.is_duplicate_entry(e) and "PRIMARY" in str(e.args[1])

    @classmethod
    def is_unique_key_violation(cls, e: Exception) -> bool:
        return cls.is_duplicate_entry(e)


def _unique(text: str) -> Exception:
    columns = [part.strip().rsplit(".", 1)[-1] for part in text.split(":", 1)[-1].split(",")]
    key = "PRIMARY" if columns == ["name"] else columns[0].removeprefix("index '").rstrip("'")
    return err.IntegrityError(1062, f"Duplicate entry for key '{key}'")


def _operational(text: str) -> Exception:
    if text.startswith("no such table"):
        table = text.rsplit(":", 1)[-1].strip().removeprefix("main.")
        return err.ProgrammingError(1146, f"Table '{table}' doesn't exist")
    if match := UNKNOWN_COLUMN.search(text):
        return err.OperationalError(1054, f"Unknown column '{next(filter(None, match.groups()))}'")
    if text.startswith("duplicate column name"):
        return err.OperationalError(1060, f"Duplicate column name '{text.rsplit(':', 1)[-1].strip()}'")
    if "syntax error" in text or "incomplete input" in text or "unrecognized token" in text:
        return err.ProgrammingError(1064, f"You have an error in your SQL syntax: {text}")
    if "locked" in text or "busy" in text:
        return err.OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")
    if "readonly" in text or "query_only" in text:
        return err.OperationalError(1792, "Cannot execute statement in a READ ONLY transaction")
    return err.OperationalError(1105, text)


def from_sqlite(e: Exception) -> Exception:
    """MariaDB's equivalent of an SQLite error."""
    text = str(e)
    if isinstance(e, sqlite3.IntegrityError):
        if "UNIQUE" in text:
            return _unique(text)
        if "NOT NULL" in text:
            return err.IntegrityError(1048, f"Column '{text.rsplit('.', 1)[-1]}' cannot be null")
        return err.OperationalError(4025, text)
    if isinstance(e, sqlite3.ProgrammingError):
        return err.ProgrammingError(1064, text)
    if isinstance(e, OverflowError):
        return err.DataError(1264, text)
    return _operational(text)
