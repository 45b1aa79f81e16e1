"""Values of fields as people read them."""

import datetime
import re
from typing import Any

from dateutil.parser import ParserError

import frappe
from frappe.utils.data import (
    flt,
    fmt_money,
    format_datetime,
    format_duration,
    format_time,
    format_timedelta,
    formatdate,
)
from frappe.utils.number_format import NUMBER_FORMAT_MAP

_BLOCK_TAGS = re.compile(r"<(br|div|p)\b")
_BY_TYPE = {
    datetime.datetime: "Datetime",
    datetime.date: "Date",
    datetime.timedelta: "Time",
    int: "Int",
    float: "Float",
}


def get_number_format_info(format: str) -> tuple[str, str, int]:
    """(decimal separator, thousands separator, decimals) of a number format."""
    return NUMBER_FORMAT_MAP.get(format) or (".", ",", 2)


def format_value(
    value: Any,
    df: Any = None,
    doc: Any = None,
    currency: str | None = None,
    translated: bool = False,
    format: str | None = None,
) -> Any:
    """A value as its field shows it (`df`: a field, its dict, or a field type's name); `doc` gives the currency."""
    df = _field(df, value)
    if value is None:
        value = ""
    elif translated:
        value = frappe._(value)
    fieldtype = df.get("fieldtype")
    if value == 0 and fieldtype in ("Int", "Float", "Currency", "Percent") and df.get("print_hide_if_no_value"):
        return ""
    writer = _WRITERS.get(fieldtype)
    if fieldtype in ("Currency", "Float"):
        return writer(value, df, doc, currency, format)
    return writer(value, df, doc) if writer else value


def _field(df: Any, value: Any) -> Any:
    if isinstance(df, str):
        return frappe._dict(fieldtype=df)
    if not df:
        return frappe._dict(fieldtype=_BY_TYPE.get(type(value), "Data"))
    return frappe._dict(df) if type(df) is dict else df


def _time(value: Any, _df: Any, _doc: Any) -> str:
    try:
        return format_time(value)
    except ParserError:
        return format_timedelta(value)


def _currency(value: Any, df: Any, doc: Any, currency: str | None, format: str | None) -> str:
    from frappe.model.meta import get_field_currency, get_field_precision

    currency = currency or get_field_currency(df, doc) or frappe.db.get_default("currency")
    return fmt_money(value, precision=get_field_precision(df, doc), currency=currency, format=format)


def _float(value: Any, df: Any, doc: Any, currency: str | None, _format: str | None) -> str:
    from frappe.model.meta import get_field_currency, get_field_precision

    precision = get_field_precision(df, doc)
    if not df.get("options") and flt(value) == int(flt(value)):
        precision = 0
    return fmt_money(value, precision=precision, currency=currency or get_field_currency(df, doc))


def _text(value: Any, _df: Any, _doc: Any) -> Any:
    text = frappe.safe_decode(value)
    return text if not isinstance(text, str) or _BLOCK_TAGS.search(text) else text.replace("\n", "<br>")


def _rows(value: Any, df: Any, doc: Any) -> str:
    link = next(field for field in frappe.get_meta(df.options).fields if field.fieldtype == "Link")
    return ", ".join(str(format_value(row.get(link.fieldname, ""), link, row)) for row in value or ())


def _link(value: Any, df: Any, doc: Any) -> Any:
    titles = doc.get("__link_titles") if doc else None
    if not titles or not df.get("options"):
        return value
    doctype = doc.get(df.options) if df.fieldtype == "Dynamic Link" else df.options
    return titles.get(f"{doctype}::{value}", value)


def _select(value: Any, df: Any, _doc: Any) -> Any:
    return frappe._(value, context=df.get("parent") or "") if isinstance(value, str) else value


_WRITERS = {
    "Date": lambda value, _df, _doc: formatdate(value),
    "Datetime": lambda value, _df, _doc: format_datetime(value),
    "Time": _time,
    "Currency": _currency,
    "Float": _float,
    "Percent": lambda value, _df, _doc: f"{flt(value, 2)}%",
    "Text": _text,
    "Small Text": _text,
    "Markdown Editor": lambda value, _df, _doc: frappe.utils.markdown(value),
    "Table MultiSelect": _rows,
    "Duration": lambda value, df, _doc: format_duration(value, df.get("hide_days")),
    "Text Editor": lambda value, _df, _doc: f"<div class='ql-snow'>{value}</div>",
    "Link": _link,
    "Dynamic Link": _link,
    "Select": _select,
}
