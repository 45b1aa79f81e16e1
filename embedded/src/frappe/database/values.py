"""Reading and writing single values of documents without the ORM."""

import datetime
from typing import Any

import frappe
from frappe.database.expressions import Column, Parser
from frappe.database.filters import Conditions, parse_filters, resolved, tree_names
from frappe.database.utils import DefaultOrderBy, FilterValue, get_table_name, quote

PLAIN_VALUES = (str, int, float, datetime.date, datetime.datetime)


class _NoMeta:
    """Stands for the metadata of tables that belong to no DocType."""

    def get_field(self, _fieldname: str) -> None:
        return None

    def has_field(self, _fieldname: str) -> bool:
        return True


def _meta(doctype: str) -> Any:
    return _NoMeta() if frappe.modules.read_doctype_json(doctype) is None else frappe.get_meta(doctype)


def where(doctype: str, filters: Any) -> tuple[str, dict[str, Any]]:
    """Condition and its values. Unlike in lists an empty column (NULL) equals nothing but None and "not set"."""
    if isinstance(filters, FilterValue):
        filters = {"name": filters}
    if isinstance(filters, list | tuple) and filters and all(isinstance(f, FilterValue) for f in filters):
        filters = {"name": ["in", list(filters)]}
    values: dict[str, Any] = {}
    if isinstance(filters, dict) and all(type(v) in PLAIN_VALUES and k.isidentifier() for k, v in filters.items()):
        values = {f"v_{key}": value for key, value in filters.items()}
        return " AND ".join([f"`{key}`=%(v_{key})s" for key in filters]), values
    writer = Conditions(values, _meta, plain=True)
    return " AND ".join(writer.write(resolved(f, _meta)) for f in parse_filters(filters, doctype)), values


def _columns(doctype: str, fieldname: Any) -> str:
    fields = [fieldname] if isinstance(fieldname, str) else fieldname
    if all(field.isidentifier() for field in fields):
        return ", ".join([f"`{field}`" for field in fields])
    return ", ".join(_parser(doctype).field(field).selected for field in fields)


def _parser(doctype: str) -> Parser:
    table = quote(get_table_name(doctype))
    return Parser(lambda _table, name: Column(table, doctype, name))


def _order(doctype: str, order_by: str | None) -> str:
    """Descending unless said otherwise, as Frappe orders here."""
    order_by = "creation" if order_by == DefaultOrderBy else order_by
    if not order_by or order_by.isidentifier():
        return f" ORDER BY `{order_by}` DESC" if order_by else ""
    parts = [part.strip() for part in order_by.split(",")]
    text = ", ".join(part if part.lower().endswith((" asc", " desc")) else f"{part} desc" for part in parts)
    return f" ORDER BY {_parser(doctype).order(text, frozenset())}"


class ValuesMixin:
    """`get_value` and its relatives."""

    def get_value(
        self,
        doctype: str,
        filters: Any = None,
        fieldname: Any = "name",
        ignore: bool = False,
        as_dict: bool = False,
        debug: bool = False,
        order_by: str | None = DefaultOrderBy,
        cache: bool = False,
        for_update: bool = False,
        *,
        pluck: bool = False,
        distinct: bool = False,
    ) -> Any:
        """Value, or values, of the first row that matches; None when there is none.

        `filters` is a name, a dict or a list; None (or the DocType's own name) reads a Single DocType. With
        `for_update` the row stays locked until the transaction ends.
        """
        result = self.get_values(
            doctype, filters, fieldname, ignore, as_dict, debug, order_by, cache=cache, for_update=for_update,
            pluck=pluck, distinct=distinct, limit=1,
        )  # fmt: skip
        if not result:
            return None
        row = result[0]
        if pluck:
            return row
        return row if as_dict or len(row) > 1 else (next(iter(row.values())) if isinstance(row, dict) else row[0])

    def get_values(
        self,
        doctype: str,
        filters: Any = None,
        fieldname: Any = "name",
        ignore: bool = False,
        as_dict: bool = False,
        debug: bool = False,
        order_by: str | None = DefaultOrderBy,
        update: dict | None = None,
        cache: bool = False,
        for_update: bool = False,
        *,
        pluck: bool = False,
        distinct: bool = False,
        limit: int | None = None,
    ) -> Any:
        """Values of every row that matches, as tuples or dicts."""
        key = None
        if cache and isinstance(filters, str):
            fields_key = tuple(fieldname) if isinstance(fieldname, list | tuple) else fieldname
            key = ("value", doctype, filters, fields_key, as_dict, pluck, limit)
            if key in self.value_cache:
                return self.value_cache[key]
        shape = {"as_dict": as_dict or fieldname == "*", "update": update, "pluck": pluck}
        if filters is None or (filters == doctype and doctype != "DocType"):
            result = self._values_of_single(doctype, fieldname, filters, as_dict, update, pluck)
        else:
            by_name = isinstance(filters, FilterValue)  # at most one row has that name
            order = "" if distinct or by_name else _order(doctype, order_by)
            tail = order + (f" LIMIT {int(limit)}" if limit else "") + (" FOR UPDATE" if for_update else "")
            result = self._values_of_table(doctype, filters, fieldname, ignore, "DISTINCT " * distinct, tail, shape)
        if key:
            self.value_cache[key] = result
        return result

    def _values_of_table(
        self, doctype: str, filters: Any, fieldname: Any, ignore: bool, distinct: str, tail: str, shape: dict
    ) -> Any:
        if filters == []:
            return ()
        try:
            condition, values = where(doctype, filters)
            table = quote(get_table_name(doctype))
            query = f"SELECT {distinct}{_columns(doctype, fieldname)} FROM {table} WHERE {condition or '1=1'}{tail}"
            return self.sql(query, values, **shape)
        except Exception as e:
            if ignore and (self.is_missing_table_or_column(e) or str(e).startswith("Illegal identifier")):
                return None
            if not ignore and self.is_table_missing(e):
                return self._values_of_single(doctype, fieldname, filters, *shape.values())
            raise

    def _values_of_single(
        self, doctype: str, fields: Any, filters: Any, as_dict: bool, update: dict | None, pluck: bool
    ) -> list:
        """Stored values of a Single DocType as rows of one document; empty when `filters` do not fit it."""
        if not isinstance(filters, dict) and filters is not None and filters != doctype:
            return []
        values = self.get_singles_dict(doctype)
        if isinstance(filters, dict) and any(values.get(k) != v for k, v in filters.items()):
            return []
        fields = list(values) if fields == "*" else [fields] if isinstance(fields, str) else list(fields)
        values = frappe._dict((f, values[f]) for f in fields if f in values)
        if not values:
            return []
        values.update(update or {})
        row = [values.get(f) for f in fields]
        return [values if as_dict else row[0] if pluck else row]

    def get_singles_dict(self, doctype: str, *, for_update: bool = False, cast: bool = False) -> "frappe._dict":
        """Stored values of a Single DocType; `cast` gives them their fields' types."""
        lock = " for update" if for_update else ""
        values = frappe._dict(self.sql(f"select `field`, `value` from `tabSingles` where `doctype`=%s{lock}", doctype))
        meta = frappe.get_meta(doctype) if cast else None
        for fieldname, value in values.items() if meta else ():
            if df := meta.get_field(fieldname):
                values[fieldname] = frappe.utils.cast(df.fieldtype, value)
        return values

    def get_single_value(self, doctype: str, fieldname: str, cache: bool = True) -> Any:
        """Value of a Single DocType's field, in the field's type."""
        key = ("single", doctype)
        if not cache or key not in self.value_cache:
            self.value_cache[key] = self.get_singles_dict(doctype)
        df = frappe.get_meta(doctype).get_field(fieldname)
        if not df:
            text = frappe._("Field {0} does not exist on {1}")
            frappe.throw(text.format(frappe.bold(fieldname), frappe.bold(doctype)), self.InvalidColumnName)
        return frappe.utils.cast(df.fieldtype, self.value_cache[key].get(fieldname))

    def set_single_value(
        self, doctype: str, fieldname: str | dict, value: Any = None, *, modified: Any = None,
        modified_by: str | None = None, update_modified: bool = True,
    ) -> None:  # fmt: skip
        """Store fields of a Single DocType, without its events."""
        changes = self._changes(fieldname, value, modified, modified_by, update_modified)
        self.sql("delete from `tabSingles` where `doctype`=%s and `field` in %s", (doctype, tuple(changes)))
        rows = [(doctype, key, frappe.utils.sbool(val)) for key, val in changes.items()]
        self.bulk_insert("Singles", ["doctype", "field", "value"], rows)
        frappe.clear_document_cache(doctype, doctype)
        self.value_cache.pop(("single", doctype), None)

    @staticmethod
    def _changes(field: str | dict, value: Any, modified: Any, modified_by: Any, update_modified: bool) -> dict:
        changes = dict(field) if isinstance(field, dict) else {field: value}
        if update_modified:
            changes["modified"] = modified or frappe.utils.now()
            changes["modified_by"] = modified_by or frappe.session.user
        return changes

    def set_value(
        self, dt: str, dn: Any, field: str | dict, val: Any = None, modified: Any = None,
        modified_by: str | None = None, update_modified: bool = True,
    ) -> None:  # fmt: skip
        """UPDATE of the named row, or of all that match, without events. Moves `modified` unless told not to."""
        if dn is None or dt == dn:
            if frappe.get_meta(dt).issingle:
                stamps = {"modified": modified, "modified_by": modified_by, "update_modified": update_modified}
                self.set_single_value(dt, field, val, **stamps)
            return
        changes = self._changes(field, val, modified, modified_by, update_modified)
        condition, values = where(dt, dn)
        sets = ", ".join(f"{quote(column)}=%(s{i})s" for i, column in enumerate(changes))
        values |= {f"s{i}": value for i, value in enumerate(changes.values())}
        self.sql(f"UPDATE {quote(get_table_name(dt))} SET {sets} WHERE {condition or '1=1'}", values)
        frappe.clear_document_cache(dt, dn if isinstance(dn, FilterValue) else None)
        self._forget(dt)

    def _forget(self, doctype: str) -> None:
        for key in [key for key in self.value_cache if key[1] == doctype]:
            del self.value_cache[key]

    def bulk_update(
        self, doctype: str, doc_updates: dict[str, dict[str, Any]], *, chunk_size: int = 100, modified: Any = None,
        modified_by: str | None = None, update_modified: bool = True,
    ) -> None:  # fmt: skip
        """Set fields of many rows, ``{name: {field: value}}``, with one statement per chunk."""
        names = list(doc_updates)
        common = self._changes({}, None, modified, modified_by, update_modified)
        for start in range(0, len(names), chunk_size):
            chunk = {name: doc_updates[name] for name in names[start : start + chunk_size]}
            self._update_chunk(doctype, chunk, common)
        self._forget(doctype)

    def _update_chunk(self, doctype: str, updates: dict[str, dict], common: dict) -> None:
        values = list(common.values())
        sets = [f"{quote(field)}=%s" for field in common]
        for field in dict.fromkeys(field for row in updates.values() for field in row):
            cases = [(name, row[field]) for name, row in updates.items() if field in row]
            column = quote(field)
            sets.append(f"{column}=CASE `name` {'WHEN %s THEN %s ' * len(cases)}ELSE {column} END")
            values += [part for case in cases for part in case]
        query = f"UPDATE {quote(get_table_name(doctype))} SET {', '.join(sets)} WHERE `name` IN %s"
        self.sql(query, [*values, tuple(updates)])
        for name in updates:
            frappe.clear_document_cache(doctype, name)

    def exists(self, dt: Any, dn: Any = None, cache: bool = False) -> Any:
        """Name of a matching document, or None. A Single DocType exists always."""
        if dt != "DocType" and dt == dn:
            return dn
        if isinstance(dt, dict):
            filters = dict(dt)
            dt, dn = filters.pop("doctype"), filters
        return self.get_value(dt, dn, ignore=True, cache=cache, order_by=None)

    def count(self, dt: str, filters: Any = None) -> int:
        """Number of rows that match."""
        condition, values = where(dt, filters)
        return self.sql(f"SELECT count(*) FROM {quote(get_table_name(dt))} WHERE {condition or '1=1'}", values)[0][0]

    def delete(self, doctype: str, filters: Any = None) -> Any:
        """DELETE of the rows that match, without events."""
        self._forget(doctype)
        condition, values = where(doctype, filters)
        return self.sql(f"DELETE FROM {quote(get_table_name(doctype))} WHERE {condition or '1=1'}", values)

    def get_descendants(self, doctype: str, name: str) -> list[str]:
        """Names below a node of a tree."""
        return tree_names(doctype, name, "descendants of")
