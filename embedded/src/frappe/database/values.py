"""Reading and writing single values of documents without the ORM."""

import datetime
from collections.abc import Sequence
from typing import Any

import frappe
from frappe.database.utils import DefaultOrderBy, FilterValue, convert_to_value, get_table_name

PLAIN_VALUES = (str, int, float, datetime.date, datetime.datetime)


def _plain_query(doctype: str, fieldname: Any, filters: Any, options: dict) -> tuple[str, list] | None:
    """Statement for the everyday case, names of columns and equal values, without building a query object."""
    fields = [fieldname] if isinstance(fieldname, str) else fieldname
    conditions = {"name": filters} if isinstance(filters, FilterValue) else filters
    if not isinstance(conditions, dict) or not isinstance(fields, list | tuple) or "`" in doctype:
        return None
    if not all(isinstance(f, str) and f.isidentifier() for f in (*fields, *conditions)):
        return None
    if not all(type(v) in (str, int, float) for v in conditions.values()):
        return None
    order = options["order_by"]
    if options["for_update"] or options["distinct"] or (order and not order.isidentifier()):
        return None
    columns = ",".join([f"`{f}`" for f in fields])
    where = " AND ".join([f"`{f}`=%s" for f in conditions]) or "1=1"
    tail = f" ORDER BY `{order}` DESC" if order else ""
    limit = f" LIMIT {int(options['limit'])}" if options["limit"] else ""
    text = f"SELECT {columns} FROM `{get_table_name(doctype)}` WHERE {where}{tail}{limit}"
    return text, list(conditions.values())


def _plain_update(doctype: str, name: Any, changes: dict) -> tuple[str, list] | None:
    """Statement for the everyday case, values of one named row, without building a query object."""
    if type(name) is not str or not changes or "`" in doctype:
        return None
    if not all(type(column) is str and column.isidentifier() for column in changes):
        return None
    if not all(value is None or type(value) in PLAIN_VALUES for value in changes.values()):
        return None
    pairs = ", ".join([f"`{column}`=%s" for column in changes])
    return f"UPDATE `{get_table_name(doctype)}` SET {pairs} WHERE `name`=%s", [*changes.values(), name]


class ValuesMixin:
    """`get_value` and its relatives."""

    def get(self, doctype: str, filters: Any = None, as_dict: bool = True, cache: bool = False) -> Any:
        return self.get_value(doctype, filters, "*", as_dict=as_dict, cache=cache)

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
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
        skip_locked: bool = False,
        wait: bool = True,
    ) -> Any:
        """Value, or values, of the first row that matches; None when there is none.

        `filters` is a name, a dict or a list; None (or the DocType's own name) reads a Single DocType. With
        `for_update` the row stays locked until the transaction ends.
        """
        result = self.get_values(
            doctype, filters, fieldname, ignore, as_dict, debug, order_by, cache=cache, for_update=for_update, run=run,
            pluck=pluck, distinct=distinct, limit=1, skip_locked=skip_locked, wait=wait,
        )  # fmt: skip
        if not run:
            return result
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
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
        limit: int | None = None,
        skip_locked: bool = False,
        wait: bool = True,
    ) -> Any:
        """Values of every row that matches, as tuples or dicts."""
        key = None
        if cache and isinstance(filters, str):
            fields_key = tuple(fieldname) if isinstance(fieldname, list | tuple) else fieldname
            key = ("value", doctype, filters, fields_key, as_dict, pluck, limit)
            if key in self.value_cache:
                return self.value_cache[key]
        if filters is None or (filters == doctype and doctype != "DocType"):
            result = self.get_values_from_single(fieldname, filters, doctype, as_dict, update=update, pluck=pluck)
        else:
            options = {"for_update": for_update, "skip_locked": skip_locked, "wait": wait}
            options |= {"distinct": distinct, "limit": limit, "order_by": self._value_order(order_by, distinct)}
            shape = {"as_dict": as_dict or fieldname == "*", "debug": debug, "update": update, "run": run}
            result = self._values_of_table(doctype, filters, fieldname, ignore, options, shape | {"pluck": pluck})
        if key:
            self.value_cache[key] = result
        return result

    @staticmethod
    def _value_order(order_by: str | None, distinct: bool) -> str | None:
        if distinct or not order_by:
            return None
        return "creation" if order_by == DefaultOrderBy else order_by

    def _values_of_table(
        self, doctype: str, filters: Any, fieldname: Any, ignore: bool, options: dict, shape: dict
    ) -> Any:
        if isinstance(filters, list):
            filters = [f for f in filters if f is not None]
            if not filters:
                return ()
        if isinstance(filters, FilterValue):
            options["order_by"] = None  # at most one row has that name
        try:
            if plain := _plain_query(doctype, fieldname, filters, options):
                return self.sql(*plain, **shape)
            query = frappe.qb.get_query(doctype, fields=fieldname, filters=filters, validate_filters=True, **options)
            return query.run(**shape)
        except Exception as e:
            if ignore and (self.is_missing_table_or_column(e) or str(e).startswith("Invalid DocType")):
                return None
            if not ignore and self.is_table_missing(e):
                single = {key: shape[key] for key in ("as_dict", "update", "pluck")}
                return self.get_values_from_single(fieldname, filters, doctype, **single)
            raise

    def get_values_from_single(
        self,
        fields: Any,
        filters: Any,
        doctype: str,
        as_dict: bool = False,
        debug: bool = False,
        update: dict | None = None,
        *,
        run: bool = True,
        pluck: bool = False,
        distinct: bool = False,
    ) -> list:
        """Stored values of a Single DocType as rows of one document; empty when `filters` do not fit it."""
        if not isinstance(filters, dict) and filters is not None and filters != doctype:
            return []
        values = self.get_singles_dict(doctype, debug)
        if isinstance(filters, dict) and any(values.get(k) != v for k, v in filters.items()):
            return []
        everything = fields == "*"
        if not everything:
            fields = [fields] if isinstance(fields, str) else list(fields)
            values = frappe._dict((f, values[f]) for f in fields if f in values)
        if not values:
            return []
        if update:
            values.update(update)
        if as_dict:
            return [values]
        row = list(values.values()) if everything else [values.get(f) for f in fields]
        return [row[0]] if pluck else [row]

    def get_singles_dict(
        self, doctype: str, debug: bool = False, *, for_update: bool = False, cast: bool = False
    ) -> "frappe._dict":
        """Stored values of a Single DocType; `cast` gives them their fields' types."""
        lock = " for update" if for_update else ""
        rows = self.sql(f"select `field`, `value` from `tabSingles` where `doctype`=%s{lock}", doctype, debug=debug)
        values = frappe._dict(rows)
        if not cast:
            return values
        meta = frappe.get_meta(doctype)
        for fieldname, value in values.items():
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
            frappe.throw(
                frappe._("Field {0} does not exist on {1}").format(frappe.bold(fieldname), frappe.bold(doctype)),
                self.InvalidColumnName,
            )
        return frappe.utils.cast(df.fieldtype, self.value_cache[key].get(fieldname))

    get_singles_value = get_single_value

    def set_single_value(
        self,
        doctype: str,
        fieldname: str | dict,
        value: Any = None,
        *,
        modified: Any = None,
        modified_by: str | None = None,
        update_modified: bool = True,
        debug: bool = False,
    ) -> None:
        """Store fields of a Single DocType, without its events."""
        changes = self._changes(fieldname, value, modified, modified_by, update_modified)
        self.sql(
            "delete from `tabSingles` where `doctype`=%s and `field` in %s", (doctype, tuple(changes)), debug=debug
        )
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
        self,
        dt: str,
        dn: Any,
        field: str | dict,
        val: Any = None,
        modified: Any = None,
        modified_by: str | None = None,
        update_modified: bool = True,
        debug: bool = False,
    ) -> None:
        """UPDATE of the named row, or of all that match, without events. Moves `modified` unless told not to."""
        if dn is None or dt == dn:
            if frappe.get_meta(dt).issingle:
                self.set_single_value(
                    dt, field, val, modified=modified, modified_by=modified_by, update_modified=update_modified
                )
            return
        changes = self._changes(field, val, modified, modified_by, update_modified)
        if plain := _plain_update(dt, dn, changes):
            self.sql(*plain, debug=debug)
        else:
            query = frappe.qb.get_query(dt, filters=dn, update=True, validate_filters=True)
            for column, value in changes.items():
                query = query.set(column, value)
            query.run(debug=debug)
        if isinstance(dn, FilterValue):
            frappe.clear_document_cache(dt, convert_to_value(dn))
        else:
            frappe.clear_document_cache(dt)
        self._forget(dt)

    def _forget(self, doctype: str) -> None:
        for key in [key for key in self.value_cache if key[1] == doctype]:
            del self.value_cache[key]

    def bulk_update(
        self,
        doctype: str,
        doc_updates: dict[str, dict[str, Any]],
        *,
        chunk_size: int = 100,
        modified: Any = None,
        modified_by: str | None = None,
        update_modified: bool = True,
        debug: bool = False,
    ) -> None:
        """Set fields of many rows, ``{name: {field: value}}``, with one statement per chunk."""
        names = list(doc_updates)
        common = self._changes({}, None, modified, modified_by, True) if update_modified else {}
        for start in range(0, len(names), chunk_size):
            chunk = {name: doc_updates[name] for name in names[start : start + chunk_size]}
            self._update_chunk(doctype, chunk, common, debug)
        self._forget(doctype)

    @staticmethod
    def _update_chunk(doctype: str, updates: dict[str, dict], common: dict, debug: bool) -> None:
        from frappe.query_builder import Case

        table = frappe.qb.DocType(doctype)
        query, cases = frappe.qb.update(table), {}
        for name, row in updates.items():
            for field, value in row.items():
                cases[field] = cases.get(field, Case()).when(table.name == name, value)
        for field, case in cases.items():
            query = query.set(table[field], case.else_(table[field]))
        for field, value in common.items():
            query = query.set(table[field], value)
        query.where(table.name.isin(list(updates))).run(debug=debug)
        for name in updates:
            frappe.clear_document_cache(doctype, name)

    def exists(self, dt: Any, dn: Any = None, cache: bool = False, *, debug: bool = False) -> Any:
        """Name of a matching document, or None. A Single DocType exists always."""
        if dt != "DocType" and dt == dn:
            return dn
        if isinstance(dt, dict):
            filters = dict(dt)
            dt, dn = filters.pop("doctype"), filters
        return self.get_value(dt, dn, ignore=True, cache=cache, order_by=None, debug=debug)

    def count(
        self, dt: str, filters: Any = None, debug: bool = False, cache: bool = False, distinct: bool = True
    ) -> int:
        """Number of rows that match; `cache` remembers the unfiltered number for a day."""
        from frappe.query_builder.functions import Count

        cache_key = f"doctype:count:{dt}"
        if cache and not filters and (known := frappe.cache.get_value(cache_key)) is not None:
            return known
        query = frappe.qb.get_query(dt, fields=[Count("*")], filters=filters, distinct=distinct, validate_filters=True)
        number = query.run(debug=debug)[0][0]
        if cache and not filters:
            frappe.cache.set_value(cache_key, number, expires_in_sec=86400)
        return number

    def delete(self, doctype: str, filters: Any = None, debug: bool = False, **kwargs: Any) -> Any:
        """DELETE of the rows that match, without events."""
        filters = filters or kwargs.pop("conditions", None)
        self._forget(doctype)
        query = frappe.qb.get_query(doctype, filters=filters, delete=True, validate_filters=True)
        return query.run(debug=debug, **kwargs)

    def a_row_exists(self, doctype: str) -> Sequence:
        return frappe.get_all(doctype, limit=1, order_by=None, as_list=True)

    def get_last_created(self, doctype: str) -> Any:
        """Moment at which the newest document was made; None without any."""
        rows = frappe.get_all(doctype, pluck="creation", limit=1, order_by="creation desc")
        return rows[0] if rows else None

    def get_creation_count(self, doctype: str, minutes: int) -> int:
        """Documents made in the last minutes."""
        since = frappe.utils.add_to_date(frappe.utils.now_datetime(), minutes=-minutes)
        return self.count(doctype, {"creation": [">=", since]})

    def get_descendants(self, doctype: str, name: str) -> list[str]:
        """Names below a node of a tree."""
        from frappe.database.query import get_nested_set_hierarchy_result

        return get_nested_set_hierarchy_result(doctype, name, "descendants of")

    def field_exists(self, dt: str, fn: str) -> bool:
        return frappe.get_meta(dt).has_field(fn)
