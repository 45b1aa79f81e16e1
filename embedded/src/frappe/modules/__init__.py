"""Modules of apps: the index of DocType files and the loading of controllers."""

from frappe.appindex import get_module_path
from frappe.modules.utils import (
    doctype_json_path,
    doctype_names,
    get_controller,
    get_doctype_module,
    get_module_app,
    get_module_name,
    load_doctype_module,
    read_doctype_json,
    scrub,
)

__all__ = [
    "doctype_json_path",
    "doctype_names",
    "get_controller",
    "get_doctype_module",
    "get_module_app",
    "get_module_name",
    "get_module_path",
    "load_doctype_module",
    "read_doctype_json",
    "scrub",
]
