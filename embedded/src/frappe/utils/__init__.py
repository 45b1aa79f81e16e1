"""Helpers that apps import from `frappe.utils`."""

from functools import cached_property  # noqa: F401

import frappe
from frappe.utils.contacts import *  # noqa: F403
from frappe.utils.data import *  # noqa: F403
from frappe.utils.html_utils import html2text, sanitize_html  # noqa: F401
from frappe.utils.system import *  # noqa: F403


def __getattr__(name: str):
    """Functions that drag in more than most callers need."""
    if name in ("safe_eval", "validate_python_code"):
        from frappe.utils import safe_exec

        return getattr(safe_exec, name)
    if name == "CallbackManager":
        from frappe.database.utils import CallbackManager

        return CallbackManager
    if name in ("msgprint", "throw"):
        return getattr(frappe, name)
    import importlib

    try:
        return importlib.import_module(f"frappe.utils.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"module 'frappe.utils' has no attribute {name!r}") from error
