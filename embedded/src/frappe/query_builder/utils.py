"""`frappe.qb`: pypika's MySQL builder with DocType names for tables; SQLite's engine translates what it writes."""

from typing import Any

from pypika import MySQLQuery, Order, terms
from pypika.dialects import MySQLQueryBuilder
from pypika.queries import QueryBuilder, Table, _SetOperation

import frappe
from frappe.database.utils import get_table_name
from frappe.query_builder.terms import NamedParameterWrapper, ParameterizedValueWrapper


def DocType(table_name: str, *args: Any, **kwargs: Any) -> Table:
    """Table of a DocType."""
    return Table(get_table_name(table_name), *args, **kwargs)


def _table(table: Any) -> Any:
    return DocType(table) if isinstance(table, str) else table


class Builder(MySQLQuery):
    """What `frappe.qb` offers besides pypika's own."""

    terms = terms
    Field = terms.Field
    desc = Order.desc
    asc = Order.asc
    Table = Table
    DocType = staticmethod(DocType)

    @classmethod
    def from_(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().from_(_table(table), *args, **kwargs)

    @classmethod
    def into(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().into(_table(table), *args, **kwargs)

    @classmethod
    def update(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().update(_table(table), *args, **kwargs)

    @classmethod
    def _builder(cls, *args: Any, **kwargs: Any) -> MySQLQueryBuilder:
        return super()._builder(*args, wrapper_cls=ParameterizedValueWrapper, **kwargs)


def get_query_builder(_type_of_db: str) -> type[Builder]:
    """Query builder class, the same for both engines."""
    return Builder


def walk(query: Any) -> tuple[str, dict[str, Any]]:
    """Statement with placeholders, and their values."""
    collector = NamedParameterWrapper()
    return query.get_sql(param_wrapper=collector), collector.parameters


def run(query: Any, **kwargs: Any) -> Any:
    """Run a built query; arguments are those of `frappe.db.sql`."""
    return frappe.db.sql(*walk(query), **kwargs)


for kind in (QueryBuilder, _SetOperation):
    kind.run, kind.walk = run, walk
