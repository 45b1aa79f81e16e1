"""Running again what lost a race for the database's locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import frappe

#: How often something is run at most when the database gives up on a lock (MariaDB 1020, 1205, 1213).
ATTEMPTS = 3
T = TypeVar("T")


def on_lost_lock(function: Callable[[], T]) -> T:
    """The result of ``function``; rolled back and called again, at most three times in all, while it loses its locks.

    Inside a transaction that has written already it is called once: the whole of that must be run again, not its end.
    """
    if frappe.db.transaction_writes:
        return function()
    for _attempt in range(ATTEMPTS - 1):
        _see_the_newest()
        try:
            return function()
        except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
            frappe.db.rollback()  # allowed: the transaction starts again
            frappe.clear_messages()
    _see_the_newest()
    return function()


def _see_the_newest() -> None:
    """Forget the snapshot that the request's first reads fixed; after a lock it would show the past."""
    if frappe.request:
        frappe.db.rollback()  # allowed: nothing was written yet; the next read starts a new snapshot
