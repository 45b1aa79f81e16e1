"""Restricting a user to some documents of a DocType, and to what links to them."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.types import _dict
from frappe.utils import cstr


class UserPermission(Document):
    def validate(self) -> None:
        self._refuse_duplicate()
        self._refuse_second_default()

    def on_update(self) -> None:
        before = self.get_doc_before_save()
        for user in {self.user, before.user if before else self.user}:
            _forget(user)

    def on_trash(self) -> None:
        _forget(self.user)

    def after_delete(self) -> None:
        _forget(self.user)

    def _refuse_duplicate(self) -> None:
        same = {
            "allow": self.allow,
            "for_value": self.for_value,
            "user": self.user,
            "applicable_for": cstr(self.applicable_for),
            "apply_to_all_doctypes": self.apply_to_all_doctypes,
            "name": ["!=", self.name],
        }
        if frappe.get_all("User Permission", filters=same, limit=1):
            frappe.throw(_("User permission already exists"), frappe.DuplicateEntryError)

    def _refuse_second_default(self) -> None:
        if not self.is_default:
            return
        others = frappe.get_all(
            "User Permission",
            filters={"allow": self.allow, "user": self.user, "is_default": 1, "name": ["!=", self.name]},
            or_filters={"applicable_for": cstr(self.applicable_for), "apply_to_all_doctypes": 1},
            pluck="name",
            limit=1,
        )
        if others:
            frappe.throw(_("{0} has already assigned default value for {1}.").format(others[0], self.allow))


def _forget(user: str) -> None:
    frappe.cache.hdel("user_permissions", user)


def on_doctype_update() -> None:
    frappe.db.add_index("User Permission", ["user", "allow"])


def get_user_permissions(user: str | None = None) -> dict:
    """User Permissions by DocType: {"Company": [{"doc", "applicable_for", "is_default"}, …]}."""
    user = user or frappe.session.user
    if user in ("Administrator", "Guest"):
        return {}
    return frappe.cache.hget("user_permissions", user, lambda: _load(user))


def _load(user: str) -> dict:
    fields = ["allow", "for_value", "applicable_for", "is_default", "hide_descendants"]
    out: dict[str, list] = {}
    for row in frappe.get_all("User Permission", fields=fields, filters={"user": user}):
        entries = out.setdefault(row.allow, [])
        entries.append(_entry(row.for_value, row.applicable_for, row.is_default))
        if frappe.get_meta(row.allow).is_nested_set() and not row.hide_descendants:
            below = frappe.db.get_descendants(row.allow, row.for_value)
            entries += [_entry(name, row.applicable_for, 0) for name in below]
    return _dict(out)


def _entry(name: str, applicable_for: str | None, is_default: int) -> dict:
    return _dict(doc=name, applicable_for=applicable_for, is_default=is_default)


def user_permission_exists(user: str, allow: str, for_value: str, applicable_for: str | None = None) -> dict | None:
    """The entry that restricts the user to this document, if any."""
    for entry in get_user_permissions(user).get(allow, []):
        if entry["doc"] == for_value and (entry.get("applicable_for") or None) == (applicable_for or None):
            return entry
    return None
