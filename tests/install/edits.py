"""An administrator's edit of every seeded record, and what of it is still there."""

import frappe

from crmconnect.install import templates, workflows
from crmconnect.install.records import RECORDS

#: The field that is edited per DocType and its new value.
EDITS = {
    "Connect Unit": ("code", "XPP"),
    "Connect Tax": ("disabled", 1),
    "Connect Payment Mode": ("kind", "Cash"),
    "Connect Pipeline": ("disabled", 1),
    "Connect Lead Status": ("color", "#123456"),
    "Connect Opportunity Status": ("color", "#123456"),
    "Connect Contract Status": ("color", "#123456"),
    "Connect Lead Source": ("disabled", 1),
    "Connect Lost Reason": ("disabled", 1),
    "Email Template": ("subject", "Scris de administrator"),
    "Print Format": ("html", "<p>Scris de administrator</p>"),
}


def seeded() -> list[tuple[str, str]]:
    """DocType and name of every seeded record."""
    return [(doctype, name) for doctype, name, _values in seeds()]


def seeds() -> list[tuple[str, str, dict]]:
    return [*RECORDS, *templates.email_templates(), *templates.print_formats()]


def edit_all() -> None:
    """Edit every seeded record and Workflow; rows that have the value already are set to it all the same."""
    for doctype, name in seeded():
        frappe.db.set_value(doctype, stored_name(doctype, name), *EDITS[doctype])
    for machine in workflows.MACHINES:
        workflow = frappe.get_doc("Workflow", machine.doctype)
        workflow.transitions = workflow.transitions[1:]
        workflow.save()


def lost_edits() -> list[str]:
    """The records whose edit is gone."""
    lost = []
    for doctype, name in seeded():
        field, value = EDITS[doctype]
        if frappe.db.get_value(doctype, stored_name(doctype, name), field) != value:
            lost.append(f"{doctype} {name}")
    for machine in workflows.MACHINES:
        rows = frappe.db.count("Workflow Transition", {"parent": machine.doctype})
        if rows != len(workflows.transitions_of(machine)) - 1:
            lost.append(f"Workflow {machine.doctype}")
    return lost


def stored_name(doctype: str, name: str) -> str:
    """Records of some DocTypes are named by the host: found by their title."""
    if frappe.db.exists(doctype, name):
        return name
    title = frappe.get_meta(doctype).title_field
    return frappe.db.get_value(doctype, {title: name}, "name")
