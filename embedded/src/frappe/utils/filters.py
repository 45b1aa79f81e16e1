"""Comparisons of values as filters of `doc.get` name them."""

import operator
from typing import Any


def _like(value: Any, pattern: Any) -> bool:
    """LIKE with `%` at the ends only; without any, the pattern may stand anywhere."""
    if not isinstance(pattern, str) or not isinstance(value, str):
        return False
    core = pattern.strip("%")
    if pattern.startswith("%") == pattern.endswith("%"):
        return core in value
    return value.endswith(core) if pattern.startswith("%") else value.startswith(core)


_OPERATORS = {
    "^": lambda a, b: (a or "").startswith(b),
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "not None": lambda a, _b: a is not None,
    "None": lambda a, _b: a is None,
    "like": _like,
    "not like": lambda a, b: not _like(a, b),
}


def compare(val1: Any, condition: str, val2: Any) -> bool:
    """Whether `val1 condition val2` holds; False for unknown operators."""
    return condition in _OPERATORS and _OPERATORS[condition](val1, val2)
