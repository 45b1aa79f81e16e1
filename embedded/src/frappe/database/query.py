"""`frappe.qb.get_query`: a query from Frappe's fields and filters, without permissions."""

import re
from typing import Any

from pypika import Order
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Field, Function, PseudoColumn, Star, Term

import frappe
from frappe import _
from frappe.database.operator_map import NESTED_SET_OPERATORS, OPERATOR_MAP
from frappe.database.utils import DefaultOrderBy, FilterValue, convert_to_value, get_doctype_name, is_document
from frappe.query_builder.builder import Base

TABLE_NAME = re.compile(r"^[\w -]*$", re.ASCII)
NOT_WORD = re.compile(r"\W")
ALIAS = re.compile(r"^(.*?)\s+as\s+[`'\"]?([\w .:-]+?)[`'\"]?$", re.IGNORECASE | re.DOTALL)
QUALIFIED = re.compile(r"^[`\"]?tab([\w -]+?)[`\"]?\.[`\"]?(\w+)[`\"]?$")
CALL = re.compile(r"^(\w+)\s*\(\s*(distinct\s+)?(.*)\)$", re.IGNORECASE | re.DOTALL)
COMMA = re.compile(r",\s*(?![^()]*\))")
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
ALLOWED_FUNCTIONS = frozenset(
    "count sum avg max min abs ifnull coalesce timestamp date year month day quarter dayofyear locate extract"
    " round concat concat_ws lower upper now group_concat".split()
)


class Engine:
    """Builds one query."""

    def get_query(
        self,
        table: str | Table,
        fields: Any = None,
        filters: Any = None,
        order_by: str | None = None,
        group_by: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        distinct: bool = False,
        for_update: bool = False,
        update: bool = False,
        into: bool = False,
        delete: bool = False,
        *,
        validate_filters: bool = False,
        skip_locked: bool = False,
        wait: bool = True,
    ) -> QueryBuilder:
        """Query over a DocType's table. `fields` and `filters` are as for `get_all`; a plain value is a name."""
        self.validate_filters = validate_filters
        self._set_table(table)
        self.query = self._start(fields, update=update, into=into, delete=delete)
        self.apply_filters(filters)
        self.apply_order_by(order_by)
        if group_by:
            self.query = self.query.groupby(*[self._plain_field(g.strip()) for g in str(group_by).split(",")])
        if limit:
            self.query = self.query.limit(int(limit))
        if offset:
            self.query = self.query.offset(int(offset))
        if distinct:
            self.query = self.query.distinct()
        if for_update:
            self.query = self.query.for_update(skip_locked=skip_locked, nowait=not wait)
        return self.query

    def _set_table(self, table: str | Table) -> None:
        if isinstance(table, Table):
            self.table, self.doctype = table, get_doctype_name(table._table_name)
            return
        if not TABLE_NAME.match(table):
            frappe.throw(_("Invalid DocType: {0}").format(table))
        self.table, self.doctype = Base.DocType(table), table

    def _start(self, fields: Any, *, update: bool, into: bool, delete: bool) -> QueryBuilder:
        if update:
            return frappe.qb.update(self.table)
        if into:
            return frappe.qb.into(self.table)
        self.query = frappe.qb.from_(self.table)
        if delete:
            return self.query.delete()
        self.query._child_queries = []
        for field in self.parse_fields(fields) or [self.table.name]:
            if isinstance(field, ChildQuery):
                self.query._child_queries.append(field)
            else:
                children = self.query._child_queries
                self.query = self.query.select(field)
                self.query._child_queries = children
        return self.query

    # fields
    def parse_fields(self, fields: Any) -> list:
        """Terms of what was asked for: names, expressions with a known function, terms, children as dicts."""
        if not fields:
            return []
        if not isinstance(fields, list | tuple):
            fields = [fields]
        parsed: list[Any] = []
        for field in fields:
            if isinstance(field, dict):
                parsed += [ChildQuery(name, wanted, self.doctype) for name, wanted in field.items()]
            elif isinstance(field, str):
                parsed += [self.parse_field(part.strip()) for part in COMMA.split(field) if part.strip()]
            else:
                parsed.append(field)
        return parsed

    def parse_field(self, field: str) -> Term:
        alias = None
        if match := ALIAS.match(field):
            field, alias = match[1].strip(), match[2]
        call = CALL.match(field)
        term = self._function(call) if call else self._plain_field(field)
        return term.as_(alias) if alias else term

    def _function(self, call: re.Match) -> Term:
        name = call[1].lower()
        if name not in ALLOWED_FUNCTIONS:
            frappe.throw(_("Use of function {0} in field is restricted").format(name), frappe.DataError)
        arguments = [self._argument(part.strip()) for part in COMMA.split(call[3]) if part.strip()]
        if call[2]:
            from pypika.functions import Count

            if name != "count":
                frappe.throw(_("Invalid field: {0}").format(call[0]), frappe.DataError)
            return Count(arguments[0]).distinct()
        return Function(name.upper(), *arguments)

    def _argument(self, text: str) -> Any:
        if text == "*":
            return Star()
        if NUMBER.match(text):
            return float(text) if "." in text else int(text)
        if len(text) > 1 and text[0] == text[-1] == "'":
            return text[1:-1]
        call = CALL.match(text)
        return self._function(call) if call else self._plain_field(text)

    def _plain_field(self, field: str) -> Term:
        if field == "*":
            return self.table.star
        if match := QUALIFIED.match(field):
            doctype = match[1]
            if doctype == self.doctype:
                return self.table[match[2]]
            return self._child_field(doctype, match[2])
        if "." in field:
            return self._related_field(field)
        name = field.strip('`"')
        if NUMBER.match(name):
            return PseudoColumn(name)
        if "`" in name or ("(" in name or "'" in name or ";" in name):
            frappe.throw(_("Invalid field: {0}").format(field), frappe.DataError)
        return self.table[name]

    def _related_field(self, field: str) -> Term:
        link, _dot, fieldname = field.partition(".")
        df = frappe.get_meta(self.doctype).get_field(link.strip("`"))
        if not df or NOT_WORD.search(fieldname.strip("`")):
            frappe.throw(_("Invalid field: {0}").format(field), frappe.DataError)
        if df.fieldtype == "Link":
            table = Base.DocType(df.options)
            self._join(table, table.name == self.table[df.fieldname])
            return table[fieldname]
        return self._child_field(df.options, fieldname)

    def _child_field(self, doctype: str, fieldname: str) -> Term:
        table = Base.DocType(doctype)
        self._join(table, (table.parent == self.table.name) & (table.parenttype == self.doctype))
        return table[fieldname]

    def _join(self, table: Table, condition: Criterion) -> None:
        if not self.query.is_joined(table):
            children = getattr(self.query, "_child_queries", None)
            self.query = self.query.left_join(table).on(condition)
            self.query._child_queries = children if isinstance(children, list) else []

    # filters
    def apply_filters(self, filters: Any) -> None:
        if filters is None:
            return
        if not isinstance(filters, dict) and (is_document(filters) or isinstance(filters, FilterValue)):
            self._filter("name", "=", convert_to_value(filters))
        elif isinstance(filters, Criterion):
            self.query = self.query.where(filters)
        elif isinstance(filters, dict):
            for field, value in filters.items():
                operator, value = value if isinstance(value, list | tuple) else ("=", value)
                self._filter(field, operator, value)
        elif filters and all(isinstance(f, FilterValue) for f in filters):
            self._filter("name", "in", [convert_to_value(f) for f in filters])
        else:
            for item in filters:
                self._apply_item(item)

    def _apply_item(self, item: Any) -> None:
        if not isinstance(item, list | tuple):
            self.apply_filters(item)
        elif len(item) == 2:
            self._filter(item[0], "=", item[1])
        elif len(item) == 3:
            self._filter(*item)
        elif len(item) >= 4:
            self._filter(item[1], item[2], item[3], doctype=item[0])

    def _filter_field(self, field: Any, doctype: str | None) -> Term:
        if not isinstance(field, str):
            return field
        if doctype and doctype != self.doctype:
            if frappe.get_meta(doctype).istable:
                return self._child_field(doctype, field)
            return Base.DocType(doctype)[field]
        if self.validate_filters and NOT_WORD.search(field):
            frappe.throw(_("Invalid filter: {0}").format(field))
        return self._plain_field(field)

    def _filter(self, field: Any, operator: str, value: Any, doctype: str | None = None) -> None:
        term = self._filter_field(field, doctype)
        value = convert_to_value(value)
        operator = str(operator).casefold()
        if operator in NESTED_SET_OPERATORS:
            self._tree_filter(field, term, operator, value)
            return
        function = OPERATOR_MAP.get(operator)
        if function is None:
            frappe.throw(_("Operator must be one of {0}").format(", ".join(OPERATOR_MAP)))
        if isinstance(value, list | tuple | set):
            value = [convert_to_value(v) for v in value] or [""]
        if value is None and isinstance(term, Field):
            self.query = self.query.where(term.isnull())
        else:
            self.query = self.query.where(function(term, value))

    def _tree_filter(self, field: str, term: Term, operator: str, value: Any) -> None:
        df = frappe.get_meta(self.doctype).get_field(field)
        nodes = get_nested_set_hierarchy_result(df.options if df else self.doctype, value, operator) or [""]
        self.query = self.query.where(term.notin(nodes) if operator.startswith("not ") else term.isin(nodes))

    def apply_order_by(self, order_by: str | None) -> None:
        """Order by "field [asc|desc], …"; descending unless said otherwise, as in Frappe."""
        if not order_by or order_by == DefaultOrderBy:
            return
        for part in filter(None, (p.strip() for p in order_by.split(","))):
            words = part.rsplit(None, 1)
            direction = words[1].lower() if len(words) > 1 and words[1].lower() in ("asc", "desc") else None
            field = words[0] if direction else part
            order = Order.asc if direction == "asc" else Order.desc
            term = self.parse_field(field.strip())
            aliases = {t.alias for t in self.query._selects}
            if isinstance(term, Field) and term.name in aliases:
                term = PseudoColumn(f"`{term.name}`")
            self.query = self.query.orderby(term, order=order)


class ChildQuery:
    """Rows of a child table, added to the documents of the main query."""

    def __init__(self, fieldname: str, fields: list[str], parent_doctype: str) -> None:
        df = frappe.get_meta(parent_doctype).get_field(fieldname)
        if not df or df.fieldtype not in ("Table", "Table MultiSelect"):
            frappe.throw(_("Invalid field: {0}").format(fieldname), frappe.DataError)
        self.fieldname, self.fields, self.parent_doctype, self.doctype = fieldname, fields, parent_doctype, df.options

    def get_query(self, parent_names: list[str]) -> QueryBuilder:
        filters = {
            "parenttype": self.parent_doctype,
            "parentfield": self.fieldname,
            "parent": ["in", parent_names],
        }
        fields = list(dict.fromkeys([*self.fields, "parent", "parentfield"]))
        return frappe.qb.get_query(self.doctype, fields=fields, filters=filters, order_by="idx asc")


def get_nested_set_hierarchy_result(doctype: str, name: str, hierarchy: str) -> list[str]:
    """Names above or below a node, the nearest ancestor or the first descendant first."""
    table = frappe.qb.DocType(doctype)
    found = frappe.qb.from_(table).select(table.lft, table.rgt).where(table.name == name).run()
    if not found:
        return []
    lft, rgt = found[0]
    query = frappe.qb.from_(table).select(table.name)
    if "ancestors" in hierarchy:
        return query.where((table.lft < lft) & (table.rgt > rgt)).orderby(table.lft, order=Order.desc).run(pluck=True)
    names = query.where((table.lft > lft) & (table.rgt < rgt)).orderby(table.lft).run(pluck=True)
    return [*names, name] if hierarchy == "descendants of (inclusive)" else names
