"""The query builder of Frappe on pypika: every literal is a bound parameter when a query runs."""

import pypika.functions
import pypika.queries
import pypika.terms
from pypika import *  # noqa: F403
from pypika import Case, Criterion, Field, Order, Table
from pypika.utils import ignore_copy

from frappe.query_builder.terms import ParameterizedFunction, ParameterizedValueWrapper

# pypika writes literals and functions without handing the parameter collector on
pypika.terms.ValueWrapper = ParameterizedValueWrapper
pypika.terms.Function.get_sql = ParameterizedFunction.get_sql

from frappe.query_builder.utils import DocType, get_query_builder  # noqa: E402

# a table's attribute is its column, whatever the name (also "field")
pypika.queries.Selectable.__getattr__ = ignore_copy(lambda table, name: Field(name, table=table))
pypika.queries.Selectable.__getitem__ = ignore_copy(lambda table, name: Field(name, table=table))
pypika.queries.Selectable.field = pypika.terms.PseudoColumn("field")

__all__ = ["Case", "Criterion", "DocType", "Field", "Order", "Table", "get_query_builder"]
