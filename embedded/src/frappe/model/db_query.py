"""`frappe.get_list` and `frappe.get_all`: rows of a DocType with Frappe's fields, filters and permissions."""

import json
import weakref
from typing import Any

import frappe
from frappe import _, model
from frappe.database.expressions import Column, Expression, Parser
from frappe.database.filters import Conditions, Filter, parse_filters, resolved
from frappe.database.utils import DefaultOrderBy, quote
from frappe.model.list_permissions import MatchConditions, check_parent_permission

__all__ = ["DatabaseQuery", "check_parent_permission", "get_order_by"]

# what a set of roles may read of a DocType, for as long as its metadata lives
_readable: weakref.WeakKeyDictionary[Any, dict] = weakref.WeakKeyDictionary()


class DatabaseQuery:
    """One list query."""

    def __init__(self, doctype: str, user: str | None = None) -> None:
        self.doctype = doctype
        self.user = user or frappe.session.user
        self.main = quote(f"tab{doctype}")
        self.joins: dict[str, str] = {}
        self.table_doctypes: dict[str, str] = {self.main: doctype}
        self.permission_map: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.ignore_permissions = False
        self.reference_doctype: str | None = None
        self.parent_doctype: str | None = None
        self.join = "left join"
        self.metas: dict[str, Any] = {}
        self.conditions = Conditions(self.values, self.get_meta)

    def get_meta(self, doctype: str) -> Any:
        """Metadata, looked up once per query."""
        if doctype not in self.metas:
            self.metas[doctype] = frappe.get_meta(doctype)
        return self.metas[doctype]

    def execute(
        self, fields: Any = None, filters: Any = None, or_filters: Any = None, docstatus: Any = None,
        group_by: str | None = None, order_by: str | None = DefaultOrderBy, limit_start: Any = False,
        limit_page_length: Any = None, as_list: bool = False, with_childnames: bool = False, debug: bool = False,
        ignore_permissions: bool = False, user: str | None = None, with_comment_count: Any = False,
        join: str = "left join", distinct: Any = False, start: Any = None, page_length: Any = None, limit: Any = None,
        ignore_ifnull: bool = False, update: dict | None = None, reference_doctype: str | None = None,
        pluck: str | None = None, parent_doctype: str | None = None, **_of_the_desk: Any,
    ) -> Any:  # fmt: skip
        """Rows as dicts, or as tuples (`as_list`), or one field's values (`pluck`).

        Raises PermissionError when the user may not read the DocType, DataError or ValidationError for fields,
        filters or orders that could be an injection, and the driver's error for unknown columns.
        """
        self.user = user or self.user
        self.ignore_permissions = ignore_permissions
        self.parent_doctype = parent_doctype
        self.reference_doctype = reference_doctype or self.doctype
        self.join = "inner join" if str(join).lower().startswith("inner") else "left join"
        if not ignore_permissions:
            self.check_read_permission(self.doctype, parent_doctype)
        fields, filters = _swapped(fields, filters)
        self.fields = parse_fields(fields) or [f"{self.main}.{quote(pluck or 'name')}"]
        self.filters = self._known_filters(parse_filters(filters, self.doctype))
        self.or_filters = self._known_filters(parse_filters(or_filters, self.doctype))
        query = self._build(
            group_by, order_by, bool(frappe.utils.sbool(distinct)), as_list, ignore_ifnull,
            frappe.utils.cint(start or limit_start), frappe.utils.cint(limit or page_length or limit_page_length),
        )  # fmt: skip
        if query is None:
            return []
        rows = frappe.db.sql(query, self.values, as_dict=not as_list, debug=debug, update=update)
        if frappe.utils.sbool(with_comment_count) and not as_list:
            for row in rows:
                row._comment_count = (row.get("_comments") or "").count('"comment"')
        return [row[pluck] for row in rows] if pluck and not as_list else rows

    def _known_filters(self, filters: list[Filter]) -> list[Filter]:
        """Without those on optional columns (`_assign` …) that this table does not have."""
        if not any(f.fieldname in model.OPTIONAL_FIELDS for f in filters):
            return filters
        columns = frappe.db.get_table_columns(self.doctype)
        return [f for f in filters if f.fieldname not in model.OPTIONAL_FIELDS or f.fieldname in columns]

    def _build(
        self, group_by: Any, order_by: Any, distinct: bool, as_list: bool, ignore_ifnull: bool, start: int, length: int
    ) -> str | None:
        parser = Parser(self._resolve)
        selected = [parser.field(field) for field in self._present_fields()]
        conditions = self._conditions(ignore_ifnull)
        columns = self._permitted(selected, as_list)
        if not columns:
            return None
        aliases = frozenset(e.alias for e in selected if e.alias)
        grouped = parser.order(group_by, aliases) if group_by else ""
        plain_aggregate = len(selected) == 1 and selected[0].aggregate and not group_by
        ordered = self._order(parser, order_by, aliases, plain_aggregate) if not distinct else ""
        if distinct and not grouped and frappe.db.db_type == "sqlite":
            ordered = f"{self.main}.`name`"  # Frappe drops the order of distinct lists: MariaDB reads by primary key
        parts = [
            f"select {'distinct ' if distinct else ''}{', '.join(columns)}",
            " ".join([f"from {self.main}", *self.joins.values()]),
            f"where {conditions}" if conditions else "",
            f"group by {grouped}" if grouped else "",
            f"order by {ordered}" if ordered else "",
            f"limit {length} offset {start}" if length else "",
        ]
        return " ".join(filter(None, parts))

    def _present_fields(self) -> list[str]:
        if not any(field in model.OPTIONAL_FIELDS for field in self.fields):
            return self.fields
        columns = frappe.db.get_table_columns(self.doctype)
        return [field for field in self.fields if field not in model.OPTIONAL_FIELDS or field in columns]

    def _order(self, parser: Parser, order_by: Any, aliases: frozenset[str], plain_aggregate: bool) -> str:
        if order_by == DefaultOrderBy:
            return "" if plain_aggregate else get_order_by(self.doctype, self.get_meta(self.doctype))
        return parser.order(order_by, aliases) if order_by else ""

    # tables
    def _resolve(self, table: str | None, name: str) -> Column:
        if not table:
            return Column(self.main, self.doctype, name)
        if table.startswith("tab"):
            doctype = table[3:]
            if doctype == self.doctype:
                return Column(self.main, doctype, name)
            if quote(table) not in self.joins:
                self._join_child(doctype)
            return Column(quote(table), doctype, name)
        df = self.get_meta(self.doctype).get_field(table)
        if df and df.fieldtype == "Link":
            return Column(self._join_link(df), df.options, name)
        if df and df.fieldtype in ("Table", "Table MultiSelect"):
            return self._resolve(f"tab{df.options}", name)
        frappe.throw(_("Invalid field: {0}").format(f"{table}.{name}"), frappe.DataError)

    def _join_child(self, doctype: str) -> None:
        if not self.ignore_permissions:
            self.check_read_permission(doctype)
        table = quote(f"tab{doctype}")
        parenttype = self.conditions.bind(self.doctype)
        on = f"{table}.`parenttype` = {parenttype} and {table}.`parent` = {self.main}.`name`"
        self.joins[table] = f"{self.join} {table} on ({on})"
        self.table_doctypes[table] = doctype

    def _join_link(self, df: Any) -> str:
        alias = quote(f"tab{df.options}_{df.fieldname}")
        if alias not in self.joins:
            if not self.ignore_permissions:
                self.check_read_permission(df.options)
            target = quote(f"tab{df.options}")
            on = f"{alias}.`name` = {self.main}.{quote(df.fieldname)}"
            self.joins[alias] = f"{self.join} {target} {alias} on ({on})"
            self.table_doctypes[alias] = df.options
        return alias

    # conditions
    def _conditions(self, ignore_ifnull: bool) -> str:
        conditions = [self._condition(f, ignore_ifnull) for f in self.filters]
        alternatives = [self._condition(f, ignore_ifnull) for f in self.or_filters]
        if alternatives:
            conditions.append(f"({' or '.join(alternatives)})")
        if not self.ignore_permissions:
            match = self.build_match_conditions()
            if match:
                conditions.append("(" + match.replace("%", "%%") + ")")
        return " and ".join(conditions)

    def _condition(self, f: Filter, ignore_ifnull: bool) -> str:
        f = resolved(f, self.get_meta)
        table = quote(f"tab{f.doctype}")
        if f.doctype != self.doctype and table not in self.joins:
            self._join_child(f.doctype)
        return self.conditions.write(f, ignore_ifnull)

    def build_match_conditions(self) -> str:
        """What limits the user to the rows that he may see: SQL with quoted literals."""
        return MatchConditions(self.doctype, self.user, self.reference_doctype).condition()

    def check_read_permission(self, doctype: str, parent_doctype: str | None = None) -> str:
        """The right by which the user reads the DocType: "read" or "select". Raises PermissionError."""
        if doctype not in self.permission_map:
            ptype = "select" if frappe.only_has_select_perm(doctype, user=self.user) else "read"
            parent = parent_doctype or self.doctype
            frappe.has_permission(doctype, ptype=ptype, parent_doctype=parent, throw=True, user=self.user)
            self.permission_map[doctype] = ptype
        return self.permission_map[doctype]

    def _permitted(self, selected: list[Expression], as_list: bool) -> list[str]:
        """Selected columns without those whose permission level the user does not have (NULL in lists of tuples)."""
        if self.ignore_permissions:
            return [expression.selected for expression in selected]
        allowed: dict[str, dict] = {}
        columns: list[str] = []
        for expression in selected:
            if expression.star:
                table, doctype, _star = expression.columns[0]
                columns += [f"{table}.{quote(name)}" for name in self._allowed(doctype, allowed)]
            elif all(self._may_read(column, allowed) for column in expression.columns):
                columns.append(expression.selected)
            elif as_list:
                columns.append("NULL")
        return columns if any(column != "NULL" for column in columns) else []

    def _allowed(self, doctype: str, known: dict[str, dict]) -> dict[str, None]:
        """Stored fields that the user may read, in their order."""
        if doctype not in known:
            own = doctype == self.doctype
            parent = self.parent_doctype if own else self.doctype
            ptype = self.permission_map.get(doctype) if own else None
            roles = frozenset(frappe.get_roles(self.user))
            by_rights = _readable.setdefault(self.get_meta(doctype), {})
            key = (roles, parent and self.get_meta(parent), ptype, self.user == "Administrator")
            if key not in by_rights:
                by_rights[key] = self._readable_fields(doctype, parent, ptype)
            known[doctype] = by_rights[key]
        return known[doctype]

    def _readable_fields(self, doctype: str, parent: str | None, ptype: str | None) -> dict[str, None]:
        fields = model.get_permitted_fields(
            doctype, parenttype=parent, user=self.user, permission_type=ptype, ignore_virtual=True
        )
        stored = set(frappe.db.get_table_columns(doctype))
        return dict.fromkeys(field for field in fields if field in stored)

    def _may_read(self, column: Column, known: dict[str, dict]) -> bool:
        if column.name == "*" or column.name in model.OPTIONAL_FIELDS:
            return True
        return column.name in self._allowed(column.doctype, known)


def _swapped(fields: Any, filters: Any) -> tuple[Any, Any]:
    """Fields and filters, in whichever order they were given."""
    looks_like_filters = isinstance(fields, dict) or (
        isinstance(fields, list) and fields and isinstance(fields[0], list)
    )
    looks_like_fields = isinstance(filters, list) and len(filters) > 1 and isinstance(filters[0], str)
    if looks_like_filters or (fields and looks_like_fields):
        return filters, fields
    return fields, filters


def parse_fields(fields: Any) -> list[str]:
    """Fields as a list; text may be JSON or names with commas."""
    if isinstance(fields, str):
        if fields == "*":
            return ["*"]
        try:
            fields = json.loads(fields)
        except ValueError:
            fields = [field.strip() for field in fields.split(",")]
    return [field.strip() for field in fields or () if field and field.strip()]


def get_order_by(doctype: str, meta: Any) -> str:
    """Default order of a DocType's lists."""
    table = quote(f"tab{doctype}")
    direction = "asc" if (meta.sort_order or "desc").lower() == "asc" and meta.sort_field else "desc"
    return f"{table}.{quote(meta.sort_field or 'creation')} {direction}"
