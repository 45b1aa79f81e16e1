"""Decorators that remember what a function answered."""

import functools
import time
from collections.abc import Callable
from typing import Any

import frappe

_site_values: dict[Callable, dict] = {}


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


def site_cache(ttl: Any = None, maxsize: int | None = None) -> Callable:
    """Remember in this process, per site, for `ttl` seconds; `f.clear_cache()` forgets."""

    def decorate(func: Callable) -> Callable:
        known = _site_values.setdefault(func, {})
        lifetime = None if callable(ttl) else ttl

        @functools.wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            site = getattr(frappe.local, "site", None)
            if not site:
                return func(*args, **kwargs)
            key = (site, _key(args, kwargs))
            entry = known.get(key)
            if entry is None or (lifetime and entry[0] + lifetime < time.monotonic()):
                if maxsize and len(known) >= maxsize:
                    known.pop(next(iter(known)), None)
                entry = known[key] = (time.monotonic(), func(*args, **kwargs))
            return entry[1]

        wrapper.clear_cache = known.clear  # type: ignore[attr-defined]
        return wrapper

    return decorate(ttl) if callable(ttl) else decorate


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


def http_cache(*, public: bool = False, max_age: int | None = None, stale_while_revalidate: int | None = None) -> Callable:
    """Let browsers keep the answer of a whitelisted function."""
    words = ["public" if public else "private"]
    words += [f"max-age={max_age}"] if max_age is not None else []
    words += [f"stale-while-revalidate={stale_while_revalidate}"] if stale_while_revalidate is not None else []

    def decorate(func: Callable) -> Callable:
        @functools.wraps(func)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            value = func(*args, **kwargs)
            if frappe.request and frappe.request.method == "GET":
                frappe.local.response_headers.set("Cache-Control", ",".join(words))
            return value

        return wrapper

    return decorate
