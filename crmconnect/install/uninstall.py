"""Before the app leaves a site: what Frappe would leave behind."""

from __future__ import annotations

import frappe

from crmconnect.install import seed, templates, workflows


def run() -> None:
    """Remove our Workflows, print formats, e-mail templates, custom permissions and roles."""
    for machine in workflows.MACHINES:
        _delete("Workflow", machine.doctype)
    for doctype, name, _values in (*templates.print_formats(), *templates.email_templates()):
        _delete(doctype, name)
    for name in frappe.get_all("Custom DocPerm", filters={"parent": ("like", "Connect %")}, pluck="name"):
        _delete("Custom DocPerm", name)
    frappe.db.delete("Has Role", {"role": ("like", "Connect %")})
    for name in frappe.get_all("Role", filters={"name": ("like", "Connect %")}, pluck="name"):
        _delete("Role", name)
    frappe.db.delete("Scheduled Job Type", {"method": ("like", "crmconnect.%")})
    frappe.db.delete("DefaultValue", {"defkey": seed.SEEDED})


def _delete(doctype: str, name: str) -> None:
    if frappe.db.exists(doctype, name):
        frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)
