"""Before the app leaves a site: what Frappe would leave behind."""

from __future__ import annotations

import json
from pathlib import Path

import frappe

from crmconnect.install import seed, templates

FIXTURES = Path(__file__).parent.parent / "fixtures"
OURS = ("like", "Connect %")
#: What else names a DocType of ours: DocType and field.
ABOUT_OURS = (("Workflow", "document_type"), ("Print Format", "doc_type"), ("Custom DocPerm", "parent"))
JOBS = ("like", "crmconnect.%")
#: Names of our Workflows' states and moves: the fixture, who else may use them, and Frappe's own, which stay.
SHARED_NAMES = (
    ("Workflow State", "workflow_state", "Workflow Document State", "state", {"Pending", "Approved", "Rejected"}),
    ("Workflow Action Master", "workflow_action_master", "Workflow Transition", "action", {"Approve", "Reject"}),
)


def run() -> None:
    """Remove our Workflows, print formats, e-mail templates, custom permissions, jobs, roles and settings."""
    for doctype, field in ABOUT_OURS:
        _delete_all(doctype, {field: OURS})
    for doctype, name, _values in templates.email_templates():
        _delete_all(doctype, {"name": name})
    for doctype, fixture, users, field, kept in SHARED_NAMES:
        _delete_all(doctype, {"name": ("in", sorted(_unused(fixture, users, field) - kept) or [""])})
    _delete_all("Scheduled Job Type", {"method": JOBS})
    frappe.db.delete("Has Role", {"role": OURS})
    _delete_all("Role", {"name": OURS})
    frappe.db.delete("Singles", {"doctype": OURS})
    frappe.db.delete("DefaultValue", {"defkey": seed.SEEDED})


def _unused(fixture: str, users: str, field: str) -> set[str]:
    """The names of a fixture that no other Workflow uses."""
    ours = {record["name"] for record in json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))}
    return ours - set(frappe.get_all(users, filters={field: ("in", sorted(ours))}, pluck=field))


def _delete_all(doctype: str, filters: dict) -> None:
    for name in frappe.get_all(doctype, filters=filters, pluck="name"):
        frappe.delete_doc(doctype, name, ignore_permissions=True, force=True)
