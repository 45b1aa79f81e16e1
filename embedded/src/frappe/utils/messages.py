"""Messages for the user: `msgprint` collects them, `throw` collects one and raises."""

import inspect
from typing import Any

import frappe
from frappe.exceptions import ValidationError


def msgprint(
    msg: Any,
    title: str | None = None,
    raise_exception: bool | type[Exception] | Exception = False,
    as_table: bool = False,
    as_list: bool = False,
    indicator: str | None = None,
    alert: bool = False,
    primary_action: dict | None = None,
    is_minimizable: bool = False,
    wide: bool = False,
    *,
    realtime: bool = False,
) -> None:
    """Send a message with the answer of this request; with `raise_exception` also raise it."""
    message = frappe.as_unicode(msg) if isinstance(msg, bytes) else msg
    error = _error(message, raise_exception) if raise_exception else None
    if not frappe.flags.mute_messages:
        entry = frappe._dict(message=message)
        if isinstance(message, list | tuple):
            entry.update({key: 1 for key, on in (("as_table", as_table), ("as_list", as_list)) if on})
        entry.title = title or frappe._("Message", context="Default title of the message dialog")
        if indicator or error:
            entry.indicator = indicator or "red"
        optional = {"is_minimizable": is_minimizable, "alert": int(alert)}
        entry.update({key: value for key, value in optional.items() if value})
        if error is not None:
            entry.raise_exception = 1
            # set as a key: attribute names with two underscores would be mangled inside a class
            entry["__frappe_exc_id"] = frappe.generate_hash()
            error.__dict__["__frappe_exc_id"] = entry["__frappe_exc_id"]
        entry.update({key: value for key, value in (("primary_action", primary_action), ("wide", wide)) if value})
        if not realtime:  # what would go to an open window has nobody to go to here
            frappe.message_log.append(entry)
    if error is not None:
        raise error


def _error(message: Any, raise_exception: bool | type[Exception] | Exception) -> Exception:
    if inspect.isclass(raise_exception) and issubclass(raise_exception, Exception):
        return raise_exception(message)
    if isinstance(raise_exception, Exception):
        raise_exception.args = (message,)
        return raise_exception
    return ValidationError(message)


def throw(
    msg: Any,
    exc: type[Exception] | Exception = ValidationError,
    title: str | None = None,
    is_minimizable: bool = False,
    wide: bool = False,
    as_list: bool = False,
    primary_action: dict | None = None,
) -> None:
    """Refuse: show `msg` to the user and raise `exc`."""
    msgprint(
        msg,
        title=title,
        raise_exception=exc,
        indicator="red",
        is_minimizable=is_minimizable,
        wide=wide,
        as_list=as_list,
        primary_action=primary_action,
    )


def clear_messages() -> None:
    """Drop all collected messages."""
    frappe.local.message_log = []


def get_message_log() -> list[dict]:
    """The messages collected so far."""
    return list(frappe.local.message_log)


def clear_last_message() -> None:
    """Drop the message collected last."""
    if frappe.local.message_log:
        frappe.local.message_log = frappe.local.message_log[:-1]
