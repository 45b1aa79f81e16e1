"""Writing rows: one document's own row, and all rows of a child table with few statements."""

import re
from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model import float_like_fields
from frappe.model.field_checks import CLOCK
from frappe.utils import cint, cstr, flt, get_datetime, get_time, getdate, now

# The decimals that a money or number column keeps (as MariaDB's decimal(21,9)); the same on SQLite.
STORED_DECIMALS = 9
WHOLE_NUMBERS = ("Int", "Long Int", "Check", "Rating", "Duration")


class RowStorage:
    """INSERT and UPDATE of a document's row, without any check."""

    def get_row_values(self) -> dict[str, Any]:
        """Values as the database keeps them: dates in ISO form, numbers rounded to what the column holds."""
        values = self.get_valid_dict(convert_dates_to_str=True, ignore_virtual=True)
        for fieldname, df in self.meta._fields.items():
            value = values.get(fieldname)
            if value is None:
                continue
            if df.fieldtype in float_like_fields:
                values[fieldname] = round(value, STORED_DECIMALS)
            elif isinstance(value, str):
                values[fieldname] = _stored_text(df.fieldtype, value)
            elif isinstance(value, int | float) and df.fieldtype not in WHOLE_NUMBERS:
                values[fieldname] = cstr(int(value) if isinstance(value, bool) else value)
        created = values.get("creation")
        if isinstance(created, str) and not (created.isascii() and len(created) == 26):
            values["creation"] = _stored_text("Datetime", created)
        values["docstatus"], values["idx"] = int(self.docstatus), cint(values.get("idx"))
        return values

    def db_insert(self, ignore_if_duplicate: bool = False) -> None:
        """INSERT this row. Raises DuplicateEntryError (name taken) or UniqueValidationError."""
        if not self.name:
            from frappe.model.naming import set_new_name

            set_new_name(self)
        if not self.creation:
            self.creation = self.modified = now()
            self.owner = self.modified_by = frappe.session.user
        try:
            insert_rows(self.doctype, [self.get_row_values()])
        except Exception as error:
            if not self._name_is_taken(error):
                self._raise_if_unique(error)
                raise
            if self.meta.autoname == "hash" and cint(self.flags.retry_count) < 5:
                self.flags.retry_count = cint(self.flags.retry_count) + 1
                self.name = None
                return self.db_insert()
            if not ignore_if_duplicate:
                message = _("{0} {1} already exists").format(_(self.doctype), frappe.bold(self.name))
                frappe.msgprint(message, title=_("Duplicate Name"), indicator="red")
                raise frappe.DuplicateEntryError(self.doctype, self.name, error) from error
        frappe.db.memory.remember_names(self.doctype, [self.name])
        self.set("__islocal", False)
        return None

    def _name_is_taken(self, error: Exception) -> bool:
        """Of several keys that clash MariaDB names the primary one, SQLite any of them: so ask."""
        if frappe.db.is_primary_key_violation(error):
            return True
        return frappe.db.is_unique_key_violation(error) and bool(frappe.db.exists(self.doctype, self.name))

    def db_update(self) -> None:
        """UPDATE this row (INSERT when it is new); the name is never written."""
        if self.get("__islocal") or not self.name:
            return self.db_insert()
        values = self.get_row_values()
        name = cstr(values.pop("name"))
        columns = ", ".join(f"`{column}`=%s" for column in values)
        try:
            frappe.db.sql(f"UPDATE `tab{self.doctype}` SET {columns} WHERE `name`=%s", [*values.values(), name])
        except Exception as error:
            self._raise_if_unique(error)
            raise
        return None

    def _raise_if_unique(self, error: Exception) -> None:
        if not frappe.db.is_unique_key_violation(error):
            return
        fieldname = _column_of_violation(self.meta, str(error))
        frappe.msgprint(_("{0} must be unique").format(self.get_label_from_fieldname(fieldname) or fieldname))
        raise frappe.UniqueValidationError(self.doctype, self.name, error) from error


def _stored_text(fieldtype: str, value: str) -> Any:
    """A text as its column keeps it: moments in ISO form, numbers as numbers, nothing for an empty JSON."""
    if fieldtype == "Duration":
        return flt(value)
    if fieldtype == "JSON":
        return value or None
    if fieldtype == "Date":
        return str(getdate(value))
    if fieldtype == "Time" and not CLOCK.match(value):
        return str(get_time(value))
    if fieldtype == "Datetime":
        moment = get_datetime(value)
        return str(moment.replace(tzinfo=None)) if moment else value
    return value


def _column_of_violation(meta: Any, message: str) -> str:
    """The column named in the driver's text: `tabX.cui` (SQLite) or the key's name (MariaDB)."""
    if found := re.search(r"UNIQUE constraint failed: (.+)", message):
        return found.group(1).split(",")[0].rpartition(".")[2].strip("`' )")
    found = re.search(r"for key '([^']+)'", message)
    key = found.group(1).rpartition(".")[2] if found else ""
    if meta.has_field(key):
        return key
    return next((df.fieldname for df in meta.fields if df.unique and df.fieldname in key), key)


def insert_rows(doctype: str, rows: list[dict[str, Any]]) -> None:
    """INSERT rows with the same columns in one statement."""
    columns = list(rows[0])
    marks = f"({', '.join(['%s'] * len(columns))})"
    frappe.db.sql(
        f"INSERT INTO `tab{doctype}` ({', '.join(f'`{c}`' for c in columns)}) VALUES {', '.join([marks] * len(rows))}",
        [row[column] for row in rows for column in columns],
    )


def insert_children(rows: Iterable[Any]) -> None:
    """INSERT new child rows, one statement per child DocType."""
    by_doctype: dict[str, list] = {}
    for row in rows:
        by_doctype.setdefault(row.doctype, []).append(row)
    for doctype, group in by_doctype.items():
        if len(group) == 1 or frappe.get_meta(doctype)._by_type.get("Password"):
            for row in group:
                row.db_insert()
            continue
        for start in range(0, len(group), 200):
            _insert_group(doctype, group[start : start + 200])


def _insert_group(doctype: str, group: list) -> None:
    """One INSERT for all; when a name or a unique value is taken, row by row, so that the error names the row."""
    from frappe.model.naming import set_new_name

    for row in group:
        if not row.name:  # appended by an event, after the document's rows were named
            set_new_name(row)
        if not row.creation:
            row.creation = row.modified = now()
            row.owner = row.modified_by = frappe.session.user
    values = [row.get_row_values() for row in group]
    try:
        insert_rows(doctype, values)
    except Exception as error:
        if not (frappe.db.is_primary_key_violation(error) or frappe.db.is_unique_key_violation(error)):
            raise
        for row in group:
            row.db_insert()
        return
    for row in group:
        row.set("__islocal", False)


def update_children(doctype: str, rows: list[Any], old_rows: dict[str, Any]) -> None:
    """UPDATE rows that were there before in one statement: what differs per row by CASE, what is common at once."""
    if not rows:
        return
    new = {row.name: row.get_row_values() for row in rows}
    common: dict[str, Any] = {}
    single: dict[str, dict[str, Any]] = {}
    for column in new[rows[0].name]:
        if column == "name":
            continue
        changed = {
            name: values[column] for name, values in new.items() if _differs(values[column], old_rows[name].get(column))
        }
        if not changed:
            continue
        if len(changed) == len(new) and len(set(map(repr, changed.values()))) == 1:
            common[column] = next(iter(changed.values()))
        else:
            single[column] = changed
    _run_update(doctype, list(new), common, single)


def _differs(value: Any, old: Any) -> bool:
    return value is not old and (type(value) is not type(old) or value != old)


def _run_update(doctype: str, names: list[str], common: dict, single: dict[str, dict[str, Any]]) -> None:
    sets, values = [], []
    for column, value in common.items():
        sets.append(f"`{column}`=%s")
        values.append(value)
    for column, by_name in single.items():
        sets.append(f"`{column}`=CASE `name` {'WHEN %s THEN %s ' * len(by_name)}ELSE `{column}` END")
        values.extend(part for item in by_name.items() for part in item)
    if sets:
        marks = ", ".join(["%s"] * len(names))
        frappe.db.sql(f"UPDATE `tab{doctype}` SET {', '.join(sets)} WHERE `name` IN ({marks})", [*values, *names])
