"""`frappe.qb`: pypika's MySQL builder with DocType names for tables."""

from typing import Any

from pypika import MySQLQuery, Order, terms
from pypika.dialects import MySQLQueryBuilder
from pypika.queries import QueryBuilder, Schema, Table
from pypika.terms import Function

from frappe.database.utils import get_table_name
from frappe.query_builder.terms import ParameterizedValueWrapper


class Base:
    """What the builders of both engines offer besides pypika's own."""

    terms = terms
    Field = terms.Field
    desc = Order.desc
    asc = Order.asc
    Schema = Schema
    Table = Table

    @staticmethod
    def functions(name: str, *args: Any, **kwargs: Any) -> Function:
        return Function(name, *args, **kwargs)

    @staticmethod
    def DocType(table_name: str, *args: Any, **kwargs: Any) -> Table:
        """Table of a DocType."""
        return Table(get_table_name(table_name), *args, **kwargs)

    @classmethod
    def _table(cls, table: Any) -> Any:
        return cls.DocType(table) if isinstance(table, str) else table

    @classmethod
    def from_(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().from_(cls._table(table), *args, **kwargs)

    @classmethod
    def into(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().into(cls._table(table), *args, **kwargs)

    @classmethod
    def update(cls, table: Any, *args: Any, **kwargs: Any) -> QueryBuilder:
        return super().update(cls._table(table), *args, **kwargs)

    @classmethod
    def _builder(cls, *args: Any, **kwargs: Any) -> MySQLQueryBuilder:
        return super()._builder(*args, wrapper_cls=ParameterizedValueWrapper, **kwargs)


class MariaDB(Base, MySQLQuery):
    """Builder for MariaDB."""


class SQLite(Base, MySQLQuery):
    """Builder for SQLite; it writes MariaDB's SQL too, see frappe.database.dialect."""
