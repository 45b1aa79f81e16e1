"""The values a job or a log may carry, as JSON text: plain data, dates, decimals and documents; never code."""

import base64
import datetime
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

TAG = "__value_type__"

_WRITERS: list[tuple[type, str, Callable[[Any], Any]]] = [
    (datetime.datetime, "datetime", lambda value: value.isoformat()),
    (datetime.date, "date", lambda value: value.isoformat()),
    (datetime.time, "time", lambda value: value.isoformat()),
    (datetime.timedelta, "timedelta", lambda value: value.total_seconds()),
    (Decimal, "decimal", str),
    (uuid.UUID, "uuid", str),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
]

_READERS: dict[str, Callable[[Any], Any]] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda seconds: datetime.timedelta(seconds=seconds),
    "decimal": Decimal,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
    "tuple": lambda items: tuple(_read(item) for item in items),
    "set": lambda items: {_read(item) for item in items},
    "dict": lambda pairs: {_read(key): _read(value) for key, value in pairs},
    "document": lambda fields: _document(fields),
}


def dumps(value: Any) -> str:
    """`value` as JSON text. Raises TypeError for anything that is not plain data."""
    return json.dumps(_write(value), ensure_ascii=False)


def loads(text: str | None) -> Any:
    """The value that `dumps` wrote; None for no text."""
    return _read(json.loads(text)) if text else None


def _write(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_write(item) for item in value]
    if isinstance(value, dict):
        return _write_dict(value)
    if isinstance(value, tuple | set | frozenset):
        return {TAG: "tuple" if isinstance(value, tuple) else "set", "value": [_write(item) for item in value]}
    for kind, tag, convert in _WRITERS:
        if isinstance(value, kind):
            return {TAG: tag, "value": convert(value)}
    if getattr(value, "doctype", None) and callable(getattr(value, "as_dict", None)):
        return {TAG: "document", "value": _write(dict(value.as_dict()))}
    raise TypeError(f"A background job cannot carry a value of type {type(value).__name__}")


def _write_dict(value: dict) -> dict:
    if TAG not in value and all(type(key) is str for key in value):
        return {key: _write(item) for key, item in value.items()}
    return {TAG: "dict", "value": [[_write(key), _write(item)] for key, item in value.items()]}


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG in value:
        return _READERS[value[TAG]](value["value"])
    return {key: _read(item) for key, item in value.items()}


def _document(fields: dict) -> Any:
    import frappe

    return frappe.get_doc(_read(fields))
