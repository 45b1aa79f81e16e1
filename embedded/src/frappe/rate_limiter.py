"""Limits on how often somebody may call something. The counters are seen by all processes of the site."""

import functools
from collections.abc import Callable
from typing import Any

import frappe
from frappe import shared_store
from frappe.exceptions import RateLimitExceededError


def rate_limit(
    key: str | None = None,
    limit: int | Callable[[], int] = 5,
    seconds: int = 24 * 60 * 60,
    methods: str | list[str] = "ALL",
    ip_based: bool = True,
) -> Callable[[Callable], Callable]:
    """Let a function be called at most `limit` times in `seconds` per address and/or per value of the argument `key`.

    Raises RateLimitExceededError (429). Calls from Python do not count.
    """

    def decorate(fn: Callable) -> Callable:
        @functools.wraps(fn)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if frappe.request and (methods == "ALL" or (frappe.request.method or "").upper() in methods):
                _count(fn, key, limit() if callable(limit) else limit, seconds, ip_based)
            return fn(*args, **kwargs)

        return wrapper

    return decorate


def _count(fn: Callable, key: str | None, limit: int, seconds: int, ip_based: bool) -> None:
    parts = [frappe.local.request_ip if ip_based else None, frappe.form_dict.get(key, "") if key else None]
    identity = ":".join(str(part) for part in parts if part)
    if not identity:
        frappe.throw(frappe._("Either key or IP flag is required."))
    # the function's own name: callers cannot start a new count by another spelling of the address
    counter = f"rl:{fn.__module__}.{fn.__qualname__}:{identity}:{seconds}"
    if shared_store.increment(counter, 1, seconds) > limit:
        message = frappe._("You hit the rate limit because of too many requests. Please try after sometime.")
        frappe.throw(message, RateLimitExceededError)
