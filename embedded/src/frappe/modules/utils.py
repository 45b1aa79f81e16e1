"""Index of the apps' modules and DocType files, and loading of controllers.

What is read here comes from files that do not change while a process runs, so it is kept for the process's life;
`clear_index()` (called by `frappe.clear_cache()`) drops it.
"""

import functools
import json
import os
import types
from collections.abc import Iterator
from typing import Any

import frappe
from frappe.exceptions import DoesNotExistError


def scrub(txt: str) -> str:
    """`Sales Order` → `sales_order`."""
    return frappe.scrub(txt)


@functools.lru_cache(maxsize=64)
def _app_modules(app: str) -> dict[str, str]:
    """Scrubbed module name → name as in `modules.txt`."""
    return {frappe.scrub(name): name for name in frappe.get_module_list(app)}


def _known_apps() -> Iterator[str]:
    """Installed apps, then the available ones: while a site is being made nothing is installed yet."""
    installed = frappe.get_installed_apps()
    yield from installed
    if hasattr(frappe.local, "sites_path"):
        yield from (app for app in frappe.get_all_apps() if app not in installed)


def get_module_app(module: str) -> str:
    """The app that a module belongs to. Raises DoesNotExistError."""
    wanted = frappe.scrub(module)
    for app in _known_apps():
        if wanted in _app_modules(app):
            return app
    frappe.throw(frappe._("Module {} not found").format(module), DoesNotExistError)


@functools.lru_cache(maxsize=64)
def _app_doctypes(app: str) -> dict[str, str]:
    """Folder name of each DocType of an app → path of its JSON file."""
    found = {}
    root = os.path.dirname(frappe.get_module(app).__file__ or "")
    for module in _app_modules(app):
        folder = os.path.join(root, module, "doctype")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name, f"{name}.json")
            if os.path.exists(path):
                found[name] = path
    return found


def doctype_json_path(doctype: str, app: str | None = None) -> str | None:
    """Path of the DocType's file in the installed (then available) apps, or None."""
    key = frappe.scrub(doctype)
    for name in (app,) if app else _known_apps():
        if path := _app_doctypes(name).get(key):
            return path
    return None


@functools.lru_cache(maxsize=4096)
def _read(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


def read_doctype_json(doctype: str) -> dict[str, Any] | None:
    """The parsed DocType file, shared by all callers (do not change it), or None when no app has it."""
    path = doctype_json_path(doctype)
    data = _read(path) if path else None
    return data if data and data.get("name") == doctype else None


def doctype_names(app: str) -> list[str]:
    """Names of all DocTypes that an app brings."""
    return [_read(path)["name"] for path in _app_doctypes(app).values()]


def module_records(app: str, kind: str) -> list[dict[str, Any]]:
    """The parsed records that an app keeps as `<module>/<kind>/<name>/<name>.json` (print_format, report …)."""
    records = []
    root = os.path.dirname(frappe.get_module(app).__file__ or "")
    for module in _app_modules(app):
        folder = os.path.join(root, module, kind)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name, f"{name}.json")
            if os.path.exists(path):
                records.append(_read(path))
    return records


def get_doctype_module(doctype: str) -> str:
    """Module of a DocType. Raises DoesNotExistError."""
    data = read_doctype_json(doctype)
    if data:
        return data["module"]
    module = frappe.db.get_value("DocType", doctype, "module") if frappe.db else None
    if not module:
        frappe.throw(frappe._("DocType {} not found").format(doctype), DoesNotExistError)
    return module


def get_module_name(doctype: str, module: str, prefix: str = "", suffix: str = "", app: str | None = None) -> str:
    """Dotted name of the Python module beside a DocType's file."""
    name = frappe.scrub(doctype)
    return f"{frappe.scrub(app or get_module_app(module))}.{frappe.scrub(module)}.doctype.{name}.{prefix}{name}{suffix}"


def load_doctype_module(
    doctype: str, module: str | None = None, prefix: str = "", suffix: str = ""
) -> types.ModuleType:
    """Import the DocType's own Python module. Raises ImportError when there is none."""
    module = module or get_doctype_module(doctype)
    name = get_module_name(doctype, module, prefix, suffix)
    try:
        return frappe.get_module(name)
    except ImportError as error:
        raise ImportError(
            f"Module import failed for {doctype}, the DocType you're trying to open might be deleted.\nError: {error}"
        ) from error


def get_controller(doctype: str) -> type:
    """The class of a DocType's documents, found once per site and process."""
    known = frappe.controllers.setdefault(frappe.local.site, {})
    if doctype not in known:
        known[doctype] = import_controller(doctype)
    return known[doctype]


def import_controller(doctype: str) -> type:
    """Find the class: the app's own, or what the hook `override_doctype_class` puts in its place."""
    from frappe.model.base_document import BaseDocument

    class_ = _standard_class(doctype)
    override = (frappe.get_hooks("override_doctype_class") or {}).get(doctype)
    if override:
        module_path, _dot, name = override[-1].rpartition(".")
        replacement = getattr(frappe.get_module(module_path), name, None)
        if replacement is None or not issubclass(replacement, class_):
            original = frappe.bold(f"{class_.__module__}.{class_.__name__}")
            frappe.throw(
                f"{doctype}: {frappe.bold(override[-1])} must be a subclass of {original}",
                title=frappe._("Invalid Override"),
            )
        class_ = replacement
    if not issubclass(class_, BaseDocument):
        raise ImportError(f"{doctype}: {class_.__name__} is not a subclass of BaseDocument")
    return class_


def _standard_class(doctype: str) -> type:
    from frappe.model.document import Document

    data = read_doctype_json(doctype)
    if data is None and frappe.db and frappe.db.get_value("DocType", doctype, "custom"):
        return Document
    module = load_doctype_module(doctype, data["module"] if data else "Core")
    class_ = getattr(module, doctype.replace(" ", "").replace("-", ""), None)
    if class_ is None:
        raise ImportError(doctype)
    return class_


def clear_index() -> None:
    """Read folders and files again at the next question."""
    for cached in (_app_modules, _app_doctypes, _read):
        cached.cache_clear()
