"""What User Permissions allow: documents permitted by name, and those that link only to permitted ones."""

from typing import Any

import frappe
from frappe import _
from frappe.core.permission_logs import push_perm_check_log
from frappe.utils import cint


def has_user_permission(doc: Any, user: str | None = None, debug: bool = False) -> bool:
    """False when a User Permission excludes this document, or a document that it or one of its rows links to."""
    from frappe.core.doctype.user_permission.user_permission import get_user_permissions as load_user_permissions

    restrictions = load_user_permissions(user or frappe.session.user)
    if not restrictions:
        return True
    strict = not doc.meta.issingle and bool(cint(frappe.get_system_settings("apply_strict_user_permissions")))
    allowed = get_allowed_docs_for_doctype(restrictions.get(doc.doctype, []), doc.doctype)
    if allowed and str(doc.name) not in allowed:
        push_perm_check_log(_("Not allowed for {0}: {1}").format(_(doc.doctype), doc.name))
        return False
    rows = [doc, *doc.get_all_children()]
    return all(_links_permitted(row, doc.doctype, restrictions, strict) for row in rows)


def _links_permitted(row: Any, doctype: str, restrictions: dict, strict: bool) -> bool:
    for field in frappe.get_meta(row.doctype).get_link_fields():
        value = row.get(field.fieldname)
        if field.ignore_user_permissions or field.options not in restrictions or not (value or strict):
            continue
        allowed = get_allowed_docs_for_doctype(restrictions[field.options], doctype)
        if allowed and str(value) not in allowed:
            push_perm_check_log(_link_refusal(row, field, value))
            return False
    return True


def _link_refusal(row: Any, field: Any, value: Any) -> str:
    label = _(field.label) if field.label else field.fieldname
    parts = [_(row.doctype), _(field.options), value or _("empty")]
    if row.get("parentfield"):
        message = _(
            "You are not allowed to access this {0} record because it is linked to {1} '{2}' in row {3}, field {4}"
        )
        return message.format(*parts, row.idx, label)
    message = _("You are not allowed to access this {0} record because it is linked to {1} '{2}' in field {3}")
    return message.format(*parts, label)


def get_allowed_docs_for_doctype(user_permissions: list[dict], doctype: str) -> list[str]:
    """Names permitted by these User Permissions when documents of `doctype` are looked at."""
    return filter_allowed_docs_for_doctype(user_permissions, doctype, with_default_doc=False)


def filter_allowed_docs_for_doctype(user_permissions: list[dict], doctype: str, with_default_doc: bool = True) -> Any:
    """As get_allowed_docs_for_doctype; with `with_default_doc` a pair (names, the default one or None)."""
    allowed, default = [], None
    for row in user_permissions:
        if row.get("applicable_for") in (None, "", doctype):
            allowed.append(row.get("doc"))
            if row.get("is_default") or (len(user_permissions) == 1 and with_default_doc):
                default = row.get("doc")
    return (allowed, default) if with_default_doc else allowed
