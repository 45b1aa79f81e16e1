"""Filters checked in Python, with the meaning they have in lists."""

import operator
from collections.abc import Mapping
from typing import Any

import frappe

_OPERATORS = (
    "= != > < >= <= like|not like|in|not in|is|between|timespan|previous|next|ancestors of|descendants of|"
    "not ancestors of|not descendants of|descendants of (inclusive)"
)
VALID_OPERATORS = tuple(_OPERATORS.split("|")[0].split(" ")) + tuple(_OPERATORS.split("|")[1:])


def sql_like(value: Any, pattern: Any) -> bool:
    """LIKE with `%` at the ends only; without any, the pattern may stand anywhere."""
    if not isinstance(pattern, str) or not isinstance(value, str):
        return False
    core = pattern.strip("%")
    if pattern.startswith("%") == pattern.endswith("%"):
        return core in value
    return value.endswith(core) if pattern.startswith("%") else value.startswith(core)


def _is(value: Any, word: str) -> bool:
    wanted = word.lower()
    if wanted not in ("set", "not set"):
        frappe.throw(frappe._("Invalid argument for operator 'IS': {0}").format(wanted))
    return (value is not None and value != "") == (wanted == "set")


def _in_timespan(value: Any, words: str) -> bool:
    from frappe.utils.data import get_timespan_date_range, getdate

    span = get_timespan_date_range(words)
    return bool(value and span) and span[0] <= getdate(value) <= span[1]


operator_map = {
    "^": lambda a, b: (a or "").startswith(b),
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "not None": lambda a, b: a is not None,
    "None": lambda a, b: a is None,
    "like": sql_like,
    "not like": lambda a, b: not sql_like(a, b),
    "is": _is,
    "Timespan": _in_timespan,
}


def compare(val1: Any, condition: str, val2: Any, fieldtype: str | None = None) -> bool:
    """Whether `val1 condition val2` holds, both cast to the field type if one is given; False for unknown operators."""
    from frappe.utils.data import cast

    if fieldtype:
        val1 = cast(fieldtype, val1)
        val2 = val2 if condition in ("Timespan", "is") else cast(fieldtype, val2)
    return operator_map[condition](val1, val2) if condition in operator_map else False


def make_filter_tuple(doctype: str | None, key: str, value: Any) -> list:
    """[doctype, field, operator, value] from one entry of a filter dict."""
    if isinstance(value, list | tuple):
        return [doctype, key, value[0], value[1]]
    return [doctype, key, "=", value]


def _full(doctype: str | None, entry: Any) -> list:
    parts = list(entry)
    if len(parts) == 2:
        return make_filter_tuple(doctype, *parts)
    if len(parts) == 3:
        return [doctype, *parts]
    if len(parts) != 4:
        frappe.throw(frappe._("Filter must have 4 values (doctype, fieldname, operator, value): {0}").format(entry))
    return parts


def get_filter(doctype: str | None, f: Any, filters_config: Any = None) -> Any:
    """One filter as a dict of doctype, fieldname, operator, value, fieldtype. Raises ValidationError."""
    if isinstance(f, Mapping):
        f = make_filter_tuple(doctype, *next(iter(f.items())))
    parts = dict(zip(("doctype", "fieldname", "operator", "value"), _full(doctype, f), strict=True))
    found = frappe._dict(parts)
    found.doctype = found.doctype or doctype
    if found.operator.lower() not in (*VALID_OPERATORS, *(key.lower() for key in filters_config or ())):
        frappe.throw(frappe._("Operator must be one of {0}").format(", ".join(VALID_OPERATORS)))
    found.fieldtype = None
    if found.doctype:
        meta = frappe.get_meta(found.doctype)
        field = meta.get_field(found.fieldname)
        if field is None:
            child = next(
                (t for t in meta.get_table_fields() if frappe.get_meta(t.options).has_field(found.fieldname)), None
            )
            if child is not None:
                found.doctype = child.options
                field = frappe.get_meta(child.options).get_field(found.fieldname)
        found.fieldtype = field.fieldtype if field else None
    return found


def evaluate_filters(doc: Any, filters: Any) -> bool:
    """Whether a document (or dict) matches all filters."""
    doctype = doc.get("doctype")
    entries = filters.items() if isinstance(filters, Mapping) else filters
    for entry in entries:
        f = get_filter(doctype, entry)
        if not compare(doc.get(f.fieldname), f.operator, f.value, f.fieldtype):
            return False
    return True
