"""A document as a bag of values: parents and child rows alike. Knows its columns and how to write its own row."""

import datetime
import functools
import json
import weakref
from collections.abc import Iterable
from itertools import islice
from types import MappingProxyType
from typing import Any

import frappe
from frappe import _
from frappe.model import (
    child_table_fields,
    datetime_fields,
    default_fields,
    float_like_fields,
    get_permitted_fields,
    table_fields,
)
from frappe.model.docstatus import DocStatus
from frappe.model.field_checks import FieldChecks
from frappe.model.presentation import Presentation
from frappe.model.rows import RowStorage
from frappe.modules import get_controller
from frappe.types import _dict
from frappe.types.lazy import cached_property
from frappe.utils import cint, compare, cstr, flt, now

TABLE_DOCTYPES_FOR_DOCTYPE = MappingProxyType(
    {
        "fields": "DocField",
        "permissions": "DocPerm",
        "actions": "DocType Action",
        "links": "DocType Link",
        "states": "DocType State",
    }
)
TABLE_DOCTYPES_FOR_CHILD_TABLES: MappingProxyType = MappingProxyType({})
DOCTYPES_FOR_DOCTYPE = {"DocType", *TABLE_DOCTYPES_FOR_DOCTYPE.values()}
DatetimeTypes = (datetime.date, datetime.time, datetime.timedelta)

# Names that values from outside may never set: they would replace the machinery of the document itself.
RESERVED_KEYWORDS = frozenset(
    """doctype meta flags _weakref _parent_doc _table_fields _doc_before_save _table_fieldnames permitted_fieldnames
    dont_update_if_missing _action _original_modified _precision _return_value""".split()
)
UNPICKLABLE_KEYS = ("meta", "permitted_fieldnames", "_parent_doc", "_weakref", "_table_fieldnames")
PRIVATE_PROPERTIES = ("_user_tags", "__islocal", "__onload", "_liked_by", "__run_link_triggers", "__unsaved")


class BaseDocument(FieldChecks, Presentation, RowStorage):
    """Values of one row; fields are attributes, child tables are lists of rows."""

    def __init__(self, d: dict):
        if d.get("doctype"):
            self.doctype = d["doctype"]
        self.update(d)
        self.dont_update_if_missing: list[str] = []
        if hasattr(self, "__setup__"):
            self.__setup__()

    def __json__(self) -> dict:
        return self.as_dict(no_nulls=True)

    @cached_property
    def meta(self) -> Any:
        return frappe.get_meta(self.doctype)

    @cached_property
    def permitted_fieldnames(self) -> set[str]:
        return set(get_permitted_fields(doctype=self.doctype, parenttype=getattr(self, "parenttype", None)))

    @cached_property
    def _weakref(self) -> weakref.ref:
        return weakref.ref(self)

    @cached_property
    def _table_fieldnames(self) -> Any:
        """Table fields of this DocType: fieldname → child DocType."""
        if self.doctype == "DocType":
            return {"fields": "DocField", "permissions": "DocPerm"}
        return TABLE_DOCTYPES_FOR_CHILD_TABLES if self.doctype in DOCTYPES_FOR_DOCTYPE else self.meta._table_doctypes

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key not in UNPICKLABLE_KEYS}

    def update(self, d: Any) -> "BaseDocument":
        """Set many values at once; rows given for a table replace its rows. Names of methods are left alone."""
        values, methods = self.__dict__, _method_names(type(self))
        for key, value in d.items():
            if key not in RESERVED_KEYWORDS and (key not in methods or callable(value)):
                values[key] = value
        if not self._table_fieldnames or self.flags.get("ignore_children", False):
            return self
        for key in self._table_fieldnames:
            if key in values:
                self.set(key, values[key])
        return self

    def update_if_missing(self, d: Any) -> None:
        """Set values only where there is none yet."""
        if isinstance(d, BaseDocument):
            d = d.get_valid_dict()
        for key, value in d.items():
            if value is not None and self.get(key) is None and key not in self.dont_update_if_missing:
                self.set(key, value)

    def get(self, key: Any, filters: Any = None, limit: int | None = None, default: Any = None) -> Any:
        """Value of a field; rows of a table that match `filters`; a dict as key searches the rows of all tables."""
        if isinstance(key, dict):
            return _filter(self.get_all_children(), key, limit=limit)
        if filters:
            if isinstance(filters, dict):
                return _filter(self.__dict__.get(key, []), filters, limit=limit)
            default = filters
        value = self.__dict__.get(key, default)
        return value[:limit] if limit and isinstance(value, list | tuple) else value

    def getone(self, key: Any, filters: Any = None) -> Any:
        return self.get(key, filters=filters, limit=1)[0]

    def set(self, key: str, value: Any, as_value: bool = False) -> None:
        """Set one value; a list for a table field replaces the rows."""
        if key in RESERVED_KEYWORDS:
            return
        if not as_value and key in self._table_fieldnames:
            self.__dict__[key] = []
            if value:
                self.extend(key, value)
            return
        self.__dict__[key] = value

    def append(self, key: str, value: Any = None, position: int = -1) -> Any:
        """Add a row (a dict or a document) to a table, at its end or at `position`, and answer it."""
        table = self.__dict__.get(key)
        if table is None:
            table = self.__dict__[key] = []
        row = self._init_child({} if value is None else value, key)
        if position == -1:
            table.append(row)
            if not getattr(row, "idx", False):
                row.idx = len(table)
        else:
            table.insert(position, row)
            _renumber(table)
        row._parent_doc = self._weakref
        return row

    @property
    def parent_doc(self) -> Any:
        reference = self.__dict__.get("_parent_doc")
        return reference() if isinstance(reference, weakref.ReferenceType) else reference

    @parent_doc.setter
    def parent_doc(self, value: Any) -> None:
        self._parent_doc = value

    def extend(self, key: str, value: Iterable) -> None:
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            self._throw_bad_table(key)
        for row in value:
            self.append(key, row)

    def _throw_bad_table(self, key: str) -> None:
        label = self.meta.get_label(key) if self.meta.has_field(key) else key
        frappe.throw(_("Value for {0} must be a list of rows").format(_(label)))

    def remove(self, doc: Any) -> None:
        """Take a row out of its table and number the others anew."""
        if doc.get("parentfield"):
            table = self.get(doc.parentfield)
            table.remove(doc)
            _renumber(table)

    def _init_child(self, value: Any, key: str) -> Any:
        if isinstance(value, BaseDocument):
            child = value
        else:
            doctype = self._table_fieldnames.get(key)
            if not doctype:
                raise AttributeError(key)
            if not isinstance(value, dict):
                self._throw_bad_table(key)
            value["doctype"] = doctype
            controller = get_controller(doctype)
            child = controller.__new__(controller)
            child._table_fieldnames = TABLE_DOCTYPES_FOR_CHILD_TABLES
            child.__init__(value)
        values = child.__dict__
        values["parent"], values["parenttype"], values["parentfield"] = self.name, self.doctype, key
        if values.get("docstatus") is None:
            values["docstatus"] = DocStatus.DRAFT
        if not values.get("name"):
            values["__islocal"] = 1
            values["__temporary_name"] = frappe.generate_hash(length=10)
        return child

    def get_valid_dict(
        self,
        sanitize: bool = True,
        convert_dates_to_str: bool = False,
        ignore_nulls: bool = False,
        ignore_virtual: bool = False,
    ) -> _dict:
        """Values of all columns (and permitted virtual fields), numbers cast to their type."""
        out = _dict()
        values, fields = self.__dict__, self.meta._fields
        for fieldname in self.meta.get_valid_fields():
            value = values.get(fieldname)
            if not sanitize and value is None:
                out[fieldname] = None
                continue
            df = fields.get(fieldname)
            if df is not None:
                if df.is_virtual:
                    if ignore_virtual or fieldname not in self.permitted_fieldnames:
                        continue
                    value = self._virtual_value(df, value)
                value = self._typed(df, value)
            if convert_dates_to_str and isinstance(value, DatetimeTypes):
                value = str(value)
            if value is None:
                if ignore_nulls and not (df is not None and df.is_virtual):
                    continue
                if df is not None and df.not_nullable:
                    value = df.default or _not_null_default(df.fieldtype)
            out[fieldname] = value
        return out

    def _virtual_value(self, df: Any, value: Any) -> Any:
        prop = getattr(type(self), df.fieldname, None)
        if isinstance(prop, property | functools.cached_property):
            return getattr(self, df.fieldname)
        if df.options and df.fieldtype not in ("Link", "Dynamic Link", "Select"):
            from frappe.utils.safe_exec import get_safe_globals

            return frappe.safe_eval(df.options, get_safe_globals(), {"doc": self})
        return value

    def _typed(self, df: Any, value: Any) -> Any:
        fieldtype = df.fieldtype
        if isinstance(value, list) and fieldtype not in table_fields:
            frappe.throw(_("Value for {0} cannot be a list").format(_(df.label or df.fieldname)))
        if fieldtype == "Check":
            return 1 if cint(value) else 0
        if fieldtype == "Int":
            return value if isinstance(value, int) else cint(value)
        if fieldtype in float_like_fields:
            return value if isinstance(value, float) else flt(value)
        if fieldtype == "JSON" and isinstance(value, dict):
            return json.dumps(value, separators=(",", ":"))
        if (fieldtype in datetime_fields and value == "") or (df.unique and cstr(value).strip() == ""):
            return None
        return value

    def init_child_tables(self) -> None:
        for fieldname in self._table_fieldnames:
            if self.__dict__.get(fieldname) is None:
                self.__dict__[fieldname] = []

    def init_valid_columns(self) -> None:
        values = self.__dict__
        if values.get("docstatus") is None:
            values["docstatus"] = DocStatus.DRAFT
        if values.get("idx") is None:
            values["idx"] = 0
        for key in self.get_valid_columns():
            values.setdefault(key, None)

    def get_valid_columns(self) -> list[str]:
        return self.meta.get_valid_columns()

    def is_new(self) -> Any:
        return self.get("__islocal")

    @property
    def docstatus(self) -> DocStatus:
        value = self.__dict__.get("docstatus")
        if not isinstance(value, DocStatus):
            value = self.__dict__["docstatus"] = _as_docstatus(value)
        return value

    @docstatus.setter
    def docstatus(self, value: Any) -> None:
        self.__dict__["docstatus"] = _as_docstatus(value)

    def as_dict(
        self,
        no_nulls: bool = False,
        no_default_fields: bool = False,
        convert_dates_to_str: bool = False,
        no_child_table_fields: bool = False,
        no_private_properties: bool = False,
    ) -> _dict:
        """All values with the child rows as dicts."""
        doc = self.get_valid_dict(convert_dates_to_str=convert_dates_to_str, ignore_nulls=no_nulls)
        doc["doctype"] = self.doctype
        how = dict(
            no_nulls=no_nulls,
            no_default_fields=no_default_fields,
            convert_dates_to_str=convert_dates_to_str,
            no_child_table_fields=no_child_table_fields,
            no_private_properties=no_private_properties,
        )
        for fieldname in self._table_fieldnames:
            doc[fieldname] = [row.as_dict(**how) for row in self.get(fieldname) or []]
        for key in (
            *(default_fields if no_default_fields else ()),
            *(child_table_fields if no_child_table_fields else ()),
        ):
            doc.pop(key, None)
        if not no_private_properties:
            for key in PRIVATE_PROPERTIES:
                if value := getattr(self, key, None):
                    doc[key] = value
        return doc

    def as_json(self) -> str:
        return frappe.as_json(self.as_dict())

    def get_label_from_fieldname(self, fieldname: str) -> str | None:
        df = self.meta.get_field(fieldname)
        return _(df.label) if df and df.label else None

    def update_modified(self) -> None:
        """Stamp the row with the present time."""
        self.set("modified", now())
        if self.meta.issingle:
            frappe.db.set_single_value(self.doctype, "modified", self.modified, update_modified=False)
        else:
            frappe.db.set_value(self.doctype, self.name, "modified", self.modified, update_modified=False)

    def _fix_numeric_types(self) -> None:
        for df in self.meta.fields:
            value = self.__dict__.get(df.fieldname)
            if df.fieldtype == "Check":
                self.set(df.fieldname, cint(value))
            elif value is not None and df.fieldtype == "Int":
                self.set(df.fieldname, cint(value))
            elif value is not None and df.fieldtype in float_like_fields:
                self.set(df.fieldname, flt(value))
        self.docstatus  # noqa: B018 - reading it makes it a DocStatus


@functools.lru_cache(maxsize=2048)
def _method_names(cls: type) -> frozenset[str]:
    return frozenset(name for name in dir(cls) if callable(getattr(cls, name, None)))


def _as_docstatus(value: Any) -> DocStatus:
    if isinstance(value, DocStatus):
        return value
    try:
        return DocStatus(value or 0)
    except (TypeError, ValueError, OverflowError):
        frappe.throw(_("Invalid docstatus"))


def _not_null_default(fieldtype: str) -> Any:
    """What a column that may not be empty gets when the document has no value for it."""
    if fieldtype in (*float_like_fields, "Int", "Long Int", "Check", "Rating", "Duration"):
        return 0
    fixed = {"Date": "0001-01-01", "Datetime": "0001-01-01 00:00:00.000000", "Time": "00:00:00"}
    return fixed.get(fieldtype, "")


def _renumber(table: list) -> None:
    for index, row in enumerate(table, 1):
        row.idx = index


def _filter(data: Iterable | None, filters: dict, limit: int | None = None) -> list:
    """Rows whose attributes satisfy all filters: value, [operator, value], "^prefix", True (set) or False (not set)."""
    tests = []
    for key, wanted in filters.items():
        if not isinstance(wanted, tuple | list):
            if isinstance(wanted, bool):
                wanted = ("not None" if wanted else "None", wanted)
            elif isinstance(wanted, str) and wanted.startswith("^"):
                wanted = ("^", wanted[1:])
            else:
                wanted = ("=", wanted)
        tests.append((key, wanted[0], wanted[1]))
    found = (row for row in data or () if all(compare(getattr(row, key, None), op, value) for key, op, value in tests))
    return list(islice(found, limit or None))
