"""Text and lists."""

import hashlib
import json
import secrets
import string as _string
from typing import Any

import frappe
from frappe.types import _dict

__all__ = [
    "as_unicode",
    "bold",
    "cstr",
    "generate_hash",
    "parse_json",
    "random_string",
    "safe_decode",
    "safe_encode",
    "sha256_hash",
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


def bold(text: Any) -> str:
    """HTML for emphasis. The text is not escaped."""
    return f"<strong>{text}</strong>"


def parse_json(val: Any) -> Any:
    """JSON text parsed, dicts with keys as attributes; anything else as it is. Raises JSONDecodeError."""
    value = json.loads(val) if isinstance(val, str) else val
    return _dict(value) if isinstance(value, dict) else value


def generate_hash(*args: Any, **kwargs: Any) -> str:
    """Random hexadecimal text."""
    return frappe.generate_hash(*args, **kwargs)


def random_string(length: int) -> str:
    """Random letters and digits from the system's secure source."""
    return "".join(secrets.choice(_string.ascii_letters + _string.digits) for _i in range(length))


def sha256_hash(input: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(input.encode() if isinstance(input, str) else input).hexdigest()
