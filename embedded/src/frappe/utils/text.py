"""Text and lists."""

import hashlib
import json
import re
import secrets
import string as _string
from collections.abc import Iterable
from typing import Any

import frappe
from frappe.types import _dict

__all__ = [
    "as_unicode",
    "bold",
    "comma_and",
    "comma_or",
    "comma_sep",
    "cstr",
    "dictify",
    "encode",
    "filter_strip_join",
    "generate_hash",
    "get_abbr",
    "get_string_between",
    "has_common",
    "is_subset",
    "new_line_sep",
    "parse_json",
    "random_string",
    "safe_decode",
    "safe_encode",
    "safe_json_loads",
    "sha256_hash",
    "squashify",
    "strip",
    "unique",
]


def as_unicode(text: Any, encoding: str = "utf-8") -> str:
    """Text from anything; None is empty."""
    if isinstance(text, str):
        return text
    if text is None:
        return ""
    return str(text, encoding) if isinstance(text, bytes) else str(text)


cstr = as_unicode


def safe_encode(param: Any, encoding: str = "utf-8") -> Any:
    """Bytes of a text; anything else comes back as it is."""
    return param.encode(encoding) if isinstance(param, str) else param


def safe_decode(param: Any, encoding: str = "utf-8", fallback_map: dict | None = None) -> Any:
    """Text of bytes; anything else, and bytes that are no text, come back as they are."""
    if not isinstance(param, bytes):
        return param
    for name in (encoding, (fallback_map or {}).get(encoding, "utf-8")):
        try:
            return param.decode(name)
        except LookupError:
            continue
        except UnicodeDecodeError:
            break
    return param


def encode(obj: Any, encoding: str = "utf-8") -> Any:
    """Bytes of a text, or of the texts in a list."""
    return [safe_encode(item, encoding) for item in obj] if isinstance(obj, list) else safe_encode(obj, encoding)


def bold(text: Any) -> str:
    """HTML for emphasis. The text is not escaped."""
    return f"<strong>{text}</strong>"


def strip(val: str | None, chars: str | None = None) -> str:
    """Without spaces at the ends, and without invisible ones anywhere."""
    return (val or "").replace("\ufeff", "").replace("\u200b", "").strip(chars)


def get_abbr(string: str, max_len: int = 2) -> str:
    """First letters of the words."""
    return "".join(part[0] for part in string.split(" ") if part)[:max_len] or "?"


def get_string_between(start: str, string: str, end: str) -> str:
    """What stands between two marks (patterns); all of the text when they are not there."""
    found = re.search(f"{start}(.*){end}", string) if string else None
    return found.group(1) if found else string or ""


def comma_sep(some_list: Any, pattern: str, add_quotes: bool = True) -> Any:
    """The items with commas, the last joined by `pattern` ("{0} or {1}"); what is no list comes back as it is."""
    if not isinstance(some_list, list | tuple):
        return some_list
    items = [str(item) for item in some_list]
    if len(items) < 2:
        return items[0] if items else ""
    if add_quotes:
        items = [f"'{item}'" for item in items]
    return pattern.format(", ".join(frappe._(item) for item in items[:-1]), items[-1])


def comma_or(some_list: Any, add_quotes: bool = True) -> Any:
    """`a, b or c`."""
    return comma_sep(some_list, frappe._("{0} or {1}"), add_quotes)


def comma_and(some_list: Any, add_quotes: bool = True) -> Any:
    """`a, b and c`."""
    return comma_sep(some_list, frappe._("{0} and {1}"), add_quotes)


def new_line_sep(some_list: Any) -> Any:
    """The items on lines; what is no list comes back as it is."""
    return "\n ".join(str(item) for item in some_list) if isinstance(some_list, list | tuple) else some_list


def filter_strip_join(some_list: Iterable[Any], sep: str) -> str:
    """The items that are not empty, trimmed and joined."""
    return cstr(sep).join(cstr(item).strip() for item in some_list if item)


def unique(seq: Iterable[Any]) -> list:
    """The items once each, in order."""
    return list(dict.fromkeys(seq))


def has_common(l1: Iterable[Any], l2: Iterable[Any]) -> set:
    """What two lists share."""
    return set(l1) & set(l2)


def is_subset(list_a: Iterable[Any], list_b: Iterable[Any]) -> bool:
    """Whether all of the first is in the second."""
    return set(list_a) <= set(list_b)


def dictify(arg: Any) -> Any:
    """Dicts (also those in lists) whose keys are attributes."""
    if isinstance(arg, list):
        arg[:] = [dictify(item) for item in arg]
        return arg
    return _dict(arg) if isinstance(arg, dict) else arg


def squashify(what: Any) -> Any:
    """The only item of a list of one."""
    return what[0] if isinstance(what, list | tuple) and len(what) == 1 else what


def parse_json(val: Any) -> Any:
    """JSON text parsed, dicts with keys as attributes; anything else as it is. Raises JSONDecodeError."""
    value = json.loads(val) if isinstance(val, str) else val
    return _dict(value) if isinstance(value, dict) else value


def safe_json_loads(*args: Any) -> Any:
    """Each argument parsed where it is JSON, else as it is."""
    results = []
    for arg in args:
        try:
            results.append(json.loads(arg))
        except (TypeError, ValueError):
            results.append(arg)
    return squashify(results)


def generate_hash(*args: Any, **kwargs: Any) -> str:
    """Random hexadecimal text."""
    return frappe.generate_hash(*args, **kwargs)


def random_string(length: int) -> str:
    """Random letters and digits from the system's secure source."""
    return "".join(secrets.choice(_string.ascii_letters + _string.digits) for _i in range(length))


def sha256_hash(input: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(input.encode() if isinstance(input, str) else input).hexdigest()
