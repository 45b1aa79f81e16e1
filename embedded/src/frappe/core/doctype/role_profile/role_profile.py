import frappe
from frappe.model.document import Document


class RoleProfile(Document):
    def on_update(self) -> None:
        """Give every user of the profile its roles."""
        for name in frappe.get_all("User", filters={"role_profile_name": self.name}, pluck="name"):
            frappe.get_doc("User", name).save(ignore_permissions=True)
