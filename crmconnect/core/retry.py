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

    Only for the outermost piece of a request: everything that the transaction did so far is undone.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return function()
        except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
            frappe.db.rollback()  # allowed: the transaction starts again
            frappe.clear_messages()
    return function()
