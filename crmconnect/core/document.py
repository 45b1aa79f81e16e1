"""What every document of ours has in common; controllers add only what is their own."""

from __future__ import annotations

from typing import Any, ClassVar

from frappe.model.document import Document

from crmconnect.core import actions, files, numbering, protect, states
from crmconnect.core.machine import Machine


class _Shaped(Document):
    """Refuses lists and dicts where a value belongs before the host's own checks stumble over them."""

    def update(self, d: Any) -> Any:
        protect.check_shapes(self, d)
        return super().update(d)


class ConnectDocument(_Shaped):
    """A document whose input is checked, whose state is guarded and whose actions are shown.

    Controllers that override an event call ``super()`` first.
    """

    machine: ClassVar[Machine | None] = None

    def autoname(self) -> None:
        if self.doctype in numbering.PREFIXES and not self.meta.autoname:
            self.name = numbering.next_name(self.doctype)

    def is_whitelisted(self, method_name: str) -> None:
        """The host asks this before it runs a method for a request, and then for the right to write."""
        super().is_whitelisted(method_name)
        self.flags.connect_called = (states.SERVICE, method_name)  # no request can send that object

    def check_permission(self, permtype: str = "read", permlevel: int | None = None) -> None:
        """An action declared with a lesser right than writing asks for that one; the action itself checks it again."""
        mark, called = self.flags.pop("connect_called", None) or (None, "")
        declared = actions.declared_on(type(self)).get(called) if mark is states.SERVICE else None
        if declared and permtype == "write":
            permtype = declared.permission
        super().check_permission(permtype, permlevel)

    def onload(self) -> None:
        self.set_onload("actions", actions.available(self))

    def before_validate(self) -> None:
        protect.check_input(self)

    def validate(self) -> None:
        states.guard(self)
        if self.get("files") and not states.is_service(self):
            files.check(self)

    def before_submit(self) -> None:
        states.require_docstatus_move(self, "submit")

    def before_cancel(self) -> None:
        states.require_docstatus_move(self, "cancel")

    def on_submit(self) -> None:
        states.log_docstatus_move(self)

    def on_cancel(self) -> None:
        states.log_docstatus_move(self, self.flags.get("cancel_reason") or "")

    def before_discard(self) -> None:
        states.refuse_discard(self)

    def on_trash(self) -> None:
        states.refuse_delete(self)


class ConnectRow(_Shaped):
    """A row of a child table; it remembers which fields it was given, so that a partial row wipes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = args[0] if args and isinstance(args[0], dict) else kwargs
        self.flags.given = frozenset(given)
