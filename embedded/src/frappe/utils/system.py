"""Files of the site, hooks called by name, callbacks, tracebacks."""

import functools
import os
import re
import sys
import traceback
from typing import Any

import frappe

_SECRETS = re.compile(
    r"""((?:password|passwd|pwd|secret|token|api_?key|encryption_key)['"]?\s*[:=]\s*)(['"]?)[^'",\s)}]+""",
    re.IGNORECASE,
)
PropertyType = property | functools.cached_property


def hide_secrets(text: str) -> str:
    """Text in which values that belong to names like "password" are replaced by stars."""
    return _SECRETS.sub(r"\1\2********", text)


def get_traceback(with_context: bool = False) -> str:
    """The traceback of the exception being handled, without secrets; empty when there is none."""
    kind, error, trace = sys.exc_info()
    return hide_secrets("".join(traceback.format_exception(kind, error, trace))) if error else ""


def get_path(*path: str, base: str | None = None) -> str:
    """Path inside the site's folder (or `base`)."""
    return os.path.join(base or frappe.local.site_path, *path)


get_site_path = get_path


def get_files_path(*path: str, is_private: bool | int = False) -> str:
    """Path inside the site's public or private files."""
    return get_path("private" if is_private else "public", "files", *path)


def get_sites(sites_path: str | None = None) -> list[str]:
    """Names of the sites in the sites folder."""
    folder = sites_path or getattr(frappe.local, "sites_path", None) or "."
    return sorted(name for name in os.listdir(folder) if os.path.exists(os.path.join(folder, name, "site_config.json")))


def get_table_name(table_name: str, wrap_in_backticks: bool = False) -> str:
    """Name of a DocType's table."""
    name = table_name if table_name.startswith("__") else f"tab{table_name}"
    return f"`{name}`" if wrap_in_backticks else name


def get_defaults(key: str | None = None) -> Any:
    """Default values of the current user."""
    return frappe.db.get_defaults(key)


def set_default(key: str, val: Any) -> None:
    """Set a default value of the site."""
    frappe.db.set_default(key, val)


def get_safe_filters(filters: Any) -> Any:
    """Filters parsed when they came as JSON text."""
    found = frappe.utils.safe_json_loads(filters)
    return str(found) if isinstance(found, int | float) and isinstance(filters, str) else found
