"""Metadata of DocTypes: the JSON file, with the site's custom fields, property setters and custom permissions.

`get_meta` is the only reader. A Meta is built once per process and site, and dropped when one of its sources is saved.
"""

from typing import Any

import frappe
from frappe.model import (
    NO_VALUE_FIELDS,
    child_table_fields,
    data_fieldtypes,
    default_fields,
    display_fieldtypes,
    table_fields,
)
from frappe.model.base_document import TABLE_DOCTYPES_FOR_DOCTYPE, _filter
from frappe.model.meta_order import sort_fields
from frappe.model.meta_query import MetaQueries

CHECKS_OF_DOCTYPE = frozenset(
    """is_submittable istable issingle editable_grid quick_entry track_changes track_seen track_views custom beta
    max_attachments hide_toolbar allow_copy allow_rename allow_import allow_events_in_timeline allow_auto_repeat
    show_preview_popup show_name_in_global_search read_only in_create has_web_view allow_guest_to_view is_tree
    email_append_to index_web_pages_for_search is_virtual show_title_field_in_link translated_doctype
    make_attachments_public queue_in_background force_re_route_to_default_view is_calendar_and_gantt
    protect_attached_files rows_threshold_for_grid_search idx docstatus""".split()
)
TEXTS_OF_DOCTYPE = frozenset(
    """module autoname description image_field timeline_field title_field search_fields default_print_format
    document_type icon color colour restrict_to_domain route is_published_field nsm_parent_field documentation subject
    subject_field sender_field default_email_template website_search_field naming_rule migration_hash default_view
    sender_name_field app menu_index parent_node print_outline smallicon tag_fields field_order links_order
    actions_order states_order creation modified owner modified_by""".split()
)
CHECKS_OF_FIELD = tuple(
    """reqd length search_index in_list_view in_standard_filter in_global_search in_preview allow_in_quick_entry bold
    translatable collapsible fetch_if_empty hidden read_only unique set_only_once allow_bulk_edit permlevel
    ignore_user_permissions allow_on_submit report_hide remember_last_selected_value ignore_xss_filter in_filter no_copy
    print_hide print_hide_if_no_value columns hide_days hide_seconds hide_border non_negative show_dashboard is_virtual
    sort_options not_nullable show_on_timeline make_attachment_public sticky show_preview_popup""".split()
)
CHECKS_OF_PERMISSION = tuple(
    """if_owner permlevel read write create delete submit cancel amend report export import share print email
    select""".split()
)
DOCTYPE_DEFAULTS = {"sort_field": "creation", "sort_order": "DESC", "engine": "InnoDB", "row_format": "Dynamic"}
DEFAULT_FIELD_LABELS = {
    "name": "ID",
    "creation": "Created On",
    "docstatus": "Document Status",
    "idx": "Index",
    "modified": "Last Updated On",
    "modified_by": "Last Updated By",
    "owner": "Created By",
    "_user_tags": "Tags",
    "_liked_by": "Liked By",
    "_comments": "Comments",
    "_assign": "Assigned To",
}
CHILD_TABLES = {
    "fields": ("DocField", CHECKS_OF_FIELD),
    "permissions": ("DocPerm", CHECKS_OF_PERMISSION),
    "links": ("DocType Link", ("hidden", "is_child_table", "custom")),
    "actions": ("DocType Action", ("hidden", "custom")),
    "states": ("DocType State", ("custom",)),
}


class MetaRow(frappe._dict):
    """A row of a DocType (field, permission, link …): attribute access, None for what is not set."""

    def as_dict(self, no_nulls: bool = False, **_: Any) -> frappe._dict:
        return frappe._dict((k, v) for k, v in self.items() if v is not None or not no_nulls)

    def set(self, key: str, value: Any) -> None:
        self[key] = value

    def __hash__(self) -> int:  # rows are compared and collected by identity
        return id(self)


class Meta(MetaQueries):
    """What a DocType is. Unset properties read as None, unset switches as 0."""

    default_fields = list(default_fields)[1:]
    standard_set_once_fields = (
        frappe._dict(fieldname="creation", fieldtype="Datetime"),
        frappe._dict(fieldname="owner", fieldtype="Data"),
    )

    def __init__(self, source: dict):
        self.doctype = "DocType"
        self.is_large_table = False
        self.flags = frappe._dict()
        self.__dict__.update(DOCTYPE_DEFAULTS)
        self.__dict__.update((k, v) for k, v in source.items() if k not in CHILD_TABLES and k != "field_order")
        for key, (doctype, switches) in CHILD_TABLES.items():
            self.__dict__[key] = [
                self._row(key, doctype, switches, i, row) for i, row in enumerate(source.get(key) or [], 1)
            ]
        self._order_as_in_file(source.get("field_order") or [])
        self.process()

    def _row(self, parentfield: str, doctype: str, switches: tuple, idx: int, values: dict) -> MetaRow:
        row = MetaRow(dict.fromkeys(switches, 0))
        row.update(values)
        row.update(
            doctype=doctype, parent=self.name, parenttype="DocType", parentfield=parentfield, idx=idx, docstatus=0
        )
        for key in ("owner", "creation", "modified", "modified_by"):
            row.setdefault(key, self.__dict__.get(key))
        row.setdefault("name", f"{self.name}-{values.get('fieldname') or f'{parentfield}-{idx}'}")
        return row

    def _order_as_in_file(self, order: list[str]) -> None:
        position = {fieldname: index for index, fieldname in enumerate(order)}
        self.fields.sort(key=lambda df: position.get(df.fieldname, len(position)))
        for index, df in enumerate(self.fields, 1):
            df.idx = index

    def process(self) -> None:
        """Lay the site's customisations over the file."""
        custom = get_customizations()
        self.add_custom_fields(custom["fields"].get(self.name, ()))
        self.apply_property_setters(custom["properties"].get(self.name, ()))
        self.init_field_caches()
        self.fields = sort_fields(self.fields, self._fields)
        self.init_field_caches()
        self.set_custom_permissions(custom["permissions"].get(self.name, ()))

    def add_custom_fields(self, rows: Any) -> None:
        for row in rows:
            df = self._row("fields", "DocField", CHECKS_OF_FIELD, row.get("idx") or 0, row)
            df.is_custom_field = 1
            self.fields.append(df)

    def apply_property_setters(self, rows: Any) -> None:
        tables = {"DocField": "fields", "DocType Link": "links", "DocType Action": "actions", "DocType State": "states"}
        for ps in rows:
            value = frappe.utils.cast(ps.property_type, ps.value)
            if ps.doctype_or_field == "DocType":
                self.set(ps.property, value)
                continue
            key, wanted = ("fieldname", ps.field_name) if ps.doctype_or_field == "DocField" else ("name", ps.row_name)
            for row in self.__dict__[tables[ps.doctype_or_field]]:
                if row.get(key) == wanted:
                    row[ps.property] = value
                    break

    def set_custom_permissions(self, rows: Any) -> None:
        if rows and not self.istable and self.name not in ("DocType", "DocField", "DocPerm", "Custom DocPerm"):
            self.permissions = [
                MetaRow({**dict.fromkeys(CHECKS_OF_PERMISSION, 0), **row, "doctype": "Custom DocPerm"}) for row in rows
            ]

    def init_field_caches(self) -> None:
        """Index the fields and sort out, once, the groups that every save asks for."""
        self._fields = {df.fieldname: df for df in self.fields}
        by_type: dict[str, list[MetaRow]] = {}
        for df in self.fields:
            by_type.setdefault(df.fieldtype, []).append(df)
        self._by_type = by_type
        self._table_fields = [df for df in self.fields if df.fieldtype in table_fields]
        self._table_doctypes = {df.fieldname: df.options for df in self._table_fields}
        data = [df for df in self.fields if df.fieldtype in data_fieldtypes]
        tail = list(child_table_fields) if self.istable else []
        self._valid_fields = self.default_fields + [df.fieldname for df in data] + tail
        self._valid_columns = self.default_fields + [df.fieldname for df in data if not df.is_virtual] + tail
        self._stored_fields = [df for df in data if not df.is_virtual and df.fieldtype != "Check"]
        self._valued_fields = [df for df in self.fields if df.fieldtype not in display_fieldtypes]
        self._fetching = [df for df in self.fields if df.fetch_from and "." in df.fetch_from]
        self._fetching = [df for df in self._fetching if df.fieldtype not in NO_VALUE_FIELDS]
        self._dynamic_defaults = [
            df
            for df in self.fields
            if str(df.default or "").startswith(":")
            or df.fieldtype == "Time"
            or (df.fieldtype == "Datetime" and df.default)
        ]
        self._mandatory = [df for df in self.fields if df.reqd]
        self._non_negative = [
            df for df in self.fields if df.non_negative and df.fieldtype in ("Int", "Float", "Currency")
        ]
        self._set_only_once = [df for df in self.fields if df.set_only_once]
        self._high_permlevel = [df for df in self.fields if (df.permlevel or 0) > 0]

    def __getattr__(self, name: str) -> Any:
        if name in CHECKS_OF_DOCTYPE:
            return 0
        if name in TEXTS_OF_DOCTYPE:
            return None
        if name == "grid_page_length":
            return 50
        raise AttributeError(name)

    def get(self, key: Any, filters: Any = None, limit: int | None = None, default: Any = None) -> Any:
        """Value of a property; with `filters` the rows of a table that match them."""
        if isinstance(filters, dict):
            return _filter(self.__dict__.get(key, []), filters, limit=limit)
        value = getattr(self, key, None)
        if value is None:
            return default if filters is None else filters
        return list(value[:limit]) if isinstance(value, list) else value

    def set(self, key: str, value: Any) -> None:
        self.__dict__[key] = value

    def __json__(self) -> dict:
        return self.as_dict(no_nulls=True)

    def as_dict(self, no_nulls: bool = False, **_: Any) -> dict:
        """Plain values of the DocType and its rows, as `getdoctype` answers them."""
        out: dict = dict.fromkeys(CHECKS_OF_DOCTYPE, 0)
        out["grid_page_length"] = 50
        if not no_nulls:
            out.update(dict.fromkeys(TEXTS_OF_DOCTYPE))
        for key, value in self.__dict__.items():
            if key.startswith("_") or isinstance(value, dict):
                continue
            if key in CHILD_TABLES:
                out[key] = [{**row.as_dict(no_nulls), **{k: [] for k in TABLE_DOCTYPES_FOR_DOCTYPE}} for row in value]
            elif value is not None or not no_nulls:
                out[key] = value
        return out


def get_meta(doctype: Any, cached: bool = True) -> Meta:
    """Meta of a DocType (a name, or a DocType's values). Raises DoesNotExistError for a name no installed app has."""
    if not isinstance(doctype, str):
        return Meta(doctype if isinstance(doctype, dict) else doctype.as_dict())
    key = f"doctype_meta::{doctype}"
    if cached and (meta := frappe.client_cache.get_value(key)) is not None:
        return meta
    meta = load_meta(doctype)
    frappe.client_cache.set_value(key, meta)
    return meta


def load_meta(doctype: str) -> Meta:
    source = frappe.modules.read_doctype_json(doctype)
    if source is None:
        frappe.throw(
            frappe._("{0} {1} not found").format(frappe._("DocType"), doctype),
            frappe.DoesNotExistError(doctype="DocType"),
        )
    return Meta(source)


def clear_meta_cache(doctype: str = "*") -> None:
    """Forget the Meta of one DocType (or all), and what was derived from the metas of all DocTypes."""
    frappe.client_cache.delete_value(["meta_customizations", "meta_link_map"])
    if doctype == "*":
        frappe.client_cache.delete_keys("doctype_meta::")
    else:
        frappe.client_cache.delete_value(f"doctype_meta::{doctype}")


def get_customizations() -> dict[str, dict[str, list]]:
    """Custom fields, property setters and custom permissions of the site, by DocType: three reads for all DocTypes."""
    return (
        frappe.client_cache.get_value("meta_customizations", _read_customizations)
        if frappe.db
        else _no_customizations()
    )


def _no_customizations() -> dict[str, dict[str, list]]:
    return {"fields": {}, "properties": {}, "permissions": {}}


def _read_customizations() -> dict[str, dict[str, list]]:
    out = _no_customizations()
    sources = (
        ("fields", "Custom Field", "dt", "idx"),
        ("properties", "Property Setter", "doc_type", "creation"),
        ("permissions", "Custom DocPerm", "parent", "creation"),
    )
    for key, table, by, order in sources:
        if frappe.db.table_exists(table):
            for row in frappe.db.sql(f"select * from `tab{table}` order by `{order}`, `name`", as_dict=True):
                out[key].setdefault(row[by], []).append(row)
    return out


def get_link_map() -> dict[str, Any]:
    """Who refers to whom: {"links": {target: [rows]}, "dynamic": [fields], "parents": {child DocType: [parents]}}."""
    return frappe.client_cache.get_value("meta_link_map", _build_link_map)


def _build_link_map() -> dict[str, Any]:
    out: dict[str, Any] = {"links": {}, "dynamic": [], "parents": {}}
    for doctype in frappe.db.sql("select `name` from `tabDocType` order by `name`", pluck=True):
        if frappe.modules.read_doctype_json(doctype) is None:
            continue  # a row left behind by an app that is gone
        meta = get_meta(doctype)
        for df in meta.fields:
            row = frappe._dict(parent=doctype, fieldname=df.fieldname, issingle=meta.issingle, options=df.options)
            if df.fieldtype == "Link" and not (df.is_virtual or meta.is_virtual):
                out["links"].setdefault(df.options, []).append(row)
            elif df.fieldtype == "Dynamic Link" and not df.is_virtual:
                row.update(read_only=meta.read_only, in_create=meta.in_create)
                out["dynamic"].append(row)
            elif df.fieldtype in table_fields:
                out["parents"].setdefault(df.options, []).append(doctype)
    for rows in out["links"].values():
        rows.sort(key=lambda row: not row.issingle)  # the cheap ones first
    out["dynamic"].sort(key=lambda row: (row.read_only, row.in_create))
    return out


def get_parent_dt(dt: str) -> str:
    """A DocType that has `dt` as a child table, or an empty string."""
    return next(iter(get_link_map()["parents"].get(dt, ())), "")


def get_default_df(fieldname: str) -> frappe._dict | None:
    """Field description of a standard column."""
    if fieldname not in default_fields + child_table_fields:
        return None
    fieldtype, options = "Data", None
    if fieldname in ("creation", "modified"):
        fieldtype = "Datetime"
    elif fieldname in ("idx", "docstatus"):
        fieldtype = "Int"
    elif fieldname in ("owner", "modified_by"):
        fieldtype, options = "Link", "User"
    df = frappe._dict(fieldname=fieldname, fieldtype=fieldtype)
    if options:
        df.options = options
    return df


def get_field_currency(df: Any, doc: Any = None) -> str | None:
    """Currency of a money field: `options` names a field of the document (or its parent), or `DocType:field:column`."""
    options = df.get("options")
    if not options or not doc:
        return None
    if ":" in options:
        parts = options.split(":")
        key = doc.get(parts[1]) if len(parts) == 3 else None
        return frappe.get_cached_value(parts[0], key, parts[2]) if key else None
    currency = doc.get(options)
    if not currency and doc.get("parenttype") and get_meta(doc.parenttype).has_field(options):
        parent = getattr(doc, "parent_doc", None)
        currency = parent.get(options) if parent else frappe.db.get_value(doc.parenttype, doc.parent, options)
    return currency


def get_field_precision(df: Any, doc: Any = None, currency: str | None = None) -> int:
    """Decimals of a number field: its own precision, else the site's for currencies and floats."""
    cint = frappe.utils.cint
    if df.get("precision"):
        return cint(df.precision)
    if df.fieldtype != "Currency":
        return cint(frappe.db.get_default("float_precision")) or 3
    if precision := cint(frappe.db.get_default("currency_precision")):
        return precision
    from frappe.utils.formatters import get_number_format_info

    number_format = frappe.db.get_default("number_format") or "#,###.##"
    return get_number_format_info(number_format)[2]


__all__ = ["NO_VALUE_FIELDS", "Meta", "clear_meta_cache", "get_meta", "get_parent_dt"]
