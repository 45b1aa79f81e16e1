"""Actions: what a user may do with a document, declared once beside the controller method that does it.

    @action("Accept", moves="accept", roles=SALES, args=[Argument("reason", "Reason", "Small Text")])
    def accept(self, reason: str = "") -> None: ...

From the declaration come the button with its reason while it is unavailable, the form for the arguments, every check
(verb, permission, role, state, ``modified``), the history and the REST call ``…/method/accept``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import retry, states

#: Whoever administers the site may do everything that the state allows.
ADMIN_ROLES = frozenset({"System Manager", "Connect Manager"})


@dataclass(frozen=True)
class Argument:
    """One argument of an action, as a form field of the dialog that asks for it."""

    fieldname: str
    label: str
    fieldtype: str = "Data"
    options: str = ""
    reqd: bool = False
    #: Called with the document: the value the dialog starts with and the call uses when none is sent.
    default: Callable[[Document], Any] | None = None

    def get(self, key: str, fallback: Any = None) -> Any:
        """Read like a DocField, so that the same checks serve both."""
        return getattr(self, key, fallback)


@dataclass(frozen=True)
class Action:
    """The declaration of one action."""

    name: str
    label: str
    #: The machine's move that this action makes; its states are then the condition.
    moves: str = ""
    #: A condition beyond the state; with ``why_not``, the sentence shown while it does not hold.
    when: Callable[[Document], bool] | None = None
    why_not: str = ""
    #: Instead of both: the sentence itself, already translated, "" while nothing stands in the way.
    obstacle: Callable[[Document], str] | None = None
    roles: frozenset[str] = frozenset()
    args: tuple[Argument, ...] = ()
    permission: str = "write"
    style: str = ""
    confirm: str = ""
    group: str = ""

    def refusal(self, doc: Document) -> str:
        """Why the action cannot be taken on ``doc`` now, "" when it can (rights apart)."""
        if self.moves and not states.can(doc, self.moves):
            return states.refusal(doc, self.moves)
        if self.when and not self.when(doc):
            return _(self.why_not)
        return self.obstacle(doc) if self.obstacle else ""

    def permitted(self, doc: Document) -> bool:
        """Whether the current user's roles and permissions allow the action on ``doc``."""
        if self.roles and not (self.roles | ADMIN_ROLES) & set(frappe.get_roles()):
            return False
        return bool(doc.has_permission(self.permission))


def action(label: str, *, roles: Sequence[str] = (), args: Sequence[Argument] = (), **options: Any) -> Callable:
    """Declare a controller method as an action; ``options`` are the fields of :class:`Action`."""

    def declare(function: Callable) -> Callable:
        declared = Action(function.__name__, label, roles=frozenset(roles), args=tuple(args), **options)

        @functools.wraps(function)
        def run(self: Document, args: Any = None, **kwargs: Any) -> Any:
            return _run(self, declared, function, {**_sent_as_one(args), **kwargs})

        del run.__wrapped__  # the host reads the signature: any argument may come, we check them ourselves
        run.__annotations__ = {}
        run.connect_action = declared  # type: ignore[attr-defined]
        return frappe.whitelist(methods=["POST"])(run)

    return declare


def _sent_as_one(args: Any) -> dict[str, Any]:
    """The arguments as v1's ``run_doc_method`` passes them: one dict or JSON text under the name ``args``."""
    parsed = frappe.parse_json(args) if args else {}
    return dict(parsed) if isinstance(parsed, dict) else {}


def _run(doc: Document, declared: Action, function: Callable, kwargs: dict[str, Any]) -> Any:
    """Run an action: checks, lock, function, history; once more from the start when the database gave up on a lock."""
    _refuse_other_verbs()
    if frappe.flags.connect_action:
        return _attempt(doc, declared, function, kwargs)
    frappe.flags.connect_action = declared.name
    try:
        return retry.on_lost_lock(lambda: _attempt(doc, declared, function, kwargs))
    finally:
        frappe.flags.connect_action = None


def _refuse_other_verbs() -> None:
    verb = frappe.request.method if frappe.request else "POST"
    if verb not in ("POST", "PUT", "PATCH", "DELETE"):
        frappe.throw(_("Actions are taken with POST, not with {0}.").format(verb), frappe.PermissionError)


def _attempt(doc: Document, declared: Action, function: Callable, kwargs: dict[str, Any]) -> Any:
    locked = _lock(doc, kwargs.get("modified"))
    _check(locked, declared)
    arguments = _arguments(locked, declared, kwargs)
    result = function(locked, **arguments)
    doc.__dict__.update(locked.__dict__)
    return result.as_dict() if isinstance(result, Document) else result


def _lock(doc: Document, modified: str | None) -> Document:
    """The stored document under its lock; what the caller sent with the call is never trusted."""
    if doc.is_new():
        return doc
    locked = frappe.get_doc(doc.doctype, doc.name, for_update=True)
    if modified and str(locked.modified) != str(modified):
        frappe.throw(
            _("{0} was changed in the meantime by {1}. Reload it and try again.").format(doc.name, locked.modified_by),
            frappe.TimestampMismatchError,
        )
    return locked


def _check(doc: Document, declared: Action) -> None:
    doc.check_permission("read")
    if not declared.permitted(doc):
        frappe.throw(_("You may not do this: {0}.").format(_(declared.label)), frappe.PermissionError)
    if why := declared.refusal(doc):
        frappe.throw(why, title=_(declared.label))


def _arguments(doc: Document, declared: Action, sent: dict[str, Any]) -> dict[str, Any]:
    """The declared arguments, checked like fields of a form; unknown ones are ignored as Frappe does."""
    values: dict[str, Any] = {}
    for argument in declared.args:
        value = sent.get(argument.fieldname)
        if value in (None, "") and argument.default:
            value = argument.default(doc)
        if value in (None, "") and argument.reqd:
            text = _("{0} is required.").format(_(argument.label))
            frappe.throw(text, frappe.MandatoryError, title=_(declared.label))
        values[argument.fieldname] = _checked(argument, value)
    return values


def _checked(argument: Argument, value: Any) -> Any:
    from crmconnect.core import protect

    holder = frappe._dict({argument.fieldname: value})
    holder.set = holder.__setitem__
    protect.check_value(holder, argument)
    value = holder[argument.fieldname]
    if argument.fieldtype == "Link" and value and not frappe.db.exists(argument.options, value):
        frappe.throw(
            _("Could not find {0}: {1}").format(_(argument.label), frappe.utils.escape_html(str(value))),
            frappe.LinkValidationError,
        )
    if argument.fieldtype == "Select" and value and value not in argument.options.split("\n"):
        frappe.throw(_("{0} must be one of {1}.").format(_(argument.label), argument.options.replace("\n", ", ")))
    return value


def declared_on(controller: type) -> dict[str, Action]:
    """The actions of a controller class by name, in the order written, its own before inherited ones."""
    found: dict[str, Action] = {}
    for cls in controller.__mro__:
        for name, member in vars(cls).items():
            if name not in found and (declared := getattr(member, "connect_action", None)):
                found[name] = declared
    return found


def available(doc: Document) -> list[dict[str, Any]]:
    """Every action of ``doc`` that the user's rights allow: label, form, and the reason while it is not possible."""
    return [
        {
            "name": declared.name,
            "label": _(declared.label),
            "enabled": not (why := declared.refusal(doc)),
            "reason": why,
            "style": declared.style,
            "group": _(declared.group) if declared.group else "",
            "confirm": _(declared.confirm) if declared.confirm else "",
            "args": [_form_field(argument, doc) for argument in declared.args],
        }
        for declared in declared_on(type(doc)).values()
        if declared.permitted(doc)
    ]


def _form_field(argument: Argument, doc: Document) -> dict[str, Any]:
    return {
        "fieldname": argument.fieldname,
        "label": _(argument.label),
        "fieldtype": argument.fieldtype,
        "options": argument.options,
        "reqd": int(argument.reqd),
        "default": argument.default(doc) if argument.default else None,
    }
