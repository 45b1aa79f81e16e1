"""Decorators that remember what a function answered."""

import functools
from collections.abc import Callable
from typing import Any

import frappe


def _key(args: tuple, kwargs: dict) -> tuple:
    return (args, frozenset(kwargs.items())) if kwargs else (args,)


def request_cache(func: Callable) -> Callable:
    """Remember for the rest of the request."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        cache = getattr(frappe.local, "request_cache", None)
        if cache is None:
            return func(*args, **kwargs)
        known, key = cache[func], _key(args, kwargs)
        try:
            return known[key]
        except KeyError:
            value = known[key] = func(*args, **kwargs)
            return value
        except TypeError:  # arguments that cannot be keys
            return func(*args, **kwargs)

    return wrapper
