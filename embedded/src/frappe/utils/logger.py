"""Log files of a site: `<site>/logs/<module>.log`, rotated, without secrets."""

import logging
import os
from logging.handlers import RotatingFileHandler
from typing import Any

import frappe
from frappe.utils.system import hide_secrets

_loggers: dict[tuple[str, str], logging.Logger] = {}


class _NoSecrets(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))


def get_logger(
    module: str | None = None,
    with_more_info: bool = False,
    allow_site: bool | str = True,
    filter: Any = None,
    max_size: int = 100_000,
    file_count: int = 20,
    stream_only: bool | None = None,
) -> logging.Logger:
    """A logger for one subject; `max_size` is in bytes, `file_count` how many old files are kept.

    Without a site, and with `FRAPPE_STREAM_LOGGING` set, it writes to the error stream.
    """
    site_path = getattr(frappe.local, "site_path", None) if allow_site else None
    name = frappe.scrub(module or "frappe").replace("/", "_")
    key = (name, os.path.abspath(site_path) if site_path else "")
    if key not in _loggers:
        to_stream = bool(os.environ.get("FRAPPE_STREAM_LOGGING")) if stream_only is None else stream_only
        logger = logging.getLogger(f"frappe-embedded.{name}.{key[1]}")
        logger.setLevel(_level())
        logger.propagate = False
        logger.handlers[:] = [_handler(name, None if to_stream else site_path, max_size, file_count)]
        if filter:
            logger.addFilter(filter)
        _loggers[key] = logger
    return _loggers[key]


def _level() -> int:
    wanted = str((getattr(frappe.local, "conf", None) or {}).get("logging") or "").upper()
    return getattr(logging, wanted, logging.INFO) if wanted.isalpha() else logging.INFO


def _handler(name: str, site_path: str | None, max_size: int, file_count: int) -> logging.Handler:
    handler: logging.Handler = logging.StreamHandler()
    if site_path and os.path.isdir(site_path):
        folder = os.path.join(site_path, "logs")
        os.makedirs(folder, exist_ok=True)
        handler = RotatingFileHandler(
            os.path.join(folder, f"{name}.log"), maxBytes=max_size, backupCount=file_count, encoding="utf-8", delay=True
        )
    handler.setFormatter(_NoSecrets(f"%(asctime)s %(levelname)s {name} %(message)s"))
    return handler
