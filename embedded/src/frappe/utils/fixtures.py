"""Fixtures: records that an app brings as `fixtures/*.json`, imported at install and migrate."""

import json
import os
from typing import Any

import frappe
from frappe.modules.import_file import import_file_by_path

LEFT_OUT = frozenset("owner creation modified_by idx lft rgt old_parent parent parentfield parenttype".split())


def sync_fixtures(app: str | None = None) -> None:
    """Import the fixtures of one app, or of all installed ones."""
    frappe.flags.in_fixtures = True
    try:
        for name in [app] if app else frappe.get_installed_apps():
            import_fixtures(name)
    finally:
        frappe.flags.in_fixtures = False


def import_fixtures(app: str) -> None:
    """Import the JSON files of the app's `fixtures` folder in order of name."""
    folder = frappe.get_app_path(app, "fixtures")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.endswith(".json"):
            import_file_by_path(os.path.join(folder, name), force=True)


def export_fixtures(app: str | None = None) -> list[str]:
    """Write the records that the hook `fixtures` asks for into the app's folder; answers the files' paths.

    Entries are DocType names or {"dt"|"doctype", "filters", "or_filters", "prefix"}.
    """
    written = []
    for name in [app] if app else frappe.get_installed_apps():
        for entry in frappe.get_hooks("fixtures", app_name=name):
            entry = {"dt": entry} if isinstance(entry, str) else dict(entry)
            written.append(_export(name, entry))
    return written


def _export(app: str, entry: dict[str, Any]) -> str:
    doctype = entry.get("dt") or entry["doctype"]
    filters, or_filters = entry.get("filters"), entry.get("or_filters")
    order = "idx asc, creation asc"
    names = frappe.get_all(doctype, filters=filters, or_filters=or_filters, pluck="name", order_by=order)
    records = [_record(frappe.get_doc(doctype, name)) for name in names]
    folder = frappe.get_app_path(app, "fixtures")
    os.makedirs(folder, exist_ok=True)
    prefix = f"{entry['prefix']}_" if entry.get("prefix") else ""
    path = os.path.join(folder, f"{prefix}{frappe.scrub(doctype)}.json")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(frappe.as_json(records, ensure_ascii=False) + "\n")
    return path


def _record(doc: Any) -> dict[str, Any]:
    values = json.loads(frappe.as_json(doc.as_dict(no_nulls=True)))
    for row in [values, *(row for value in values.values() if isinstance(value, list) for row in value)]:
        for key in LEFT_OUT & row.keys():
            del row[key]
        if row is not values:
            row.pop("name", None)
    return values
