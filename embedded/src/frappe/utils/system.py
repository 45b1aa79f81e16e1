"""Files of the site, hooks called by name, callbacks, tracebacks."""

import functools
import os
import re
import sys
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

import frappe

_SECRETS = re.compile(r"""((?:password|passwd|pwd|secret|token|api_?key|encryption_key)['"]?\s*[:=]\s*)(['"]?)[^'",\s)}]+""", re.I)
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


def get_site_base_path() -> str:
    """The site's folder."""
    return frappe.local.site_path


def get_files_path(*path: str, is_private: bool | int = False) -> str:
    """Path inside the site's public or private files."""
    return get_path("private" if is_private else "public", "files", *path)


def get_backups_path() -> str:
    """The folder of the site's backups."""
    return get_path("private", "backups")


def get_sites(sites_path: str | None = None) -> list[str]:
    """Names of the sites in the sites folder."""
    folder = sites_path or getattr(frappe.local, "sites_path", None) or "."
    return sorted(name for name in os.listdir(folder) if os.path.exists(os.path.join(folder, name, "site_config.json")))


def get_site_url(site: str) -> str:
    """Address of a site."""
    conf = frappe.get_conf(site)
    return conf.host_name or f"http://{site}:{conf.webserver_port or 8000}"


def touch_file(path: str) -> str:
    """Make an empty file, or a new time stamp of an old one."""
    with open(path, "a", encoding="utf-8"):
        os.utime(path, None)
    return path


def get_file_timestamp(fn: str) -> str | None:
    """Time of the last change of a file in seconds, None when there is no file."""
    try:
        return str(int(os.stat(fn).st_mtime))
    except FileNotFoundError:
        return None


def get_file_size(path: str, format: bool = False) -> int | str:
    """Bytes of a file, as text with a unit when `format`."""
    size: float = os.path.getsize(path)
    if not format:
        return int(size)
    for unit in ("", "Ki", "Mi", "Gi", "Ti"):
        if size < 1024:
            break
        size /= 1024
    return f"{size:3.1f}{unit}B"


def is_image(filepath: str | None) -> bool:
    """Whether the name of a file is that of a picture."""
    from mimetypes import guess_type

    return (guess_type((filepath or "").split("?", 1)[0])[0] or "").startswith("image/")


def is_a_property(x: Any) -> bool:
    """Whether a class attribute is computed."""
    return isinstance(x, PropertyType)


def get_table_name(table_name: str, wrap_in_backticks: bool = False) -> str:
    """Name of a DocType's table."""
    name = table_name if table_name.startswith("__") else f"tab{table_name}"
    return f"`{name}`" if wrap_in_backticks else name


def get_hook_method(hook_name: str, fallback: Callable | None = None) -> Callable | None:
    """The function that a hook names first."""
    names = frappe.get_hooks(hook_name)
    return frappe.get_attr(names[0]) if names else fallback


def call_hook_method(hook: str, *args: Any, **kwargs: Any) -> Any:
    """Call the functions of a hook until one answers something."""
    out = None
    for name in frappe.get_hooks(hook):
        out = out or frappe.get_attr(name)(*args, **kwargs)
    return out


def is_cli() -> bool:
    """Whether this runs in a terminal."""
    return bool(sys.stdin and sys.stdin.isatty())


def update_progress_bar(txt: str, i: int, l: int, absolute: bool = False) -> None:  # noqa: E741  Frappe's name
    """Show progress in a terminal."""
    if is_cli():
        done = f"{i} of {l}" if absolute else f"{(i + 1) * 100 // l}%"
        sys.stdout.write(f"\r{txt:36}: {done}")
        sys.stdout.flush()


def set_request(**kwargs: Any) -> None:
    """Act as if a browser had sent a request (in tests and for rendering pages)."""
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    frappe.local.request = Request(EnvironBuilder(**kwargs).get_environ())


def get_request_session(max_retries: int = 5) -> Any:
    """A `requests` session that tries again on server errors."""
    import requests
    from requests.adapters import HTTPAdapter, Retry

    session = requests.Session()
    adapter = HTTPAdapter(max_retries=Retry(total=max_retries, status_forcelist=[500]))
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


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


class CallbackManager:
    """Functions to call later, in the order in which they were added."""

    __slots__ = ("_functions",)

    def __init__(self) -> None:
        self._functions: deque[Callable[[], Any]] = deque()

    def add(self, func: Callable[[], Any]) -> None:
        """Remember a function."""
        self._functions.append(func)

    __call__ = add

    def run(self) -> None:
        """Call and forget all, those added meanwhile too."""
        while self._functions:
            self._functions.popleft()()

    def reset(self) -> None:
        """Forget all."""
        self._functions.clear()
