"""Reading `site_config.json` and `common_site_config.json`."""

import json
import os
from typing import Any

import frappe
from frappe.exceptions import IncorrectSitePath
from frappe.types import _dict

_files: dict[str, tuple[int, int, dict[str, Any]]] = {}


def _read(path: str) -> dict[str, Any] | None:
    """Return the parsed file, or None when there is none; read again only after it changed."""
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        return None
    known = _files.get(path)
    if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
        with open(path, encoding="utf-8") as stream:
            known = _files[path] = (stat.st_mtime_ns, stat.st_size, json.load(stream))
    return known[2]


def get_common_site_config(sites_path: str | None = None, cached: bool = False) -> _dict:
    """The settings shared by all sites of the folder; empty when there is no such file."""
    sites_path = sites_path or getattr(frappe.local, "sites_path", ".")
    return _dict(_read(os.path.join(sites_path, "common_site_config.json")) or {})


def get_site_config(sites_path: str | None = None, site_path: str | None = None, *, cached: bool = False) -> _dict:
    """The site's settings over the common ones.

    Raises IncorrectSitePath when the site does not exist (unless it is being created).
    """
    site_path = site_path or getattr(frappe.local, "site_path", None)
    config = get_common_site_config(sites_path)
    if site_path:
        own = _read(os.path.join(site_path, "site_config.json"))
        if own is None and getattr(frappe.local, "site", None) and not frappe.flags.new_site:
            raise IncorrectSitePath(f"{frappe.local.site} does not exist.")
        config.update(own or {})
    return _with_database_defaults(config)


def _with_database_defaults(config: _dict) -> _dict:
    """Fill in what the database layer expects to find."""
    config.db_type = os.environ.get("FRAPPE_DB_TYPE") or config.db_type or "sqlite"
    if config.db_type == "mariadb":
        for key in ("db_socket", "db_host", "db_port", "db_user", "db_password", "db_name"):
            config[key] = os.environ.get(f"FRAPPE_{key.upper()}") or config.get(key)
        config.db_host = config.db_host or "127.0.0.1"
        config.db_port = int(config.db_port or 3306)
        config.db_user = config.db_user or config.db_name
        config.db_name = config.db_name or config.db_user
    else:
        config.db_file = config.db_file or "site.db"
    return config


def update_site_config(key: str, value: Any, site_path: str | None = None) -> None:
    """Write one key of `site_config.json` (None removes it), atomically and readable by its owner only."""
    path = os.path.join(site_path or frappe.local.site_path, "site_config.json")
    config = dict(_read(path) or {})
    if value is None:
        config.pop(key, None)
    else:
        config[key] = value
    temporary = f"{path}.new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(config, stream, indent=1, sort_keys=True)
    os.replace(temporary, path)
    _files.pop(path, None)
    if hasattr(frappe.local, "conf"):
        frappe.local.conf[key] = value
