"""What changed between two states of a document, and the Version that keeps it."""

from typing import Any

import frappe
from frappe.model import display_fieldtypes, table_fields
from frappe.types import _dict
from frappe.utils import cstr

LONG_TEXTS = ("Markdown Editor", "Text Editor", "Code", "HTML Editor")


def record_version(old: Any, new: Any) -> None:
    """Insert a Version when there is something to tell."""
    data = get_diff(old, new) if old else _inserted(new)
    if not data:
        return
    session = getattr(frappe.session, "data", None) or {}
    for key, source in (("impersonated_by", "impersonated_by"), ("audit_user", "audit_user")):
        if session.get(source):
            data[key] = session[source]
    version = frappe.new_doc("Version")
    version.update({"ref_doctype": new.doctype, "docname": new.name})
    version.data = frappe.as_json(data, indent=None, separators=(",", ":"))
    version.insert(ignore_permissions=True)


def _inserted(new: Any) -> dict | None:
    reference = new.flags.updater_reference
    if not reference:
        return None
    return {"creation": new.creation, "updater_reference": reference, "created_by": new.owner}


def get_diff(old: Any, new: Any, for_child: bool = False) -> _dict | None:
    """None, or {"changed": [[field, old, new]], "added": [[table, row]], "removed": [[table, row]],
    "row_changed": [[table, index, row name, changed]]}.
    """
    if not new:
        return None
    out = _dict(changed=[], added=[], removed=[], row_changed=[])
    out.update(data_import=new.flags.via_data_import, updater_reference=new.flags.updater_reference)
    for df in new.meta.fields:
        if df.fieldtype in display_fieldtypes or df.is_virtual:
            continue
        if df.fieldtype in table_fields:
            if not for_child:
                _compare_tables(df.fieldname, old, new, out)
            continue
        change = _compare(df, old, new)
        if change:
            out.changed.append(change)
    for key in () if for_child else ("name", "docstatus"):
        if getattr(old, key) != getattr(new, key):
            out.changed.append([key, getattr(old, key), getattr(new, key)])
    return out if out.changed or out.added or out.removed or out.row_changed else None


def _compare_tables(fieldname: str, old: Any, new: Any, out: _dict) -> None:
    amended = new.get("amended_from") and new.get("amended_from") == old.name
    key = "_amended_from" if amended else "name"
    stored = {row.name: row for row in old.get(fieldname) or []}
    found = set()
    for index, row in enumerate(new.get(fieldname) or []):
        name = getattr(row, key, None)
        if not name or name not in stored:
            out.added.append([fieldname, row.as_dict()])
            continue
        found.add(name)
        diff = get_diff(stored[name], row, for_child=True)
        if diff and diff.changed:
            out.row_changed.append((fieldname, index, row.name, diff.changed))
    out.removed.extend([fieldname, row.as_dict()] for name, row in stored.items() if name not in found)


def _compare(df: Any, old: Any, new: Any) -> tuple | None:
    before, after = old.get(df.fieldname), new.get(df.fieldname)
    if df.fieldtype in ("Link", "Dynamic Link"):
        before, after = cstr(before), cstr(after)
    if before == after:
        return None
    if df.fieldtype not in LONG_TEXTS:
        before = old.get_formatted(df.fieldname) if before else before
        after = new.get_formatted(df.fieldname) if after else after
    if before == after:
        return None
    return (df.fieldname, *_titles(df, before, after))


def _titles(df: Any, before: Any, after: Any) -> tuple:
    """Links of DocTypes that show titles are told by title."""
    meta = frappe.get_meta(df.options) if df.fieldtype == "Link" else None
    if not meta or not meta.show_title_field_in_link or meta.get_title_field() == "name":
        return before, after
    filters = {"name": ("in", [value for value in (before, after) if value])}
    titles = dict(frappe.db.get_values(df.options, filters, ["name", meta.get_title_field()]) or ())
    return titles.get(before, ""), titles.get(after, "")
