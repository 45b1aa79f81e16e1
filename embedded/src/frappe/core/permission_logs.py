"""Collecting the reasons of a refusal, to tell them if the whole check fails."""

import functools
from collections.abc import Callable

import frappe


def push_perm_check_log(log: str, debug: bool = False) -> None:
    """Remember a reason of refusal, to be shown if the whole check fails."""
    logs = frappe.flags.get("has_permission_check_logs")
    if logs is not None:
        logs.append(log)


def print_has_permission_check_logs(func: Callable) -> Callable:
    """Show the collected reasons as one message when the check of one's own right fails."""

    @functools.wraps(func)
    def inner(*args, **kwargs):
        if not kwargs.get("print_logs", True):
            return func(*args, **kwargs)
        own_check = (kwargs.get("user") or frappe.session.user) == frappe.session.user
        logs = frappe.flags.has_permission_check_logs = []
        result = func(*args, **kwargs)
        if not result and own_check:
            frappe.msgprint("<br>".join(logs))
        frappe.flags.pop("has_permission_check_logs", None)
        return result

    return inner
