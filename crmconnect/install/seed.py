"""What a new site starts with; run after install and after every migrate, and doing nothing where things stand already.

An administrator's edit of a seeded record survives; a seeded record that an administrator deleted is not brought back.
"""

from __future__ import annotations

import frappe

from crmconnect.core import numbering
from crmconnect.install import templates, workflows
from crmconnect.install.records import RECORDS

#: Site default that lists what was seeded once.
SEEDED = "crmconnect_seeded"
LEI = "Currency:RON"


def run() -> None:
    """Seed the records, Workflows, e-mail templates and print formats that this site never had."""
    done = set(frappe.parse_json(frappe.db.get_global(SEEDED) or "[]"))
    wanted = [*RECORDS, *templates.email_templates(), *templates.print_formats()]
    for doctype, name, values in wanted:
        if f"{doctype}:{name}" not in done:
            _insert(doctype, name, values)
            done.add(f"{doctype}:{name}")
    if LEI not in done:
        write_lei()
        done.add(LEI)
    numbering.ensure_all()
    workflows.ensure()
    frappe.db.set_global(SEEDED, frappe.as_json(sorted(done)))


def _insert(doctype: str, name: str, values: dict) -> None:
    if frappe.db.exists(doctype, name):
        return
    doc = frappe.get_doc({"doctype": doctype, **values})
    doc.flags.ignore_permissions = True
    doc.insert(set_name=name if not doc.meta.autoname else None)


def write_lei() -> None:
    """Amounts in lei are written as Romanians do, `117,80 lei`; a currency that somebody edited stays as it is."""
    stamps = frappe.db.get_value("Currency", "RON", ["creation", "modified"])
    if stamps and stamps[0] == stamps[1]:
        frappe.db.set_value("Currency", "RON", {"enabled": 1, "symbol_on_right": 1, "number_format": "#.###,##"})
