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
DELETE_IN_BACKGROUND_FROM = 10


@frappe.whitelist()
def get() -> dict | list:
    """The list as {keys, values, user_info}; an empty list when there are no rows."""
    return compress(execute(**get_form_params()))


@frappe.whitelist()
def get_list() -> list[dict]:
    """The list as rows."""
    return execute(**get_form_params())


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


def compress(data: list[dict], args: dict | None = None) -> dict | list:
    """Separate keys from values, as list views want it."""
    if not data:
        return data
    keys = list(data[0])
    user_info: dict = {}
    for row in data:
        for user in json.loads(row.get("_assign") or "[]"):
            frappe.utils.add_user_info(user, user_info)
    return {"keys": keys, "values": [[row.get(key) for key in keys] for row in data], "user_info": user_info}


@frappe.whitelist()
def export_query() -> None:
    """Download the list as CSV or Excel; needs the export right (on own rows only when that is if_owner)."""
    params = get_form_params()
    doctype, kind = params.pop("doctype"), params.pop("file_format_type", "CSV")
    title = params.pop("title", None) or doctype
    if selected := params.pop("selected_items", None):
        params.filters = {"name": ("in", frappe.parse_json(selected))}
    for option in ("add_totals_row", "translate_values"):
        params.pop(option, None)
    fields = list(params.pop("fields", None) or ["name"])
    rows = execute(doctype, **{**params, "fields": [*fields, "owner as _row_owner"], "limit_page_length": 0})
    _check_export(doctype, rows)
    header = [_("Sr"), *(_label(field, doctype) for field in fields)]
    width = len(fields)
    provide_table(title, kind, [header, *([i, *list(row.values())[:width]] for i, row in enumerate(rows, 1))])


def _check_export(doctype: str, rows: list[dict]) -> None:
    if frappe.permissions.can_export(doctype):
        return
    own = all(row["_row_owner"] == frappe.session.user for row in rows)
    if not (own and frappe.permissions.can_export(doctype, is_owner=True)):
        sentence = _("You are not allowed to export {} doctype").format(doctype)
        frappe.throw(sentence, frappe.PermissionError)


def _label(field: str, doctype: str) -> str:
    name = extract_fieldname(field)
    if name == "name":
        return _("ID")
    _meta, df = _find_field(name, frappe._dict(doctype=doctype))
    return _(df.label) if df else _(frappe.unscrub(name))


def provide_table(title: str, kind: str, rows: list[list]) -> None:
    """Answer a table as a download: `kind` is CSV or Excel."""
    if kind == "Excel":
        from frappe.utils.xlsxutils import make_xlsx

        extension, content = "xlsx", make_xlsx(rows, title).getvalue()
    else:
        from frappe.utils.csvutils import to_csv

        extension, content = "csv", ("\ufeff" + to_csv([[_inert(v) for v in row] for row in rows])).encode()
    frappe.local.response.update(type="download", filename=f"{_(title)}.{extension}", filecontent=content)


def _inert(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


@frappe.whitelist(methods=["POST", "DELETE"])
def delete_items() -> None:
    """Delete the selected documents; more than ten in the background."""
    names = sorted(frappe.parse_json(frappe.form_dict.get("items")), reverse=True)
    doctype = frappe.form_dict.get("doctype")
    if len(names) > DELETE_IN_BACKGROUND_FROM:
        frappe.enqueue("frappe.desk.reportview.delete_bulk", doctype=doctype, items=names)
    else:
        delete_bulk(doctype, names)


def delete_bulk(doctype: str, items: list[str]) -> None:
    """Delete each document for itself; a second round takes those that others linked to."""
    left = _delete_each(doctype, items)
    if left and len(left) < len(items):
        frappe.clear_messages()
        left = _delete_each(doctype, left)
    if left:
        sentence = _("Failed to delete {0} documents: {1}").format(len(left), ", ".join(left))
        frappe.msgprint(sentence, title=_("Bulk Operation Failed"))
    else:
        frappe.msgprint(_("Deleted all documents successfully"), title=_("Bulk Operation Successful"))


def _delete_each(doctype: str, names: list[str]) -> list[str]:
    left = []
    for name in names:
        frappe.db.savepoint("delete_items")
        try:
            frappe.delete_doc(doctype, name)
        except frappe.QueryDeadlockError:
            raise
        except Exception:
            frappe.db.rollback(save_point="delete_items")
            left.append(name)
    return left
