"""Small pieces that the database classes and the query engine share."""

from collections import deque
from collections.abc import Callable
from typing import Any

import frappe

DefaultOrderBy = "KEEP_DEFAULT_ORDERING"
FallBackDateTimeStr = "0001-01-01 00:00:00.000000"
FilterValue = str | int | float | bool
NestedSetHierarchy = (
    "ancestors of", "descendants of", "not ancestors of", "not descendants of", "descendants of (inclusive)",
)  # fmt: skip
READ_STATEMENTS = frozenset(("select", "show", "explain", "desc", "describe", "pragma", "with", "values"))


class CallbackManager:
    """A queue of functions that run once, in the order in which they were added."""

    def __init__(self) -> None:
        self._functions: deque[Callable[[], Any]] = deque()

    def add(self, func: Callable[[], Any]) -> None:
        self._functions.append(func)

    def run(self) -> None:
        while self._functions:
            self._functions.popleft()()

    def reset(self) -> None:
        self._functions.clear()


def get_table_name(name: str) -> str:
    """Table of a DocType; names that start with ``tab`` or ``__`` are tables already."""
    return name if name.startswith(("tab", "__")) else f"tab{name}"


def get_query_type(query: str) -> str:
    """First word of a statement, in lower case."""
    words = query.split(None, 1)
    return words[0].rstrip("`(;").lower() if words else ""


def quote(identifier: str) -> str:
    """Backtick-quoted identifier; a backtick inside is refused because no legal name has one."""
    if "`" in identifier or "\0" in identifier:
        raise frappe.ValidationError(f"Illegal identifier: {identifier!r}")
    return f"`{identifier}`"
