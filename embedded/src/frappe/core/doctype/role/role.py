import frappe
from frappe import _
from frappe.model.document import Document
from frappe.permissions import clear_permission_cache

STANDARD_ROLES = ("Administrator", "System Manager", "Guest", "All", "Desk User")


class Role(Document):
    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        if old in STANDARD_ROLES:
            frappe.throw(_("Standard roles cannot be renamed"))

    def validate(self) -> None:
        if self.disabled:
            if self.name in STANDARD_ROLES:
                frappe.throw(_("Standard roles cannot be disabled"))
            frappe.db.delete("Has Role", {"role": self.name})

    def on_update(self) -> None:
        clear_permission_cache()
        if not self.is_new() and self.has_value_changed("desk_access"):
            self._update_user_types()

    def on_trash(self) -> None:
        if self.name in STANDARD_ROLES and not frappe.flags.in_uninstall:
            frappe.throw(_("Standard roles cannot be deleted"))
        clear_permission_cache()

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        clear_permission_cache()

    def _update_user_types(self) -> None:
        """Whoever has the role becomes a staff or a website user with it."""
        filters = {"role": self.name, "parenttype": "User"}
        for name in frappe.get_all("Has Role", filters=filters, pluck="parent"):
            user = frappe.get_doc("User", name)
            user.flags.ignore_permissions = True
            user.save()
