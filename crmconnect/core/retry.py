"""Running again what lost a race for the database's locks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import frappe

#: How often something is run at most when the database gives up on a lock (MariaDB 1020, 1205, 1213).
ATTEMPTS = 5
#: Seconds that the first loser waits at most.
PAUSE = 0.05
T = TypeVar("T")


def on_lost_lock(function: Callable[[], T]) -> T:
    """The result of ``function``; rolled back and called again, at most five times in all, while it loses its locks.

    Inside a transaction that has written already, or inside another such call, it is called once: the whole of that
    must be run again, not its end. (Frappe forgets what was written when it goes back to a savepoint.)
    """
    if frappe.db.transaction_writes or frappe.flags.connect_retry:
        return function()
    frappe.flags.connect_retry = True
    try:
        return _repeated(function)
    finally:
        frappe.flags.connect_retry = False


def _repeated(function: Callable[[], T]) -> T:
    for attempt in range(1, ATTEMPTS):
        _see_the_newest()
        try:
            return function()
        except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
            frappe.db.rollback()  # allowed: the transaction starts again
            frappe.clear_messages()
            time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311  those who met must not meet again at once
    _see_the_newest()
    return function()


def _see_the_newest() -> None:
    """Forget the snapshot that the request's first reads fixed; after a lock it would show the past."""
    if frappe.request:
        frappe.db.rollback()  # allowed: nothing was written yet; the next read starts a new snapshot
