"""Which apps there are, where their files stand, and what their `hooks.py` say."""

import functools
import importlib
import inspect
import json
import os
import sys
import types
from collections.abc import Callable
from typing import Any

import frappe
from frappe.exceptions import AppNotInstalledError
from frappe.types import _dict

_KEEP = "_KEEP_DEFAULT_LIST"


def get_module(modulename: str) -> types.ModuleType:
    """Import a Python module by its dotted name."""
    # never by sys.modules: what another thread is still importing stands there, half empty
    return importlib.import_module(modulename)


def get_pymodule_path(modulename: str, *joins: str) -> str:
    """Absolute path of a package's folder, with further (scrubbed) parts joined."""
    parts = joins if "public" in joins else [frappe.scrub(part) for part in joins]
    folder = os.path.dirname(get_module(frappe.scrub(modulename)).__file__ or "")
    return os.path.abspath(os.path.join(folder, *parts))


def get_app_path(app_name: str, *joins: str) -> str:
    """Path inside an app's package."""
    return get_pymodule_path(app_name, *joins)


def get_module_path(module: str, *joins: str) -> str:
    """Path of the package of a module of `modules.txt`."""
    from frappe.modules.utils import get_module_app

    return get_pymodule_path(f"{get_module_app(module)}.{frappe.scrub(module)}", *joins)


def get_site_path(*joins: str) -> str:
    """Path inside the current site's folder."""
    return os.path.join(frappe.local.site_path, *joins)


def read_file(path: str, raise_not_found: bool = False, as_base64: bool = False) -> str | None:
    """Content of a text file, or None (OSError when `raise_not_found`) if there is none."""
    if not os.path.exists(path):
        if raise_not_found:
            raise OSError(f"{path} Not Found")
        return None
    if as_base64:
        import base64

        with open(path, "rb") as stream:
            return base64.b64encode(stream.read()).decode()
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def get_file_items(path: str, raise_not_found: bool = False, ignore_empty_lines: bool = True) -> list[str]:
    """The lines of a text file without comments and empty ones."""
    content = (read_file(path, raise_not_found=raise_not_found) or "").strip()
    if not content:
        return []
    return [x.strip() for x in content.splitlines() if not ignore_empty_lines or (x.strip() and not x.startswith("#"))]


def get_module_list(app_name: str) -> list[str]:
    """The modules of an app, as in its `modules.txt`."""
    return get_file_items(os.path.join(os.path.dirname(get_module(app_name).__file__ or ""), "modules.txt"))


def get_all_apps(with_internal_apps: bool = True, sites_path: str | None = None) -> list[str]:
    """The apps that sites of this folder may install, "frappe" first (`apps.txt`)."""
    sites_path = sites_path or frappe.local.sites_path
    apps = get_file_items(os.path.join(sites_path, "apps.txt"))
    if with_internal_apps and getattr(frappe.local, "site_path", None):
        apps += get_file_items(os.path.join(frappe.local.site_path, "apps.txt"))
    return list(dict.fromkeys(["frappe", *apps]))


def get_installed_apps(*, _ensure_on_bench: bool = False) -> list[str]:
    """The apps installed on the current site, in the order of installation."""
    apps = _installed_apps()
    if _ensure_on_bench:
        known = set(get_all_apps())
        return [app for app in apps if app in known or app in sys.modules]
    return list(apps)


def _installed_apps() -> tuple[str, ...]:
    if not getattr(frappe.local, "site", None) or frappe.flags.in_install_db:
        return ("frappe",)
    if not frappe.db:
        frappe.connect()
    stored = frappe.client_cache.get_value(
        "installed_apps", generator=lambda: frappe.db.get_global("installed_apps") or ""
    )
    return _parse_apps(stored or "[]")


@functools.lru_cache(maxsize=64)
def _parse_apps(stored: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(["frappe", *json.loads(stored)]))


def append_hook(target: dict, key: str, value: Any) -> None:
    """Add a value of `hooks.py`: dicts are merged key by key, everything else becomes a list that grows."""
    if isinstance(value, dict):
        inner = target.setdefault(key, {})
        for name, item in value.items():
            append_hook(inner, name, item)
    else:
        target.setdefault(key, []).extend(value if isinstance(value, list) else [value])


@functools.lru_cache(maxsize=64)
def _hooks_of(apps: tuple[str, ...]) -> dict[str, Any]:
    hooks: dict[str, Any] = {}
    for app in apps:
        module = get_module(f"{app}.hooks")
        for key, value in inspect.getmembers(module):
            if not key.startswith("_") and not isinstance(value, types.ModuleType | types.FunctionType | type):
                append_hook(hooks, key, value)
    return hooks


def get_hooks(hook: str | None = None, default: Any = _KEEP, app_name: str | None = None) -> Any:
    """What the installed apps (or one app) declare in `hooks.py`.

    Plain values of all apps are gathered in one list, dicts are merged. `default` is given when nobody declares it.
    """
    hooks = _hooks_of((app_name,) if app_name else _installed_apps())
    if not hook:
        return _dict(hooks)
    value = hooks.get(hook, [] if default == _KEEP else default)
    return list(value) if isinstance(value, list) else value


@functools.lru_cache(maxsize=64)
def _doc_hooks_of(apps: tuple[str, ...]) -> dict[str, dict[str, list[str]]]:
    out: dict[str, dict[str, list[str]]] = {}
    for key, value in _hooks_of(apps).get("doc_events", {}).items():
        for doctype in key if isinstance(key, tuple) else (key,):
            append_hook(out, doctype, value)
    return out


def get_doc_hooks() -> dict[str, dict[str, list[str]]]:
    """The `doc_events` of all apps by DocType; keys that are tuples are taken apart."""
    return _doc_hooks_of(_installed_apps())


def clear_hooks_cache() -> None:
    """Read `hooks.py` again at the next question."""
    _hooks_of.cache_clear()
    _doc_hooks_of.cache_clear()


def get_attr(method_string: str) -> Any:
    """The object that a dotted name means. Raises AppNotInstalledError for apps not on this site."""
    app_name = method_string.split(".", 1)[0]
    flags = frappe.local.flags
    if not flags.in_uninstall and not flags.in_install and app_name not in _installed_apps():
        frappe.throw(frappe._("App {0} is not installed").format(app_name), AppNotInstalledError)
    modulename, _dot, name = method_string.rpartition(".")
    return getattr(get_module(modulename), name)


@functools.lru_cache(maxsize=4096)
def _parameters(fn: Callable) -> tuple[dict[str, inspect.Parameter], bool]:
    parameters = dict(inspect.signature(fn).parameters)
    return parameters, any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def get_newargs(fn: Callable, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments that `fn` takes; never `flags` or `ignore_permissions`, which callers must not set."""
    parameters, takes_all = _parameters(fn)
    taken = dict(kwargs) if takes_all else {k: v for k, v in kwargs.items() if k in parameters}
    taken.pop("ignore_permissions", None)
    taken.pop("flags", None)
    return taken


def call(fn: str | Callable, *args: Any, **kwargs: Any) -> Any:
    """Call a function (or its dotted name) with those keyword arguments that it takes."""
    if isinstance(fn, str):
        fn = get_attr(fn)
    return fn(*args, **get_newargs(fn, kwargs))


def override_whitelisted_method(original_method: str) -> str:
    """The name that the hook `override_whitelisted_methods` puts in place of a called one."""
    overrides = get_hooks("override_whitelisted_methods", {}).get(original_method, [])
    return overrides[-1] if overrides else original_method
