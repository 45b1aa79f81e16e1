"""Which rows of a DocType a user may see, as an SQL condition."""

from typing import Any

import frappe
from frappe import _
from frappe.database.utils import quote


class MatchConditions:
    """Roles, owner rule, User Permissions, `permission_query_conditions` and shares of one user on one DocType."""

    def __init__(self, doctype: str, user: str, reference_doctype: str | None = None) -> None:
        self.doctype, self.user = doctype, user
        self.reference_doctype = reference_doctype or doctype
        self.meta = frappe.get_meta(doctype)
        self.table = quote(f"tab{doctype}")
        self.clauses: list[str] = []
        self.narrowed = False

    def condition(self) -> str:
        """Condition with quoted literals; empty when the user sees every row. Raises PermissionError."""
        if not self._apply_roles():
            shared = self._shared()
            if not shared:
                frappe.throw(_("No permission to read {0}").format(_(self.doctype)), frappe.PermissionError)
            hooks = self._hook_conditions()
            return " and ".join([self._among("name", shared), *hooks])
        conditions = [f"(({') or ('.join(self.clauses)}))"] if self.clauses else []
        conditions += self._hook_conditions()
        text = " and ".join(conditions)
        if text and self.narrowed and (shared := self._shared()):
            return f"(({text}) or ({self._among('name', shared)}))"
        return text

    def _apply_roles(self) -> bool:
        """Collect the clauses; False when only shares can let the user see anything."""
        rights = frappe.permissions.get_role_permissions(self.meta, user=self.user)
        readable = rights.get("select") or rights.get("read")
        if not self.meta.istable and not readable:
            return has_any_user_permission_for_doctype(self.doctype, self.user, self.reference_doctype)
        if requires_owner_constraint(rights):
            self.narrowed = True
            self.clauses.append(f"{self.table}.`owner` = {frappe.db.escape(self.user, False)}")
        elif readable:
            self._apply_user_permissions(frappe.permissions.get_user_permissions(self.user))
        return True

    def _apply_user_permissions(self, user_permissions: dict[str, list]) -> None:
        if not user_permissions:
            return
        strict = frappe.get_system_settings("apply_strict_user_permissions")
        clauses = []
        for fieldname, target, ignored in self._links():
            allowed = [] if ignored else self._applicable(user_permissions.get(target) or [], fieldname)
            if not allowed:
                continue
            clause = self._among(fieldname, allowed)
            if not strict and fieldname != "name":
                column = f"{self.table}.{quote(fieldname)}"
                clause = f"{column} is null or {column} = '' or {clause}"
            clauses.append(f"({clause})")
        if clauses:
            self.narrowed = True
            self.clauses.append(" and ".join(clauses))

    def _links(self) -> list[tuple[str, str, Any]]:
        links = [(df.fieldname, df.options, df.get("ignore_user_permissions")) for df in self.meta.get_link_fields()]
        return [*links, ("name", self.doctype, 0)]

    def _applicable(self, permissions: list[Any], fieldname: str) -> list[str]:
        scope = self.reference_doctype if fieldname == "name" else self.doctype
        return [p.get("doc") for p in permissions if not p.get("applicable_for") or p.get("applicable_for") == scope]

    def _hook_conditions(self) -> list[str]:
        hooks = frappe.get_hooks("permission_query_conditions", {}) or {}
        found = []
        for method in [*hooks.get(self.doctype, []), *hooks.get("*", [])]:
            condition = frappe.call(frappe.get_attr(method), self.user, doctype=self.doctype)
            if condition:
                found.append(f"({condition})")
        return found

    def _shared(self) -> list[str]:
        return frappe.share.get_shared(self.doctype, self.user)

    def _among(self, fieldname: str, names: list[str]) -> str:
        literals = ", ".join(frappe.db.escape(name, False) for name in names)
        return f"{self.table}.{quote(fieldname)} in ({literals})"


def has_any_user_permission_for_doctype(doctype: str, user: str, applicable_for: str | None) -> bool:
    """Whether a User Permission names documents of this DocType."""
    permissions = frappe.permissions.get_user_permissions(user).get(doctype) or []
    return any(not p.get("applicable_for") or p.get("applicable_for") == applicable_for for p in permissions)


def requires_owner_constraint(role_permissions: dict[str, Any]) -> bool:
    """Whether the user reads only what he made himself."""
    owner_rights = role_permissions.get("if_owner")
    if not role_permissions.get("has_if_owner_enabled") or not owner_rights:
        return False
    return not any(role_permissions.get(right) and right not in owner_rights for right in ("select", "read"))


def check_parent_permission(parent: str | None, child_doctype: str | None) -> None:
    """Rows of a child table may be listed by whoever may read the parent that holds them. Raises PermissionError."""
    if parent:
        holds = any(df.options == child_doctype for df in frappe.get_meta(parent).get_table_fields())
        if child_doctype and not holds:
            raise frappe.PermissionError
        if frappe.permissions.has_permission(parent):
            return
    raise frappe.PermissionError
