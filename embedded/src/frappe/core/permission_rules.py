"""Changing permission rules and User Permissions from code; offered to apps as `frappe.permissions.…`."""

import frappe
from frappe import _


def setup_custom_perms(parent: str) -> bool | None:
    """Copy the DocType's own rules into Custom DocPerm once, where they can be changed; True if it was done now."""
    if frappe.db.exists("Custom DocPerm", {"parent": parent}):
        return None
    copy_perms(parent)
    return True


def copy_perms(parent: str) -> None:
    """Write each rule of the DocType as a Custom DocPerm."""
    from frappe.permissions import rights

    keys = ("role", "if_owner", "permlevel", *rights)
    for rule in list(frappe.get_meta(parent).get("permissions")):
        values = {key: rule.get(key) or 0 for key in keys}
        frappe.get_doc({"doctype": "Custom DocPerm", "parent": parent, **values}).insert(ignore_permissions=True)


def add_permission(doctype: str, role: str, permlevel: int = 0, ptype: str | None = None) -> str | None:
    """Add a rule giving `role` the right `ptype` (default read); answers its name, None if there is such a rule."""
    setup_custom_perms(doctype)
    key = {"parent": doctype, "role": role, "permlevel": permlevel, "if_owner": 0}
    if frappe.db.get_value("Custom DocPerm", key):
        message = _("Rule for this doctype, role, permlevel and if-owner combination already exists.")
        frappe.msgprint(message, alert=True)
        return None
    rule = frappe.get_doc({"doctype": "Custom DocPerm", "read": 0, "export": 0, **key, ptype or "read": 1})
    return rule.insert(ignore_permissions=True).name


def update_permission_property(
    doctype: str, role: str, permlevel: int, ptype: str, value=None, validate: bool = True, if_owner: int = 0
) -> bool | None:
    """Set one right of a rule; True if the DocType's rules became custom by it."""
    created = setup_custom_perms(doctype)
    key = {"parent": doctype, "role": role, "permlevel": permlevel, "if_owner": if_owner}
    name = frappe.db.get_value("Custom DocPerm", key)
    if name:
        rule = frappe.get_doc("Custom DocPerm", name)
        rule.set(ptype, value)
        rule.save(ignore_permissions=True)
    return created


def reset_perms(doctype: str) -> None:
    """Return to the rules in the DocType's file."""
    for name in frappe.get_all("Custom DocPerm", filters={"parent": doctype}, pluck="name"):
        frappe.delete_doc("Custom DocPerm", name, ignore_permissions=True, force=True)


def add_user_permission(
    doctype: str,
    name: str,
    user: str,
    ignore_permissions: bool = False,
    applicable_for: str | None = None,
    is_default: int = 0,
    hide_descendants: int = 0,
) -> None:
    """Restrict the user to this document of the DocType (added to the others already permitted)."""
    from frappe.core.doctype.user_permission.user_permission import user_permission_exists

    if user_permission_exists(user, doctype, name, applicable_for):
        return
    if not frappe.db.exists(doctype, name):
        frappe.throw(_("{0} {1} not found").format(_(doctype), name), frappe.DoesNotExistError)
    frappe.get_doc(
        {
            "doctype": "User Permission",
            "user": user,
            "allow": doctype,
            "for_value": name,
            "is_default": is_default,
            "applicable_for": applicable_for,
            "apply_to_all_doctypes": 0 if applicable_for else 1,
            "hide_descendants": hide_descendants,
        }
    ).insert(ignore_permissions=ignore_permissions)


def remove_user_permission(doctype: str, name: str, user: str) -> None:
    """Take the restriction to this document away."""
    found = frappe.db.get_value("User Permission", {"user": user, "allow": doctype, "for_value": name})
    if found:
        frappe.delete_doc("User Permission", found, force=True)
