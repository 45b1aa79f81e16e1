"""Making one document from another by a table of fields."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, no_value_fields, optional_fields, table_fields


def get_mapped_doc(
    from_doctype: str,
    from_docname: str,
    table_maps: dict[str, dict],
    target_doc: Any = None,
    postprocess: Callable | None = None,
    ignore_permissions: bool = False,
    ignore_child_tables: bool = False,
    cached: bool = False,
) -> Any:
    """A new (unsaved) document filled from a stored one.

    `table_maps`: source DocType → {"doctype", "field_map", "field_no_map", "validation", "condition", "postprocess"}.
    """
    source = (frappe.get_cached_doc if cached else frappe.get_doc)(from_doctype, from_docname)
    if not ignore_permissions:
        source.check_permission("read")
    rules = table_maps[source.doctype]
    if not target_doc:
        target_doc = frappe.new_doc(rules["doctype"])
    elif isinstance(target_doc, str):
        target_doc = frappe.get_doc(frappe.parse_json(target_doc))
    if not ignore_permissions:
        target_doc.check_permission("create")
    map_doc(source, target_doc, rules)
    if not ignore_child_tables:
        for df in source.meta.get_table_fields():
            _map_table(source, target_doc, df, table_maps)
    if postprocess:
        postprocess(source, target_doc)
    target_doc.run_method("before_mapping_save") if hasattr(target_doc, "before_mapping_save") else None
    target_doc.set("__unsaved", 1)
    return target_doc


def _map_table(source: Any, target: Any, df: Any, table_maps: dict[str, dict]) -> None:
    """Rows go where the map sends their DocType, else into the target's table of the same name and DocType."""
    rules = table_maps.get(df.options)
    target_df = target.meta.get_field(df.fieldname)
    if rules is None:
        same = target_df and target_df.fieldtype in table_fields and target_df.options == df.options
        if not same or df.no_copy or target_df.no_copy:
            return
        rules = {"doctype": df.options}
    tables = [t for t in target.meta.get_table_fields() if t.options == rules["doctype"]]
    if not tables:
        return
    fieldname = next((t.fieldname for t in tables if t.fieldname == df.fieldname), tables[0].fieldname)
    if rules.get("reset_value"):
        target.set(fieldname, [])
    for row in source.get(df.fieldname) or []:
        if rules.get("condition") and not rules["condition"](row):
            continue
        if rules.get("filter") and rules["filter"](row):
            continue
        if rules.get("add_if_empty") and target.get(fieldname):
            continue
        map_doc(row, target.append(fieldname, {}), rules, source)


def map_doc(source: Any, target: Any, rules: dict, source_parent: Any = None) -> None:
    """Copy the values of one row after checking the source by `validation`."""
    for key, condition in (rules.get("validation") or {}).items():
        if condition[0] == "=" and source.get(key) != condition[1]:
            text = _("Cannot map because following condition fails: {0}")
            frappe.throw(text.format(f"{key}={frappe.as_unicode(condition[1])}"))
    map_fields(source, target, rules, source_parent)
    if rules.get("postprocess"):
        rules["postprocess"](source, target, source_parent)


def map_fields(source: Any, target: Any, rules: dict, source_parent: Any = None) -> None:
    skip = {*default_fields, *child_table_fields, *optional_fields, "amended_from", "amendment_date"}
    for meta in (source.meta, target.meta):
        skip.update(df.fieldname for df in meta.fields if df.no_copy or df.fieldtype in no_value_fields)
    skip.update(rules.get("field_no_map") or ())
    for df in target.meta.fields:
        value = None if df.fieldname in skip else source.get(df.fieldname)
        if value is not None and value != "":
            target.set(df.fieldname, value)
    field_map = rules.get("field_map") or {}
    pairs = field_map.items() if isinstance(field_map, dict) else field_map
    for source_key, target_key in pairs:
        value = source.get(source_key)
        if value is not None and value != "":
            target.set(target_key, value)
    if rules.get("doctype") and source_parent is not None and source.idx:
        target.idx = target.idx or source.idx
