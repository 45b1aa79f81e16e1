"""Bringing tables and the rows of `tabDocType` in line with the DocType files of the apps."""

import hashlib
import os
from typing import Any

import frappe
from frappe.core.seeds import insert_rows
from frappe.database.schema import sync_doctype
from frappe.modules import doctype_json_path, doctype_names

ROW_FIELDS = (
    "module", "is_submittable", "istable", "issingle", "is_tree", "is_virtual", "custom", "autoname", "naming_rule",
    "title_field", "search_fields", "sort_field", "sort_order", "document_type", "description", "editable_grid",
    "quick_entry", "track_changes", "track_seen", "allow_rename", "allow_import", "allow_copy", "read_only",
    "in_create", "show_title_field_in_link", "default_print_format", "image_field",
)  # fmt: skip
RECORD_KINDS = ("report", "print_format")
DESCRIPTIVE = ("DocField", "DocPerm")  # rows of a DocType: they stand in files, not in tables


def sync_all(force: bool = False) -> list[str]:
    """Sync the changed DocTypes of all installed apps; answers their names."""
    return [name for app in frappe.get_installed_apps() for name in sync_for(app, force=force)]


def sync_for(app: str, force: bool = False, reset_permissions: bool = False) -> list[str]:
    """Sync the DocTypes of one app whose files changed since the last time (all with `force`)."""
    hashes = {name: _file_hash(app, name) for name in doctype_names(app)}
    known: dict[str, str] = {}
    if frappe.db.table_exists("DocType"):
        rows = frappe.db.sql("select `name`, `migration_hash` from `tabDocType`")
        known = dict(rows)
    changed = [name for name, digest in hashes.items() if force or known.get(name) != digest]
    if "DocType" in changed:
        changed.sort(key=lambda name: name != "DocType")
    for name in changed:
        frappe.clear_cache(doctype=name) if name in known else None
        _sync_table(name)
    _write_rows(app, {name: hashes[name] for name in changed}, known)
    ensure_roles(changed)
    for name in changed:
        _run_on_doctype_update(name)
    if changed:
        frappe.clear_cache()
    return changed


def _file_hash(app: str, doctype: str) -> str:
    with open(doctype_json_path(doctype, app) or "", "rb") as stream:
        return hashlib.md5(stream.read(), usedforsecurity=False).hexdigest()


def _sync_table(doctype: str) -> None:
    meta = frappe.get_meta(doctype, cached=False)
    if not (meta.issingle or meta.is_virtual or doctype in DESCRIPTIVE):
        sync_doctype(meta)


def _write_rows(app: str, hashes: dict[str, str], known: dict[str, str]) -> None:
    rows = {name: _row(app, name, digest) for name, digest in hashes.items()}
    insert_rows("DocType", [row for name, row in rows.items() if name not in known])
    for name, row in rows.items():
        if name in known:
            values = {**row, "modified": frappe.utils.now()}
            values.pop("name")
            frappe.db.set_value("DocType", name, values, update_modified=False)


def _row(app: str, doctype: str, digest: str) -> dict[str, Any]:
    meta = frappe.get_meta(doctype)
    return {"name": doctype, "app": app, "migration_hash": digest, **{key: meta.get(key) for key in ROW_FIELDS}}


def ensure_roles(doctypes: list[str]) -> None:
    """Create the roles that the DocTypes' rules name and that do not exist."""
    named = {rule.role for name in doctypes for rule in frappe.get_meta(name).get("permissions") or []}
    missing = sorted(named - set(frappe.get_all("Role", pluck="name"))) if named else []
    for name in missing:
        role = frappe.get_doc({"doctype": "Role", "role_name": name, "desk_access": 1})
        role.insert(ignore_permissions=True, ignore_mandatory=True)


def _run_on_doctype_update(doctype: str) -> None:
    """The function of that name in the DocType's module, which adds indexes. Modules without one are not imported."""
    source = (doctype_json_path(doctype) or "").removesuffix(".json") + ".py"
    if os.path.exists(source) and "on_doctype_update" in (frappe.read_file(source) or ""):
        hook = getattr(frappe.modules.load_doctype_module(doctype), "on_doctype_update", None)
        if hook:
            hook()


def init_singles() -> None:
    """Store the default values of Single DocTypes that have none yet."""
    singles = frappe.get_all("DocType", filters={"issingle": 1}, pluck="name")
    stored = set(frappe.db.sql("select distinct `doctype` from `tabSingles`", pluck=True))
    for name in singles:
        if name not in stored:
            doc = frappe.new_doc(name)
            doc.flags.ignore_mandatory = doc.flags.ignore_validate = doc.flags.ignore_permissions = True
            doc.save()


def sync_module_records(app: str) -> None:
    """Import the reports and print formats that the app keeps beside its DocTypes."""
    from frappe.modules.import_file import import_doc
    from frappe.modules.utils import module_records

    for kind in RECORD_KINDS:
        for record in module_records(app, kind):
            import_doc(dict(record))


def remove_orphan_doctypes() -> list[str]:
    """Delete the rows of DocTypes that no installed app has any more; their tables stay, with the data in them."""
    present = {name for app in frappe.get_installed_apps() for name in doctype_names(app)}
    rows = frappe.get_all("DocType", filters={"custom": 0}, pluck="name")
    orphans = [name for name in rows if name not in present]
    if orphans:
        frappe.db.delete("DocType", {"name": ["in", orphans]})
        frappe.clear_cache()
    return orphans
