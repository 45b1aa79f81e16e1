"""Which Python functions the web may call, and with what arguments."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe.exceptions import PermissionError

DEFAULT_METHODS = ["GET", "POST", "PUT", "DELETE"]

whitelisted: set[Callable] = set()
guest_methods: set[Callable] = set()
xss_safe_methods: set[Callable] = set()
allowed_http_methods_for_whitelisted_func: dict[Callable, list[str]] = {}


def _checks_arguments() -> bool:
    return bool(getattr(frappe.local, "request", None) or frappe.flags.in_test)


def whitelist(
    allow_guest: bool = False, xss_safe: bool = False, methods: list[str] | None = None
) -> Callable[[Callable], Callable]:
    """Let a function be called over HTTP. `methods` are the verbs allowed (all four when not given)."""

    def register(fn: Callable) -> Callable:
        from frappe.utils.typing_validations import validate_argument_types

        checked = validate_argument_types(getattr(fn, "__func__", fn), apply_condition=_checks_arguments)
        whitelisted.add(checked)
        allowed_http_methods_for_whitelisted_func[checked] = methods or DEFAULT_METHODS
        if allow_guest:
            guest_methods.add(checked)
            if xss_safe:
                xss_safe_methods.add(checked)
        return checked

    return register


def is_whitelisted(method: Callable) -> None:
    """Raise PermissionError unless the current user may call `method`; clean the arguments of guests."""
    guest = frappe.session.user == "Guest"
    if method not in whitelisted or (guest and method not in guest_methods):
        summary = frappe._("You are not permitted to access this resource. Login to access")
        name = frappe.bold(f"{method.__module__}.{method.__name__}")
        detail = frappe._("Function {0} is not whitelisted.").format(name)
        message = f"<details><summary>{summary}</summary>{detail}</details>"
        frappe.throw(message, PermissionError, title=frappe._("Method Not Allowed"))
    if guest and method not in xss_safe_methods:
        from frappe.utils.html_utils import sanitize_html

        for key, value in frappe.form_dict.items():
            if isinstance(value, str):
                frappe.form_dict[key] = sanitize_html(value)


def only_for(roles: Iterable[str] | str, message: bool = False) -> None:
    """Raise PermissionError unless the user has one of the roles."""
    if frappe.flags.in_test or frappe.session.user == "Administrator":
        return
    wanted = (roles,) if isinstance(roles, str) else tuple(roles)
    if not set(wanted).isdisjoint(frappe.get_roles()):
        return
    if not message:
        raise PermissionError
    names = ", ".join(frappe.bold(frappe._(role)) for role in wanted)
    text = frappe._("This action is only allowed for {}").format(names)
    frappe.throw(text, PermissionError, frappe._("Not Permitted"))


def read_only() -> Callable[[Callable], Callable]:
    """Marks a function that only reads; arguments that it does not take are dropped."""

    def decorate(fn: Callable) -> Callable:
        @functools.wraps(fn)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return fn(*args, **frappe.get_newargs(fn, kwargs))

        return wrapper

    return decorate


def has_permission(
    doctype: str | None = None,
    ptype: str = "read",
    doc: Any = None,
    user: str | None = None,
    throw: bool = False,
    *,
    parent_doctype: str | None = None,
    debug: bool = False,
    ignore_share_permissions: bool = False,
) -> bool:
    """Whether the user may `ptype` documents of a DocType, or this one; with `throw` raise PermissionError if not."""
    import frappe.permissions

    doctype = doctype or doc.doctype
    allowed = frappe.permissions.has_permission(
        doctype,
        ptype,
        doc=doc,
        user=user,
        print_logs=throw,
        parent_doctype=parent_doctype,
        debug=debug,
        ignore_share_permissions=ignore_share_permissions,
    )
    if throw and not allowed:
        if doc:
            frappe.permissions.check_doctype_permission(doctype, ptype)
        label = frappe._(doctype)
        if doc:
            label = f"{label} {doc if isinstance(doc, str) else doc.name}"
        frappe.flags.error_message = frappe._("No permission for {0}").format(label)
        raise PermissionError
    return allowed


@whitelist(allow_guest=True)
def ping() -> str:
    """Tells that the server answers."""
    return "pong"
