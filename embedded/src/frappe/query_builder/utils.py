"""Running queries that were built, and small helpers."""

from enum import Enum
from typing import Any

from pypika.queries import Column, QueryBuilder, _SetOperation
from pypika.terms import PseudoColumn

import frappe
from frappe.query_builder.builder import Base, MariaDB, SQLite
from frappe.query_builder.terms import NamedParameterWrapper

__all__ = ["Column", "DocType", "PseudoColumn", "Table", "get_query", "get_query_builder"]


class PseudoColumnMapper(PseudoColumn):
    """Column that is written exactly as given."""


class db_type_is(Enum):
    MARIADB = "mariadb"
    SQLITE = "sqlite"


class ImportMapper:
    """Callable chosen by the engine at the time of the call."""

    def __init__(self, func_map: dict[db_type_is, Any]) -> None:
        self.func_map = func_map

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        chosen = self.func_map.get(db_type_is(frappe.db.db_type)) or self.func_map[db_type_is.MARIADB]
        return chosen(*args, **kwargs)


def get_query_builder(type_of_db: str) -> type[Base]:
    """Query builder class of an engine; both write the same SQL, which the SQLite engine then translates."""
    return {"mariadb": MariaDB, "sqlite": SQLite}[type_of_db]


def get_query(*args: Any, **kwargs: Any) -> QueryBuilder:
    from frappe.database.query import Engine

    return Engine().get_query(*args, **kwargs)


def DocType(*args: Any, **kwargs: Any) -> Any:
    return Base.DocType(*args, **kwargs)


def Table(*args: Any, **kwargs: Any) -> Any:
    return Base.Table(*args, **kwargs)


def prepare_query(query: Any) -> tuple[str, dict[str, Any]]:
    """Statement with placeholders, and their values."""
    collector = NamedParameterWrapper()
    text = query.get_sql(param_wrapper=collector)
    return text, collector.get_parameters()


def execute_query(query: Any, *args: Any, **kwargs: Any) -> Any:
    """`query.run()`: arguments are those of `frappe.db.sql`; `run=False` gives the readable statement."""
    if not kwargs.get("run", True):
        return query.get_sql()
    text, values = prepare_query(query)
    result = frappe.db.sql(text, values, *args, **kwargs)
    children = getattr(query, "_child_queries", None)
    if isinstance(children, list) and children:
        _add_children(children, result)
    return result


def _add_children(children: list, result: Any) -> None:
    if not result or not isinstance(result[0], dict) or "name" not in result[0]:
        return
    names = [row.name for row in result]
    for child in children:
        rows: dict[str, list] = {}
        for row in child.get_query(names).run(as_dict=True):
            parent = row.parent
            for extra in ("parent", "parentfield"):
                if extra not in child.fields:
                    row.pop(extra)
            rows.setdefault(parent, []).append(row)
        for row in result:
            row[child.fieldname] = rows.get(row.name, [])


def patch_all() -> None:
    """Give pypika's queries `run` and `walk`, and the builders their shortcuts."""
    from frappe.query_builder import functions

    for kind in (QueryBuilder, _SetOperation):
        kind.run = execute_query
        kind.walk = prepare_query
    Base.max, Base.min, Base.avg, Base.sum = functions._max, functions._min, functions._avg, functions._sum
    Base.get_query = staticmethod(get_query)
