"""Documents: loading, the order of events of insert, save, submit, cancel and discard, and the checks between them."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model import optional_fields
from frappe.model.base_document import BaseDocument
from frappe.model.docstatus import DocStatus
from frappe.model.document_checks import DocumentChecks
from frappe.model.document_tools import DocumentTools
from frappe.model.events import EventRunner
from frappe.model.saving import Saving
from frappe.modules import get_controller
from frappe.types import _dict
from frappe.utils import now


def get_doc(*args: Any, **kwargs: Any) -> "Document":
    """A document: new from a dict or keyword arguments, or loaded by DocType and name (or filters, or Single).

    `for_update=True` locks the row until the end of the transaction. Raises DoesNotExistError.
    """
    if not args:
        if not kwargs:
            raise ValueError("First non keyword argument must be a string, dict or DocRef")
        return _from_dict(kwargs)
    first = args[0]
    if isinstance(first, BaseDocument):
        return first
    if isinstance(first, str):
        name = args[1] if len(args) > 1 else kwargs.pop("name", None)
        return get_controller(first)(first, first if name is None else name, **kwargs)
    if hasattr(first, "items"):
        return _from_dict(dict(first))
    if hasattr(first, "doctype") and hasattr(first, "name"):
        return get_doc(first.doctype, first.name, **kwargs)
    raise ValueError("First non keyword argument must be a string, dict or DocRef")


def _from_dict(data: dict) -> "Document":
    if "doctype" not in data:
        raise ValueError('"doctype" is a required key')
    return get_controller(data["doctype"])(data)


class Document(Saving, DocumentChecks, EventRunner, DocumentTools, BaseDocument):
    """Base of every controller."""

    def __init__(self, *args: Any, **kwargs: Any):
        self.doctype: Any = None
        self.name: Any = None
        self.flags = _dict()
        if args and isinstance(args[0], str):
            self._init_known(args[0], args[1] if len(args) > 1 else args[0], **kwargs)
        elif args and isinstance(args[0], dict):
            self._init_from_values(args[0])
        elif args and hasattr(args[0], "doctype"):
            self._init_known(args[0].doctype, args[0].name, **kwargs)
        elif not args and kwargs:
            self._init_from_values(kwargs)
        else:
            raise ValueError("Illegal arguments")

    def _init_from_values(self, values: dict) -> None:
        super().__init__(values)
        self.init_child_tables()
        self.init_valid_columns()

    def _init_known(self, doctype: str, name: Any, **kwargs: Any) -> None:
        self.doctype, self.name = doctype, name
        self.flags.for_update = kwargs.pop("for_update", None)
        self.load_from_db()
        if kwargs:
            self._init_from_values(kwargs)

    # -- loading -----------------------------------------------------------------------------------------------------

    def load_from_db(self) -> "Document":
        """Read the row and its children anew. Raises DoesNotExistError."""
        self.flags.ignore_children = True
        if self.meta.issingle:
            self._load_single()
        else:
            row = self._read_row()
            if not row:
                error = frappe.DoesNotExistError(doctype=self.doctype)
                frappe.throw(_("{0} {1} not found").format(_(self.doctype), self.name), error)
            BaseDocument.__init__(self, row)
        self.flags.pop("ignore_children", None)
        self.load_children_from_db()
        if hasattr(self, "__setup__"):
            self.__setup__()
        return self

    def _load_single(self) -> None:
        values = frappe.db.get_singles_dict(self.doctype, for_update=self.flags.for_update)
        if not values:
            values = frappe.new_doc(self.doctype, as_dict=True)
            values["name"] = self.doctype
            values.pop("__islocal", None)
        BaseDocument.__init__(self, values)
        self.init_valid_columns()
        self._fix_numeric_types()

    def _read_row(self) -> dict | None:
        if not isinstance(self.name, str | int):
            return frappe.db.get_value(self.doctype, self.name, "*", as_dict=True, for_update=self.flags.for_update)
        table, values = f"tab{self.doctype}", (str(self.name),)
        query = f"SELECT * FROM `{table}` WHERE `name` = %s"
        rows = frappe.db.read_once(table, query, values, locked=bool(self.flags.for_update))
        if not rows:
            return None
        frappe.db.memory.remember_names(self.doctype, [rows[0].name])
        return rows[0]

    def load_children_from_db(self) -> "Document":
        """One SELECT per child DocType, whatever the number of tables that use it."""
        tables: dict[str, list] = {fieldname: [] for fieldname in self._table_fieldnames}
        for doctype in dict.fromkeys(self._table_fieldnames.values()):
            table, values = f"tab{doctype}", (str(self.name), self.doctype)
            query = f"SELECT * FROM `{table}` WHERE `parent` = %s AND `parenttype` = %s ORDER BY `idx` ASC"
            for row in frappe.db.read_once(table, query, values, locked=bool(self.flags.for_update)):
                if self._table_fieldnames.get(row.parentfield) == doctype:
                    tables[row.parentfield].append(row)
        for fieldname, rows in tables.items():
            self.set(fieldname, rows)
        return self

    def reload(self) -> "Document":
        """Read everything from the database again."""
        return self.load_from_db()

    def get_latest(self) -> "Document":
        if not getattr(self, "_doc_before_save", None):
            self.load_doc_before_save()
        return self._doc_before_save

    def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
        """Keep the stored document, locked, to compare with."""
        self._doc_before_save = None
        if self.is_new():
            return
        try:
            self._doc_before_save = frappe.get_doc(self.doctype, self.name, for_update=True)
        except frappe.DoesNotExistError:
            if raise_exception:
                raise
            frappe.clear_last_message()

    def get_doc_before_save(self) -> Any:
        return getattr(self, "_doc_before_save", None)

    # -- life ----------------------------------------------------------------------------------------------------

    def _submit(self) -> "Document":
        self.docstatus = DocStatus.SUBMITTED
        return self.save()

    def _cancel(self) -> "Document":
        self.docstatus = DocStatus.CANCELLED
        return self.save()

    @frappe.whitelist()
    def submit(self) -> "Document":
        """Make the document final."""
        return self._submit()

    @frappe.whitelist()
    def cancel(self) -> "Document":
        """Take a submitted document back."""
        return self._cancel()

    @frappe.whitelist()
    def discard(self) -> None:
        """Cancel a draft."""
        self._action = "discard"
        self.set_user_and_timestamp()
        self.check_if_latest()
        if not self.docstatus.is_draft():
            raise frappe.ValidationError(_("Only draft documents can be discarded"), self.docstatus)
        self.check_permission("write")
        self.run_method("before_discard")
        self.db_set("docstatus", DocStatus.CANCELLED)
        del self._action
        self.run_method("on_discard")

    @frappe.whitelist()
    def rename(self, name: str, merge: bool = False, force: bool = False, validate_rename: bool = True) -> None:
        """Give the document another name (or merge it into an existing one) and reload it."""
        from frappe.model.rename_doc import rename_doc

        self.name = rename_doc(doc=self, new=name, merge=merge, force=force, validate=validate_rename)
        self.reload()

    def delete(self, ignore_permissions: bool = False, force: bool = False, *, delete_permanently: bool = False) -> Any:
        """Delete the document."""
        return frappe.delete_doc(
            self.doctype,
            self.name,
            ignore_permissions=ignore_permissions,
            flags=self.flags,
            force=force,
            delete_permanently=delete_permanently,
        )

    def __str__(self) -> str:
        return f"{self.doctype} ({self.name or 'unsaved'})"

    def __repr__(self) -> str:
        docstatus = f" docstatus={self.docstatus}" if self.docstatus else ""
        parent = f" parent={self.parent}" if getattr(self, "parent", None) else ""
        return f"<{type(self).__name__}: doctype={self.doctype} {self.name or 'unsaved'}{docstatus}{parent}>"


def bulk_insert(
    doctype: str, documents: Iterable[Document], ignore_duplicates: bool = False, chunk_size: int = 10_000
) -> None:
    """INSERT many documents with their rows, without checks and events."""
    documents = list(documents)
    groups = {doctype: documents}
    for df in frappe.get_meta(doctype).get_table_fields():
        groups.setdefault(df.options, []).extend(row for doc in documents for row in doc.get(df.fieldname) or [])
    for target, docs in groups.items():
        columns = frappe.get_meta(target).get_valid_columns()
        values = [_bulk_row(doc, columns) for doc in docs]
        frappe.db.bulk_insert(target, columns, values, ignore_duplicates=ignore_duplicates, chunk_size=chunk_size)


def _bulk_row(doc: Document, columns: list[str]) -> tuple:
    doc.creation = doc.modified = now()
    doc.owner = doc.modified_by = frappe.session.user
    values = doc.get_row_values()
    return tuple(values.get(column) for column in columns)


__all__ = ["Document", "bulk_insert", "get_doc", "optional_fields"]
