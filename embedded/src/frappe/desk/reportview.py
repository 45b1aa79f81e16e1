"""Lists as list views ask for them, their count, their export, deleting what is selected."""

import json
import re
from typing import Any

import frappe
import frappe.permissions
from frappe import _
from frappe.model import child_table_fields, default_fields, get_permitted_fields, optional_fields
from frappe.model.db_query import DatabaseQuery
from frappe.utils import cint, sbool

# Arguments of a request that never reach the query.
DISALLOWED_PARAMS = ("cmd", "data", "ignore_permissions", "view", "user", "csrf_token", "join")
STANDARD_FIELDS = frozenset((*default_fields, *optional_fields, *child_table_fields))
PLAIN_FIELD = re.compile(r"[\w.`]+(?: [\w ]+)?[\w.`]*", re.UNICODE)
FUNCTION = re.compile(r"\s*(\w+)\s*\(\s*(?:distinct\s+)?(.*?)\s*\)\s*", re.IGNORECASE | re.DOTALL)
ALIAS = re.compile(r"\s+as\s+[`'\"]?[\w %]+[`'\"]?\s*$", re.IGNORECASE)


@frappe.whitelist()
def get_count() -> int:
    """How many rows the user sees, counted up to `limit` when given."""
    return count_rows(get_form_params())


def count_rows(args: dict) -> int:
    """Count what `execute` would list; needs the read right as the list does."""
    args = frappe._dict(args)
    limit = cint(args.pop("limit", None))
    distinct = "distinct " if sbool(args.pop("distinct", False)) else ""
    name = f"`tab{args.doctype}`.name"
    of_the_page = ("fields", "order_by", "limit_page_length", "page_length", "start")
    common = {k: v for k, v in args.items() if k not in of_the_page}
    if limit:
        return len(execute(**common, fields=[f"{distinct}{name}"], order_by=None, limit_page_length=limit))
    rows = execute(**common, fields=[f"count({distinct}{name}) as total_count"], order_by=None, limit_page_length=0)
    return rows[0].get("total_count") if rows else 0


def execute(doctype: str, *args: Any, **kwargs: Any) -> list:
    """Run the query with the user's permissions."""
    return DatabaseQuery(doctype).execute(*args, **kwargs)


def get_form_params() -> dict:
    """The request's arguments, cleaned and checked."""
    data = frappe._dict(frappe.local.form_dict)
    for key in DISALLOWED_PARAMS:
        data.pop(key, None)
    validate_args(data)
    return data


def validate_args(data: dict) -> dict:
    """Parse JSON texts and refuse (DataError) every field the DocType does not have.

    Fields above the user's level are dropped.
    """
    _parse_json(data)
    _setup_group_by(data)
    _validate_fields(data)
    for filters in (data.filters, data.or_filters):
        _validate_filters(data, filters)
    data.strict = None
    return data


def _parse_json(data: dict) -> None:
    for key in ("filters", "applied_filters", "or_filters", "docstatus", "save_user_settings"):
        if data.get(key) and isinstance(data[key], str):
            data[key] = json.loads(data[key])
    if data.get("fields") and isinstance(data["fields"], str):
        data["fields"] = ["*"] if data["fields"] == "*" else json.loads(data["fields"])
    for key in ("start", "page_length"):
        if isinstance(data.get(key), str):
            data[key] = cint(data[key])


def _setup_group_by(data: dict) -> None:
    function = data.pop("aggregate_function", None)
    if not (data.group_by and function):
        return
    doctype, field = data.pop("aggregate_on_doctype", None), data.pop("aggregate_on_field", None)
    if str(function).lower() not in ("count", "sum", "avg"):
        frappe.throw(_("Invalid aggregate function"))
    if not frappe.db.has_column(doctype, field):
        _refuse(field)
    data.fields = [*(data.fields or []), f"{function}(`tab{doctype}`.`{field}`) as _aggregate_column"]


def _validate_fields(data: dict) -> None:
    wildcard = data.fields == "*" or (isinstance(data.fields, list | tuple) and list(data.fields) == ["*"])
    if wildcard:
        parent = data.parenttype or data.parent_doctype
        data.fields = get_permitted_fields(data.doctype, parenttype=parent, ignore_virtual=True)
    for field in list(data.fields or []):
        fieldname = extract_fieldname(field)
        if is_standard(fieldname):
            continue
        meta, df = _find_field(fieldname, data)
        if not df:
            if wildcard:
                continue
            _refuse(fieldname)
        hidden = {d.fieldname for d in meta.get_high_permlevel_fields()}
        if df.fieldname in hidden and df.permlevel not in meta.get_permlevel_access(parenttype=data.doctype):
            data.fields.remove(field)


def _validate_filters(data: dict, filters: Any) -> None:
    for condition in filters or ():
        if isinstance(filters, dict):
            doctype, fieldname = None, condition
        elif not isinstance(condition, list | tuple):
            _refuse(str(condition))
        elif len(condition) == 3:
            doctype, fieldname = None, condition[0]
        else:
            doctype, fieldname = condition[0], condition[1]
        if not is_standard(fieldname):
            df = frappe.get_meta(doctype).get_field(fieldname) if doctype else _find_field(fieldname, data)[1]
            if not df:
                _refuse(fieldname)


def _refuse(fieldname: Any) -> None:
    frappe.throw(_("Field not permitted in query") + f": {fieldname}", frappe.DataError)


def extract_fieldname(field: Any) -> str:
    """The column that an entry of `fields` names: without alias, function and backticks around the whole.

    Raises DataError for what is no column.
    """
    if not isinstance(field, str) or not field.strip():
        _refuse(field)
    text = ALIAS.sub("", field.strip())
    if called := FUNCTION.fullmatch(text):
        text = called.group(2).split(",")[0].strip()
    name = text.replace("`", "")
    if name != "*" and not PLAIN_FIELD.fullmatch(name):
        _refuse(field)
    return name


def is_standard(fieldname: Any) -> bool:
    """Whether it is a field that every DocType has."""
    if not isinstance(fieldname, str):
        _refuse(fieldname)
    return fieldname.rsplit(".", 1)[-1].strip("`") in STANDARD_FIELDS


def _find_field(fieldname: str, data: dict) -> tuple[Any, Any]:
    """Meta and field of `field`, `table_or_link_field.field` or `tabDocType.field`."""
    owner, dot, column = fieldname.replace("`", "").rpartition(".")
    meta = frappe.get_meta(data.doctype)
    if dot:
        link = meta.get_field(owner)
        if not link and not owner.startswith("tab"):
            _refuse(fieldname)
        meta = frappe.get_meta(link.options if link else owner[3:])
    return meta, meta.get_field(column)
