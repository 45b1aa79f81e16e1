"""Who may do what: roles, role permissions, user permissions and shares.

A right is granted by a role's rule in the DocType (or by a share) and can only be taken away again by `has_permission`
hooks and by User Permissions. Everything derived from roles is cached per process and dropped when a User, Role,
Custom DocPerm or User Permission changes.
"""

import functools
from collections.abc import Callable
from typing import Any

import frappe
import frappe.share
from frappe import _
from frappe.core.permission_logs import print_has_permission_check_logs, push_perm_check_log
from frappe.core.user_permission_checks import (
    filter_allowed_docs_for_doctype,
    get_allowed_docs_for_doctype,
    has_user_permission,
)
from frappe.types import _dict
from frappe.utils import cint

rights = (
    "select", "read", "write", "create", "delete", "submit", "cancel", "amend",
    "print", "email", "report", "import", "export", "share",
)  # fmt: skip

GUEST_ROLE = "Guest"
ALL_USER_ROLE = "All"
SYSTEM_USER_ROLE = "Desk User"
ADMIN_ROLE = "Administrator"
AUTOMATIC_ROLES = (GUEST_ROLE, ALL_USER_ROLE, SYSTEM_USER_ROLE, ADMIN_ROLE)

SHAREABLE = {"read": "read", "write": "write", "share": "share", "submit": "submit", "email": "read", "print": "read"}
CACHE_KEYS = ("roles", "user_permissions", "role_permissions", "doctypes_with_read")


@print_has_permission_check_logs
def has_permission(
    doctype: Any,
    ptype: str = "read",
    doc: Any = None,
    user: str | None = None,
    *,
    parent_doctype: str | None = None,
    print_logs: bool = True,
    debug: bool = False,
    ignore_share_permissions: bool = False,
) -> bool:
    """True if `user` (default: of the session) has the right `ptype` on the DocType, or on `doc` when given.

    A child DocType needs `parent_doctype` unless `doc` is a row. Shared documents count unless told otherwise.
    """
    user = user or frappe.session.user
    if user == "Administrator":
        return True
    if ptype == "share" and cint(frappe.get_system_settings("disable_document_sharing")):
        return False
    if not doc and hasattr(doctype, "doctype"):
        doc, doctype = doctype, doctype.doctype
    meta = frappe.get_meta(doctype)
    if meta.istable:
        return has_child_permission(doctype, ptype, doc, user, parent_doctype, debug=debug, print_logs=print_logs)
    if isinstance(doc, str | int) and doc:
        doc = frappe.get_doc(meta.name, doc)
    allowed = _allowed_on_doc(doc, ptype, user) if doc else _allowed_on_doctype(meta, ptype, user)
    if allowed is None:
        return False
    if not allowed and not ignore_share_permissions:
        allowed = _is_shared(doctype, doc, ptype, user)
    return bool(allowed)


def _allowed_on_doc(doc: Any, ptype: str, user: str) -> bool:
    if get_doc_permissions(doc, user=user, ptype=ptype).get(ptype):
        return True
    message = _("User {0} does not have access to this document").format(frappe.bold(user))
    if frappe.has_permission(doc.doctype, user=user):
        message += f": {_(doc.doctype)} - {doc.name}"
    push_perm_check_log(message)
    return False


def _allowed_on_doctype(meta: Any, ptype: str, user: str) -> bool | None:
    """Role check without a document; None when the DocType does not know this right at all (a share cannot help)."""
    if ptype == "submit" and not cint(meta.is_submittable):
        push_perm_check_log(_("Document Type is not submittable"))
        return None
    if ptype == "import" and not cint(meta.allow_import):
        push_perm_check_log(_("Document Type is not importable"))
        return None
    if get_role_permissions(meta, user=user).get(ptype):
        return True
    message = _("User {0} does not have doctype access via role permission for document {1}")
    push_perm_check_log(message.format(frappe.bold(user), frappe.bold(_(meta.name))))
    return False


def _is_shared(doctype: str, doc: Any, ptype: str, user: str) -> bool:
    """True if the document (or any of the DocType) is shared with the user for this right."""
    right = SHAREABLE.get(ptype)
    if not right:
        return False
    filters = [["share_name", "=", get_doc_name(doc)]] if doc else None
    return bool(frappe.share.get_shared(doctype, user, rights=[right], filters=filters, limit=1))


def get_doc_permissions(doc: Any, user: str | None = None, ptype: str | None = None, debug: bool = False) -> dict:
    """All rights of the user on this document, like {"read": 1, "write": 0, …}; shares are not counted."""
    user = user or frappe.session.user
    meta = frappe.get_meta(doc.doctype)
    is_owner = (doc.get("owner") or "").lower() == user.lower()
    if not has_controller_permissions(doc, ptype, user=user):
        push_perm_check_log(_("Not allowed via controller permission check"))
        return {ptype: 0}
    permissions = _dict(get_role_permissions(meta, user=user, is_owner=is_owner))
    permissions["if_owner"] = dict(permissions.get("if_owner") or {})
    if not cint(meta.is_submittable):
        permissions["submit"] = 0
    if not cint(meta.allow_import):
        permissions["import"] = 0
    if permissions.get("has_if_owner_enabled"):
        permissions.update(permissions["if_owner"])
    if not has_user_permission(doc, user):
        # Outside the user's permitted values only what belongs to the owner as such remains, and never creation.
        permissions = {**permissions["if_owner"], "create": 0} if is_owner else {}
    return permissions


def allow_everything() -> dict:
    """Every right granted."""
    return dict.fromkeys(rights, 1)


def get_role_permissions(
    doctype_meta: Any, user: str | None = None, is_owner: bool | None = None, debug: bool = False
) -> dict:
    """What the user's roles give on a DocType; rights only for owners stand in "if_owner". Do not change it."""
    if isinstance(doctype_meta, str):
        doctype_meta = frappe.get_meta(doctype_meta)
    user = user or frappe.session.user
    if user == "Administrator":
        return allow_everything()
    key = f"{doctype_meta.name}::{user}::{int(bool(is_owner))}"
    return frappe.client_cache.hget(
        "role_permissions", key, lambda: _evaluate_roles(doctype_meta, set(get_roles(user)), bool(is_owner))
    )


def _evaluate_roles(meta: Any, roles: set[str], is_owner: bool) -> dict:
    rules = [p for p in meta.get("permissions") or [] if p.role in roles and cint(p.permlevel) == 0]
    perms = _dict(if_owner={}, has_if_owner_enabled=any(cint(p.get("if_owner")) for p in rules))
    for ptype in rights:
        granted = [p for p in rules if cint(p.get(ptype))]
        perms[ptype] = int(bool(granted))
        only_owner = granted and all(cint(p.get("if_owner")) for p in granted)
        if only_owner and ptype != "create":
            perms["if_owner"][ptype] = int(is_owner)
            # Reading stays allowed on the DocType, so that the owner can see the list; rows are filtered later.
            perms[ptype] = int(ptype in ("select", "read"))
    return perms


def get_user_permissions(user: str | None = None) -> dict:
    """User Permissions by DocType: {"Company": [{"doc", "applicable_for", "is_default"}, …]}."""
    from frappe.core.doctype.user_permission.user_permission import get_user_permissions as load

    return load(user)


def has_controller_permissions(doc: Any, ptype: str | None, user: str | None = None, debug: bool = False) -> bool:
    """False if one of the `has_permission` hooks of the apps refuses; hooks cannot grant what roles do not."""
    user = user or frappe.session.user
    hooks = frappe.get_hooks("has_permission") or {}
    methods = [*hooks.get(doc.doctype, []), *hooks.get("*", [])]
    return all(frappe.call(m, doc=doc, ptype=ptype, user=user, debug=debug) for m in reversed(methods))


def has_child_permission(
    child_doctype: str,
    ptype: str = "read",
    child_doc: Any = None,
    user: str | None = None,
    parent_doctype: str | None = None,
    *,
    debug: bool = False,
    print_logs: bool = True,
) -> bool:
    """Rights on a row are those on its parent document, if the row really stands in one of its tables."""
    if isinstance(child_doc, str):
        fields = ("parent", "parenttype", "parentfield", "name")
        child_doc = frappe.db.get_value(child_doctype, child_doc, fields, as_dict=True)
    parent_doctype = child_doc.parenttype if child_doc else parent_doctype
    refusal = _child_refusal(child_doctype, child_doc, parent_doctype, ptype, user)
    if refusal:
        push_perm_check_log(refusal)
        return False
    parent = child_doc and (getattr(child_doc, "parent_doc", None) or child_doc.parent)
    return has_permission(parent_doctype, ptype, parent, user=user, print_logs=print_logs, debug=debug)


def _child_refusal(child: str, row: Any, parent: str | None, ptype: str, user: str | None) -> str | None:
    """Why the row cannot be reached through this parent, or None."""
    bold = frappe.bold
    if not parent:
        return _("Please specify a valid parent DocType for {0}").format(bold(child))
    meta = frappe.get_meta(parent)
    tables = [df.fieldname for df in meta.get_table_fields() if df.options == child]
    if meta.istable or not tables:
        return _("{0} is not a valid parent DocType for {1}").format(bold(parent), bold(child))
    if not row:
        return None
    if not row.parentfield:
        return _("Parentfield not specified in {0}: {1}").format(bold(child), bold(row.name))
    if row.parentfield not in tables:
        return _("{0} is not a valid parentfield for {1}").format(bold(row.parentfield), bold(child))
    permlevel = cint(meta.get_field(row.parentfield).permlevel)
    if permlevel and permlevel not in meta.get_permlevel_access(ptype, user=user):
        return _("Insufficient Permission Level for {0}").format(bold(parent))
    return None


def get_roles(user: str | None = None, with_standard: bool = True) -> list[str]:
    """Names of the user's roles, with the automatic ones All, Guest and (system users) Desk User."""
    user = user or frappe.session.user
    if not user or user == "Guest":
        return [GUEST_ROLE]
    roles = frappe.cache.hget("roles", user, lambda: _load_roles(user))
    return [r for r in roles if with_standard or r not in AUTOMATIC_ROLES]


def _load_roles(user: str) -> list[str]:
    if user == "Administrator":
        return frappe.get_all("Role", pluck="name")
    filters = {"parenttype": "User", "parent": user, "role": ["not in", AUTOMATIC_ROLES]}
    roles = frappe.get_all("Has Role", filters=filters, pluck="role", order_by="idx asc")
    roles += [ALL_USER_ROLE, GUEST_ROLE]
    return [*roles, SYSTEM_USER_ROLE] if is_system_user(user) else roles


def is_system_user(user: str | None = None) -> bool:
    """True for staff accounts (they may enter the desk)."""
    return frappe.db.get_value("User", user or frappe.session.user, "user_type") == "System User"


def get_valid_perms(doctype: str | None = None, user: str | None = None) -> list[dict]:
    """The permission rules (level 0) that the user's roles match, each with its DocType in `parent`."""
    roles = set(get_roles(user))
    doctypes = [doctype] if doctype else frappe.get_all("DocType", filters={"istable": 0}, pluck="name")
    return [
        _dict({**_rule_values(rule), "parent": name})
        for name in doctypes
        for rule in frappe.get_meta(name).get("permissions") or []
        if rule.role in roles and not cint(rule.permlevel)
    ]


def _rule_values(rule: Any) -> dict:
    return rule.as_dict() if hasattr(rule, "as_dict") else dict(rule)


def get_doctypes_with_read() -> list[str]:
    """DocTypes of which the session's user may read documents by role."""

    def load() -> list[str]:
        return sorted({p.parent for p in get_valid_perms() if cint(p.read)})

    return frappe.cache.hget("doctypes_with_read", frappe.session.user, load)


def get_doctype_roles(doctype: str, access_type: str = "read") -> list[str]:
    """Roles that have a rule with this right on the DocType."""
    return [p.role for p in frappe.get_meta(doctype).get("permissions") if cint(p.get(access_type))]


def get_doc_name(doc: Any) -> str | None:
    """The document's name, whether a document or a name is given."""
    if not doc:
        return None
    return doc if isinstance(doc, str) else str(doc.name)


def can_export(doctype: str, raise_exception: bool = False, is_owner: bool = False) -> bool:
    """True if the session's user may export the DocType."""
    perms = get_role_permissions(doctype, is_owner=is_owner)
    allowed = bool("System Manager" in get_roles() or perms.get("export") or perms.get("if_owner", {}).get("export"))
    if not allowed and raise_exception:
        raise frappe.PermissionError(_("You are not allowed to export {} doctype").format(doctype))
    return allowed


def check_doctype_permission(doctype: str, ptype: str = "read") -> None:
    """Raise PermissionError with the DocType-level reason when roles give no such right (shares aside)."""
    kept, frappe.local.message_log = frappe.local.message_log, []
    frappe.has_permission(doctype, ptype, throw=True, ignore_share_permissions=True)
    frappe.local.message_log = kept


def handle_does_not_exist_error(fn: Callable) -> Callable:
    """Decorator of an error handler: whoever may not read the DocType learns nothing about missing documents."""

    @functools.wraps(fn)
    def wrapper(error, *args, **kwargs):
        doctype = getattr(error, "doctype", None)
        if isinstance(error, frappe.DoesNotExistError) and doctype:
            try:
                check_doctype_permission(doctype)
            except frappe.PermissionError as refused:
                return fn(refused, *args, **kwargs)
        return fn(error, *args, **kwargs)

    return wrapper


def clear_permission_cache(user: str | None = None) -> None:
    """Forget cached roles and rights (of one user, or all); the cache sees to it that others follow after commit."""
    if user:
        frappe.cache.hdel("roles", user)
        frappe.cache.hdel("user_permissions", user)
        frappe.cache.hdel("doctypes_with_read", user)
        frappe.cache.delete_value("role_permissions")
    else:
        frappe.cache.delete_value(list(CACHE_KEYS))


from frappe.core.permission_rules import (  # noqa: E402  (they need the names above)
    add_permission,
    add_user_permission,
    copy_perms,
    remove_user_permission,
    reset_perms,
    setup_custom_perms,
    update_permission_property,
)

__all__ = [
    "add_permission",
    "add_user_permission",
    "copy_perms",
    "filter_allowed_docs_for_doctype",
    "get_allowed_docs_for_doctype",
    "has_user_permission",
    "print_has_permission_check_logs",
    "push_perm_check_log",
    "remove_user_permission",
    "reset_perms",
    "setup_custom_perms",
    "update_permission_property",
]
