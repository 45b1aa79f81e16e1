"""Filter operators as pypika criteria."""

import operator
from collections.abc import Callable
from typing import Any

from frappe.database.utils import NestedSetHierarchy

NESTED_SET_OPERATORS = frozenset(NestedSetHierarchy)


def _items(value: Any) -> list:
    items = value.split(",") if isinstance(value, str) else list(value)
    return items or [""]


def _is(key: Any, value: str) -> Any:
    state = str(value).lower()
    if state == "set":
        return key != ""
    if state == "not set":
        return key.isnull() | (key == "")
    raise ValueError("`is` operator only supports `set` and `not set` as value")


def _timespan(key: Any, value: str) -> Any:
    from frappe.utils import get_timespan_date_range

    return key[slice(*get_timespan_date_range(value))]


OPERATOR_MAP: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "/": operator.truediv,
    "*": operator.mul,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    "=<": operator.le,
    ">=": operator.ge,
    "=>": operator.ge,
    "in": lambda key, value: key.isin(_items(value)),
    "not in": lambda key, value: key.notin(_items(value)),
    "like": lambda key, value: key.like(value),
    "not like": lambda key, value: key.not_like(value),
    "regex": lambda key, value: key.regexp(value),
    "between": lambda key, value: key[slice(*value)],
    "is": _is,
    "timespan": _timespan,
}
