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


def redis_cache(ttl: Any = 3600, user: str | bool | None = None, shared: bool = False) -> Callable:
    """Remember in `frappe.cache` for `ttl` seconds, for each user if told so; `f.clear_cache()` forgets."""

    def decorate(func: Callable) -> Callable:
        name = f"{func.__module__}.{func.__qualname__}"
        lifetime = 3600 if callable(ttl) else ttl

        @functools.wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = f"{name}::{_key(args, kwargs)!r}"
            entry = frappe.cache.get_value(key, user=user)
            if entry is None:
                entry = [func(*args, **kwargs)]  # in a list: None is an answer too
                frappe.cache.set_value(key, entry, user=user, expires_in_sec=lifetime)
            return entry[0]

        wrapper.clear_cache = lambda: frappe.cache.delete_keys(name)  # type: ignore[attr-defined]
        return wrapper

    return decorate(ttl) if callable(ttl) else decorate
