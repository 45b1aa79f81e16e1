"""Terms whose literals become bound parameters when a query runs."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pypika.terms import *  # noqa: F403  apps import any of pypika's terms from here, as from Frappe
from pypika.terms import Function, ValueWrapper
from pypika.utils import format_alias_sql

import frappe


class NamedParameterWrapper:
    """Collects literals while a query is written, and gives their placeholders."""

    __slots__ = ("parameters",)

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}

    def get_sql(self, param_value: Any, **_kwargs: Any) -> str:
        """Placeholder of a new parameter."""
        key = f"param{len(self.parameters) + 1}"
        self.parameters[key] = param_value
        return f"%({key})s"


def _readable(value: Any) -> Any:
    """Form of a temporal literal in a query that is only looked at."""
    from frappe.database.sqlite_functions import stored

    if isinstance(value, datetime):
        return frappe.db.format_datetime(value)
    return stored(value) if isinstance(value, time | timedelta) else value


class ParameterizedValueWrapper(ValueWrapper):
    """Literal of a query: a bound parameter when the query runs, quoted text when it is printed."""

    def get_sql(
        self,
        quote_char: str | None = None,
        secondary_quote_char: str = "'",
        param_wrapper: NamedParameterWrapper | None = None,
        **kwargs: Any,
    ) -> str:
        bindable = isinstance(self.value, str | int | float | Decimal | date | time | timedelta)
        if param_wrapper and bindable:
            value = int(self.value) if isinstance(self.value, bool) else self.value
            sql = param_wrapper.get_sql(param_value=value)
        else:
            self.value = _readable(self.value)
            sql = self.get_value_sql(
                quote_char=quote_char, secondary_quote_char=secondary_quote_char, param_wrapper=param_wrapper, **kwargs
            )
            if isinstance(self.value, str):
                sql = sql.replace("\\", "\\\\")  # a backslash escapes on MariaDB
        return format_alias_sql(sql, self.alias, quote_char=quote_char, **kwargs)


class ParameterizedFunction(Function):
    """Function call that hands the parameter collector on to its arguments."""

    def get_sql(self, **kwargs: Any) -> str:
        with_alias = kwargs.pop("with_alias", False)
        names = ("with_namespace", "quote_char", "dialect", "param_wrapper")
        inner = {name: kwargs.pop(name, None) for name in names}
        inner["with_namespace"] = bool(inner["with_namespace"])
        sql = self.get_function_sql(**inner)
        if self.schema is not None:
            sql = f"{self.schema.get_sql(quote_char=inner['quote_char'], dialect=inner['dialect'], **kwargs)}.{sql}"
        return format_alias_sql(sql, self.alias, quote_char=inner["quote_char"], **kwargs) if with_alias else sql
