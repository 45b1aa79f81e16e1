"""Events of a document: the controller's method, then `doc_events` of its DocType, then those of "*"."""

from collections.abc import Callable
from typing import Any

import frappe


class EventRunner:
    """`run_method` and its parts."""

    def run_method(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Run an event (or any method) with the handlers that apps hooked to it.

        Dicts that they answer are merged into one; of other values the last one is answered.
        """
        result = None
        own = getattr(self, method, None)
        if callable(own):
            result = own(*args, **kwargs)
        for handler in event_handlers(self.doctype, method):
            result = _merge(result, self._run_handler(handler, method, args, kwargs))
        self.run_notifications(method)
        return result

    def _run_handler(self, handler: Callable, method: str, args: tuple, kwargs: dict) -> Any:
        """Handlers may not commit or roll back: the document is half written when they run."""
        frappe.db._disable_transaction_control += 1
        try:
            return handler(self, method, *args, **kwargs)
        finally:
            frappe.db._disable_transaction_control -= 1

    def run_notifications(self, method: str) -> None:
        """The Notification DocType is not served here."""


def event_handlers(doctype: str, method: str) -> list[Callable]:
    """Functions of `doc_events` for an event, in the order in which they run; looked up once per request."""
    known = frappe.local.request_cache["document_events"]
    handlers = known.get((doctype, method))
    if handlers is None:
        events = frappe.get_doc_hooks()
        names = [*events.get(doctype, {}).get(method, ()), *events.get("*", {}).get(method, ())]
        handlers = known[doctype, method] = [frappe.get_attr(name) for name in names]
    return handlers


def _merge(result: Any, new: Any) -> Any:
    if new is None:
        return result
    if isinstance(new, dict):
        return {**(result if isinstance(result, dict) else {}), **new}
    return new
