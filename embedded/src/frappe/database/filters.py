"""Filters of lists as SQL conditions with bound values. An empty column counts as "", 0 or the first of all dates."""

import datetime
import json
import operator as compare
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import frappe
from frappe import _, model
from frappe.database.utils import FallBackDateTimeStr, NestedSetHierarchy, get_table_name, quote

OPERATORS = (
    "=", "!=", ">", "<", ">=", "<=", "like", "not like", "in", "not in", "is", "between", "timespan", "previous",
    "next", *NestedSetHierarchy,
)  # fmt: skip
STANDARD_FIELDS = frozenset((*model.default_fields, *model.optional_fields, *model.child_table_fields))
NUMERIC = ("Check", "Float", "Int", "Long Int", "Currency", "Percent", "Rating", "Duration")
NEVER_NULL = frozenset(("name", "modified", "creation", "docstatus", "idx"))
NEVER_NULL_TYPES = frozenset(("Check", "Float", "Int", "Currency", "Percent", "Rating"))
COLUMN_NAME = re.compile(r"^[\w .\-]+$")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": compare.eq, "!=": compare.ne, ">": compare.gt, "<": compare.lt, ">=": compare.ge, "<=": compare.le,
}  # fmt: skip
PERIODS = {"1 week": "week", "1 month": "month", "3 months": "quarter", "6 months": "6 months", "1 year": "year"}


class Filter(NamedTuple):
    """One condition."""

    doctype: str
    fieldname: str
    operator: str
    value: Any


def parse_filters(filters: Any, doctype: str) -> list[Filter]:
    """Every spelling of filters as a list: a dict, one condition, a list of conditions or dicts, JSON text."""
    if not filters:
        return []
    if isinstance(filters, str):
        filters = json.loads(filters)
    if isinstance(filters, Filter):
        return [filters]
    if isinstance(filters, Mapping):
        return [_from_pair(doctype, key, value) for key, value in filters.items()]
    if isinstance(filters, Sequence) and filters and isinstance(filters[0], str) and len(filters) > 1:
        return [_from_list(doctype, filters)]
    found: list[Filter] = []
    for item in filters:
        if isinstance(item, Mapping | Filter):
            found += parse_filters(item, doctype)
        else:
            found.append(_from_list(doctype, item))
    return found


def _from_pair(doctype: str, key: str, value: Any) -> Filter:
    if isinstance(value, list | tuple) and len(value) == 2:
        return _narrowed(doctype, key, value[0], value[1])
    return _narrowed(doctype, key, "=", value)


def _from_list(doctype: str, item: Any) -> Filter:
    item = list(item) if isinstance(item, list | tuple) else [item]
    if len(item) == 2:
        return _narrowed(doctype, item[0], "=", item[1])
    if len(item) == 3:
        return _narrowed(doctype, *item)
    if len(item) in (4, 5):
        return _narrowed(*item[:4])
    raise ValueError(f"Invalid filter: {item!r}. A filter has 2, 3 or 4 elements.")


def _narrowed(doctype: str, fieldname: Any, operator: Any, value: Any) -> Filter:
    if not isinstance(fieldname, str) or not isinstance(operator, str):
        raise ValueError(f"Invalid filter: {[doctype, fieldname, operator, value]!r}")
    if operator.lower() in ("in", "not in") and isinstance(value, str):
        value = value.split(",")
    if isinstance(value, list | tuple | set | frozenset):
        value = tuple(map(_plain, value))
    return Filter(doctype, fieldname, operator, _plain(value))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def resolved(f: Filter, get_meta: Callable[[str], Any]) -> Filter:
    """The filter, checked; a field of a child table names that table. Raises on unknown operators and bad names."""
    if not COLUMN_NAME.match(f.fieldname):
        frappe.throw(_("Invalid field name {0}").format(f.fieldname), frappe.DataError)
    if f.operator.lower() not in OPERATORS:
        frappe.throw(_("Operator must be one of {0}").format(", ".join(OPERATORS)))
    if f.fieldname not in STANDARD_FIELDS:
        meta = get_meta(f.doctype)
        if not meta.has_field(f.fieldname):
            for df in meta.get_table_fields():
                if get_meta(df.options).has_field(f.fieldname):
                    return f._replace(doctype=df.options)
    return f


class Conditions:
    """Writes conditions; the values wait in `values` under the names of the placeholders.

    With `plain` an empty column equals nothing, as in SQL.
    """

    def __init__(self, values: dict[str, Any], get_meta: Callable[[str], Any], plain: bool = False) -> None:
        self.values, self.get_meta, self.plain = values, get_meta, plain

    def bind(self, value: Any) -> str:
        key = f"v{len(self.values)}"
        self.values[key] = value
        return f"%({key})s"

    def write(self, f: Filter, ignore_ifnull: bool = False) -> str:
        """Condition of a resolved filter."""
        operator = f.operator.lower()
        df = self.get_meta(f.doctype).get_field(f.fieldname)
        column = f"{quote(get_table_name(f.doctype))}.{quote(f.fieldname)}"
        if self.plain and f.value is None and operator in ("=", "!="):
            return f"{column} is {'not ' * (operator == '!=')}null"
        not_null = f.fieldname in NEVER_NULL or bool(df and df.get("not_nullable"))
        nullable = not (ignore_ifnull or not_null or bool(df and df.fieldtype in NEVER_NULL_TYPES))
        nullable = nullable and (operator == "is" or not self.plain)
        if operator in NestedSetHierarchy:
            names = tree_names(df.options if df else f.doctype, f.value, operator)
            return self._among(column, "not in" if operator.startswith("not ") else "in", names, nullable)
        if operator in ("in", "not in"):
            values = [frappe.utils.cstr(v).strip() for v in f.value or ("",)]
            return self._among(column, operator, values, nullable)
        if operator == "is":
            return self._is(column, df, f, nullable)
        if operator in ("previous", "next", "timespan", "between"):
            return self._between(column, df, f, operator)
        value, fallback = self._value(df, f, operator)
        condition = f"{column} {operator} {self.bind(value)}"
        return self._with_null(column, condition, nullable and self._null_matches(operator, value, fallback))

    @staticmethod
    def _with_null(column: str, condition: str, matches: bool) -> str:
        """`ifnull(column, fallback) …` written so that an index of the column still serves."""
        return f"({condition} or {column} is null)" if matches else condition

    @staticmethod
    def _null_matches(operator: str, value: Any, fallback: Any) -> bool:
        if operator in ("like", "not like"):
            return (str(value).strip("%") == "") == (operator == "like")
        try:
            return COMPARISONS[operator](fallback, value)
        except TypeError:
            return False

    def _among(self, column: str, operator: str, values: list, nullable: bool) -> str:
        values = values or [""]
        matches = ("" in values) == (operator == "in")
        return self._with_null(column, f"{column} {operator} {self.bind(tuple(values))}", nullable and matches)

    def _is(self, column: str, df: Any, f: Filter, nullable: bool) -> str:
        state = str(f.value).lower()
        if state not in ("set", "not set"):
            raise frappe.db.ProgrammingError(1064, "`is` operator only supports `set` and `not set` as value")
        fieldtype = df.fieldtype if df else None
        if fieldtype in ("Date", "Datetime", "Time") or f.fieldname in ("creation", "modified"):
            return f"{column} is {'not ' if state == 'set' else ''}null"
        empty = "0" if fieldtype in NUMERIC or f.fieldname in ("docstatus", "idx") else "''"
        if state == "set":
            return f"{column} != {empty}"
        return self._with_null(column, f"{column} = {empty}", nullable)

    def _between(self, column: str, df: Any, f: Filter, operator: str) -> str:
        value = f.value if operator == "between" else get_date_range(operator, f.value)
        fieldtype = df.fieldtype if df else "Datetime"
        if fieldtype in ("Date", "Datetime"):
            low, high = between_bounds(value, fieldtype)
        elif isinstance(value, list | tuple) and len(value) == 2:
            low, high = value
        else:
            frappe.throw(_("Invalid filter: {0}").format(f.fieldname), frappe.DataError)
        return f"{column} between {self.bind(low)} and {self.bind(high)}"

    @staticmethod
    def _value(df: Any, f: Filter, operator: str) -> tuple[Any, Any]:
        """Value in the column's form, and what an empty column counts as."""
        fieldtype, value = df.fieldtype if df else None, f.value
        if operator in ("like", "not like"):
            return ("" if value is None else str(value).replace("\\", "\\\\")), ""
        if f.fieldname in ("creation", "modified") and operator in COMPARISONS:
            return frappe.db.format_datetime(value), FallBackDateTimeStr
        if fieldtype == "Date":
            return frappe.db.format_date(value), "0001-01-01"
        if fieldtype == "Datetime" or isinstance(value, datetime.datetime):
            return frappe.db.format_datetime(value), FallBackDateTimeStr
        if fieldtype == "Time":
            return frappe.utils.get_time(value).strftime("%H:%M:%S.%f"), "00:00:00.000000"
        if fieldtype in NUMERIC:
            return frappe.utils.flt(value), 0
        if df or isinstance(value, str) or value is None or f.fieldname == "name":
            return frappe.utils.cstr(value), ""
        return (value, 0) if isinstance(value, int | float) else (frappe.utils.cstr(value), "")


def tree_names(doctype: str, name: str, hierarchy: str) -> list[str]:
    """Names of a tree above (the nearest first) or below `name`, by the nested set."""
    table = quote(f"tab{doctype}")
    found = frappe.db.sql(f"select `lft`, `rgt` from {table} where `name` = %s", name) if name else ()
    names: list[str] = []
    if found:
        above = "ancestors" in hierarchy
        condition, order = ("`lft` < %s and `rgt` > %s", "desc") if above else ("`lft` > %s and `rgt` < %s", "asc")
        query = f"select `name` from {table} where {condition} order by `lft` {order}"
        names = frappe.db.sql(query, found[0], pluck=True)
    return [*names, name] if hierarchy == "descendants of (inclusive)" else names


def get_date_range(operator: str, value: str) -> Any:
    """First and last day of "previous 1 month", "next …" or a timespan."""
    from frappe.utils import get_timespan_date_range

    if operator == "timespan":
        return get_timespan_date_range(value)
    return get_timespan_date_range(f"{'last' if operator == 'previous' else 'next'} {PERIODS[value]}")


def between_bounds(value: Any, fieldtype: str) -> tuple[str, str]:
    """Bounds as text; dates of a Datetime field reach from the start of the first to the end of the last day."""
    bounds = [*value] if isinstance(value, list | tuple) else []
    low, high = (bounds + [frappe.utils.nowdate()] * 2)[:2] if len(bounds) < 2 else bounds[:2]
    if fieldtype == "Date":
        return frappe.db.format_date(low), frappe.db.format_date(high)
    last = datetime.time(23, 59, 59, 999999)
    return frappe.db.format_datetime(_moment(low, datetime.time())), frappe.db.format_datetime(_moment(high, last))


def _moment(value: Any, clock: datetime.time) -> Any:
    if isinstance(value, str):
        has_time = " " in value.strip() or "T" in value
        value = frappe.utils.get_datetime(value) if has_time else frappe.utils.getdate(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, clock)
    return value
