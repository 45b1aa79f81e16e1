"""Default values of the site (`__default`, `__global`) and of users, in `tabDefaultValue`."""

from typing import Any

import frappe
from frappe.cache_manager import clear_defaults_cache, common_default_keys
from frappe.types import _dict


def get_defaults_for(parent: str = "__default") -> _dict:
    """All values of one owner; several values of a key come as a list."""
    return frappe.client_cache.get_value(f"defaults::{parent}", generator=lambda: _read(parent))


def _read(parent: str) -> _dict:
    found = _dict()
    rows = frappe.db.sql(
        "select defkey, defvalue from `tabDefaultValue` where parent = %s order by creation, name", (parent,)
    )
    for key, value in rows:
        if key not in found:
            if value is not None:
                found[key] = value
        elif isinstance(found[key], list):
            if value not in found[key]:
                found[key].append(value)
        elif found[key] != value:
            found[key] = [found[key], value]
    return found


def get_defaults(user: str | None = None) -> _dict:
    """The site's values with the user's over them."""
    user = user or (frappe.session.user if frappe.session else None) or "Guest"
    found = get_defaults_for().copy()
    found.update(get_defaults_for(user))
    return found.update(user=user, owner=user)


def get_global_default(key: str) -> Any:
    """A default of the site."""
    if not frappe.db:
        return None
    value = get_defaults_for().get(key)
    return value[0] if isinstance(value, list) and value else value


def set_default(key: str, value: Any, parent: str, parenttype: str = "__default") -> None:
    """Give a key one value; None takes it away."""
    rows = frappe.db.sql("select defvalue from `tabDefaultValue` where defkey = %s and parent = %s", (key, parent))
    if len(rows) == 1 and value is not None and rows[0][0] == frappe.cstr(value):
        return
    if rows:
        frappe.db.sql("delete from `tabDefaultValue` where defkey = %s and parent = %s", (key, parent))
    if value is not None:
        add_default(key, value, parent, parenttype)
    else:
        _forget(parent)


def add_default(key: str, value: Any, parent: str, parenttype: str | None = None) -> None:
    """Add a value to a key."""
    now = frappe.utils.now()
    user = (frappe.session.user if frappe.session else None) or "Administrator"
    row = {
        "name": frappe.generate_hash(length=10),
        "creation": now,
        "modified": now,
        "modified_by": user,
        "owner": user,
        "docstatus": 0,
        "idx": 0,
        "parent": parent,
        "parenttype": parenttype or "__default",
        "parentfield": "system_defaults",
        "defkey": key,
        "defvalue": frappe.cstr(value),
    }
    columns = ", ".join(f"`{column}`" for column in row)
    marks = ", ".join(["%s"] * len(row))
    frappe.db.sql(f"insert into `tabDefaultValue` ({columns}) values ({marks})", tuple(row.values()))
    _forget(parent)


def clear_default(
    key: str | None = None,
    value: Any = None,
    parent: str | None = None,
    name: str | None = None,
    parenttype: str | None = None,
) -> None:
    """Take away the values that match all that is given. Raises ValueError when nothing is given."""
    given = {"name": name} if name else {"defkey": key, "defvalue": value, "parent": parent, "parenttype": parenttype}
    given = {column: wanted for column, wanted in given.items() if wanted}
    if not given:
        raise ValueError("[clear_default] No key specified.")
    where = " and ".join(f"`{column}` = %s" for column in given)
    frappe.db.sql(f"delete from `tabDefaultValue` where {where}", tuple(given.values()))
    _forget(parent)


def _forget(parent: str | None) -> None:
    clear_defaults_cache(parent)
    if parent and parent not in common_default_keys:
        frappe.clear_cache(user=parent)
