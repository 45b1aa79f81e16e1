"""Small pieces that the database classes and the query engine share."""

from collections import deque
from collections.abc import Callable
from typing import Any

import frappe

DefaultOrderBy = "KEEP_DEFAULT_ORDERING"
FallBackDateTimeStr = "0001-01-01 00:00:00.000000"
EmptyQueryValues = object()
FilterValue = str | int | float | bool
NestedSetHierarchy = (
    "ancestors of",
    "descendants of",
    "not ancestors of",
    "not descendants of",
    "descendants of (inclusive)",
)
READ_STATEMENTS = frozenset(("select", "show", "explain", "desc", "describe", "pragma", "with", "values"))


class CallbackManager:
    """A queue of functions that run once, in the order in which they were added."""

    def __init__(self) -> None:
        self._functions: deque[Callable[[], Any]] = deque()

    def add(self, func: Callable[[], Any]) -> None:
        self._functions.append(func)

    __call__ = add

    def run(self) -> None:
        while self._functions:
            self._functions.popleft()()

    def reset(self) -> None:
        self._functions.clear()


def get_table_name(name: str) -> str:
    """Table of a DocType; names that start with ``tab`` or ``__`` are tables already."""
    return name if name.startswith(("tab", "__")) else f"tab{name}"


def get_doctype_name(table: str) -> str:
    """DocType of a table name, quoted or not."""
    return table.strip('`"').removeprefix("tab")


def get_query_type(query: str) -> str:
    """First word of a statement, in lower case."""
    words = query.split(None, 1)
    return words[0].rstrip("`(;").lower() if words else ""


def quote(identifier: str) -> str:
    """Backtick-quoted identifier; a backtick inside is refused because no legal name has one."""
    if "`" in identifier or "\0" in identifier:
        raise frappe.ValidationError(f"Illegal identifier: {identifier!r}")
    return f"`{identifier}`"


def is_document(value: Any) -> bool:
    """Whether a filter's value is a document, which stands for its name."""
    return callable(getattr(type(value), "__value__", None))


def convert_to_value(value: Any) -> Any:
    """Plain value of a filter: documents give their name, booleans become 0 or 1."""
    if is_document(value):
        return value.__value__()
    return int(value) if isinstance(value, bool) else value
