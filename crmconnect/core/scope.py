"""Whose documents a user sees: his own, his team's or all, decided in one place for lists and for single documents.

``assigned_to`` and the owner make a document somebody's. Managers, finance and the logistics roles see all; a sales
manager sees the members of the teams that he manages (all, while no team has him as its manager); a member of a team
whose ``members_see_team`` is on sees the team's. SDRs also see the leads that nobody has yet.
"""

from __future__ import annotations

from typing import Any

import frappe

SEE_ALL = frozenset(
    {"System Manager", "Connect Manager", "Connect Finance", "Connect Warehouse User", "Connect Purchasing"}
)


def visible_users(user: str) -> frozenset[str] | None:
    """The users whose documents ``user`` sees, None for everybody's. Kept for the length of a request."""
    key = f"connect_scope:{user}"
    cached = frappe.local.cache.get(key) if hasattr(frappe.local, "cache") else None
    if cached is None:
        cached = _visible_users(user)
        if hasattr(frappe.local, "cache"):
            frappe.local.cache[key] = cached or "all"
    return None if cached in (None, "all") else cached


def _visible_users(user: str) -> frozenset[str] | None:
    roles = set(frappe.get_roles(user))
    if user == "Administrator" or roles & SEE_ALL:
        return None
    managed = frappe.get_all("Connect Team", filters={"manager": user}, pluck="name")
    if "Connect Sales Manager" in roles and not managed:
        return None
    shared = frappe.get_all(
        "Connect Team", filters=[["Connect Team Member", "user", "=", user], ["members_see_team", "=", 1]], pluck="name"
    )
    teams = [*managed, *shared]
    members = teams and frappe.get_all("Connect Team Member", filters={"parent": ("in", teams)}, pluck="user")
    return frozenset({user, *(members or [])})


def _takes_unassigned(doctype: str, user: str) -> bool:
    return doctype == "Connect Lead" and "Connect SDR" in frappe.get_roles(user)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None, **_: Any) -> bool:
    """Hook ``has_permission``: False for a document outside the user's scope (a hook can only deny)."""
    user = user or frappe.session.user
    users = visible_users(user)
    if users is None or ptype == "create" or doc.is_new():
        return True
    if doc.owner in users or doc.get("assigned_to") in users:
        return True
    return _takes_unassigned(doc.doctype, user) and not doc.get("assigned_to")


def query_conditions(user: str | None = None, doctype: str | None = None) -> str:
    """Hook ``permission_query_conditions``: the same rule as a condition on lists, counts and reports."""
    user = user or frappe.session.user
    users = visible_users(user)
    if users is None:
        return ""
    names = ", ".join(frappe.db.escape(name) for name in sorted(users))
    table = f"`tab{doctype}`"
    condition = f"{table}.`assigned_to` in ({names}) or {table}.`owner` in ({names})"
    if _takes_unassigned(doctype or "", user):
        condition += f" or coalesce({table}.`assigned_to`, '') = ''"
    return f"({condition})"
