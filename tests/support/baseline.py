"""Tests over HTTP really commit. What every test relies on is put back when their module ends, on every host alike."""

from typing import Any

import frappe

# Records that administrators change and that decide how documents behave; documents themselves are left alone.
CONFIGURATION = (
    "Connect Company",
    "Connect Contract Status",
    "Connect Lead Source",
    "Connect Lead Status",
    "Connect Lost Reason",
    "Connect Opportunity Status",
    "Connect Payment Mode",
    "Connect Pipeline",
    "Connect Tax",
    "Connect Unit",
    "Connect Warehouse",
)
SETTINGS = "Connect Settings"
OF_SETTINGS = "SELECT * FROM `tabSingles` WHERE `doctype` = %s"

Rows = dict[str, dict[str, Any]]


class Baseline:
    """The configuration as it is now, to be restored."""

    def __init__(self) -> None:
        self._records = {doctype: _rows(doctype) for doctype in CONFIGURATION}
        self._settings = frappe.db.sql(OF_SETTINGS, SETTINGS, as_dict=True)

    def restore(self) -> None:
        """Put back what differs, remove what came, commit."""
        frappe.db.rollback()
        for doctype, before in self._records.items():
            now = _rows(doctype)
            changed = [name for name in now.keys() | before.keys() if now.get(name) != before.get(name)]
            for name in changed:
                frappe.db.sql(f"DELETE FROM `tab{doctype}` WHERE `name` = %s", name)
            _insert(f"tab{doctype}", [before[name] for name in changed if name in before])
        if frappe.db.sql(OF_SETTINGS, SETTINGS, as_dict=True) != self._settings:
            frappe.db.sql("DELETE FROM `tabSingles` WHERE `doctype` = %s", SETTINGS)
            _insert("tabSingles", self._settings)
        frappe.db.commit()
        frappe.clear_cache()


def _rows(doctype: str) -> Rows:
    return {row["name"]: dict(row) for row in frappe.db.sql(f"SELECT * FROM `tab{doctype}`", as_dict=True)}


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        columns, marks = ", ".join(f"`{c}`" for c in row), ", ".join(["%s"] * len(row))
        frappe.db.sql(f"INSERT INTO `{table}` ({columns}) VALUES ({marks})", list(row.values()))
