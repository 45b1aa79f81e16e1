"""Small values that all processes of a site must see at once: rate limits, failed logins, one-time messages.

One SQLite file per site beside its database (`.shared_store.db`), never part of a backup and safe to delete. Each call
is a transaction of its own, independent of the request's: a refused request still counts.
"""

import json
import os
import sqlite3
import threading
import time
from typing import Any

import frappe

_threads = threading.local()
_SCHEMA = "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT, expires REAL) WITHOUT ROWID"
_PURGE_EVERY = 500


def _connection() -> sqlite3.Connection:
    path = os.path.join(os.path.abspath(frappe.local.site_path), ".shared_store.db")
    known = getattr(_threads, "connections", None)
    if known is None:
        known = _threads.connections = {}
    if path not in known or not os.path.exists(path):
        connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        os.chmod(path, 0o600)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(_SCHEMA)
        known[path] = connection
    return known[path]


def _purge_sometimes(connection: sqlite3.Connection) -> None:
    _threads.calls = getattr(_threads, "calls", 0) + 1
    if _threads.calls % _PURGE_EVERY == 0:
        connection.execute("DELETE FROM entry WHERE expires < ?", (time.time(),))


def get(key: str, default: Any = None) -> Any:
    """The value of a key that has not expired."""
    row = _connection().execute("SELECT value, expires FROM entry WHERE key = ?", (key,)).fetchone()
    if row is None or (row[1] and row[1] < time.time()):
        return default
    return json.loads(row[0])


def put(key: str, value: Any, expires_in_sec: float | None = None) -> None:
    """Store a JSON value, for ever or for some seconds."""
    connection = _connection()
    _purge_sometimes(connection)
    expires = time.time() + expires_in_sec if expires_in_sec else None
    connection.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)", (key, json.dumps(value, default=str), expires))


def increment(key: str, amount: int = 1, expires_in_sec: float | None = None) -> int:
    """Add to a counter and return it; an expiry is set only when the counter starts."""
    connection = _connection()
    _purge_sometimes(connection)
    now = time.time()
    row = connection.execute(
        "INSERT INTO entry VALUES (:key, :amount, :expires) ON CONFLICT (key) DO UPDATE SET "
        "value = CASE WHEN expires < :now THEN :amount ELSE CAST(value AS INTEGER) + :amount END, "
        "expires = CASE WHEN expires < :now THEN :expires ELSE expires END RETURNING CAST(value AS INTEGER)",
        {"key": key, "amount": amount, "now": now, "expires": now + expires_in_sec if expires_in_sec else None},
    ).fetchall()
    return row[0][0]


def ttl(key: str) -> int:
    """Seconds left; -1 for ever, -2 when there is no such key."""
    row = _connection().execute("SELECT expires FROM entry WHERE key = ?", (key,)).fetchone()
    if row is None or (row[0] and row[0] < time.time()):
        return -2
    return -1 if row[0] is None else max(0, round(row[0] - time.time()))


def delete(keys: list[str]) -> None:
    """Forget keys."""
    _connection().executemany("DELETE FROM entry WHERE key = ?", [(key,) for key in keys])
