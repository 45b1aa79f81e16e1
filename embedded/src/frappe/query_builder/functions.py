"""SQL functions for `frappe.qb`: pypika's, and those it lacks."""

from typing import Any

from pypika.functions import *  # noqa: F403
from pypika.functions import Avg, Cast, Max, Min, Sum
from pypika.terms import CustomFunction, Function

import frappe
from frappe.query_builder.custom import GROUP_CONCAT
from frappe.query_builder.utils import PseudoColumn

GroupConcat = GROUP_CONCAT
CombineDatetime = CustomFunction("TIMESTAMP", ["date", "time"])
DateFormat = CustomFunction("DATE_FORMAT", ["date", "format"])
UnixTimestamp = CustomFunction("UNIX_TIMESTAMP", ["date"])


class Concat_ws(Function):
    def __init__(self, *terms: Any, **kwargs: Any) -> None:
        super().__init__("CONCAT_WS", *terms, **kwargs)


class Locate(Function):
    def __init__(self, *terms: Any, **kwargs: Any) -> None:
        super().__init__("LOCATE", *terms, **kwargs)


class Ifnull(IfNull):  # noqa: F405
    """Frappe's older spelling of IfNull."""


class Timestamp(Function):
    def __init__(self, term: Any, time: Any = None, alias: str | None = None) -> None:
        super().__init__("TIMESTAMP", *([term, time] if time else [term]), alias=alias)


class Round(Function):
    def __init__(self, term: Any, decimal: int = 0, **kwargs: Any) -> None:
        super().__init__("ROUND", term, decimal, **kwargs)


class Truncate(Function):
    def __init__(self, term: Any, decimal: int, **kwargs: Any) -> None:
        super().__init__("TRUNCATE", term, decimal, **kwargs)


class Replace(Function):
    def __init__(self, term: Any, old: Any, new: Any, **kwargs: Any) -> None:
        super().__init__("REPLACE", term, old, new, **kwargs)


class Cast_(Cast):
    """CAST that also knows varchar."""

    def __init__(self, value: Any, as_type: Any, alias: str | None = None) -> None:
        super().__init__(value, "CHAR" if str(as_type).lower() == "varchar" else as_type, alias=alias)


def _aggregate(function: type[Function], dt: str, fieldname: str, filters: Any, **kwargs: Any) -> Any:
    field = PseudoColumn(f"`{fieldname}`") if fieldname.isidentifier() else frappe.qb.Field(fieldname)
    return frappe.qb.get_query(dt, filters=filters, fields=[function(field)]).run(**kwargs)[0][0] or 0


def _max(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
    return _aggregate(Max, dt, fieldname, filters, **kwargs)


def _min(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
    return _aggregate(Min, dt, fieldname, filters, **kwargs)


def _avg(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
    return _aggregate(Avg, dt, fieldname, filters, **kwargs)


def _sum(dt: str, fieldname: str, filters: Any = None, **kwargs: Any) -> Any:
    return _aggregate(Sum, dt, fieldname, filters, **kwargs)
