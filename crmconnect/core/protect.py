"""What people send is checked before anything is computed from it.

Closes, on every host, what Frappe leaves open: values of a wrong kind, system fields sent back changed, rows of another
document taken over by their name, rows sent without all their fields.
"""

from __future__ import annotations

import math
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import states

NUMBERS = ("Int", "Float", "Currency", "Percent", "Check")
#: What nearly every field holds: certainly one value.
PLAIN = frozenset({str, int, float, type(None)})
#: Fields of one line or many; what an administrator adds of other kinds (Time, Rating, JSON …) the host checks itself.
TEXTS = frozenset(
    "Data,Link,Select,Small Text,Text,Long Text,Text Editor,Dynamic Link,Color,Phone,Attach,Attach Image,"
    "Code,HTML Editor,Markdown Editor,Autocomplete,Barcode,Read Only".split(",")
)
#: Kept in columns of 140 characters unless the field says otherwise.
SHORT = ("Data", "Link", "Select", "Dynamic Link", "Color", "Phone")
UNLIMITED = ("Text Editor", "Long Text", "HTML Editor", "JSON", "Code")
#: What a text column of MariaDB holds.
MAX_BYTES = 65_535
#: No amount, quantity or rate of a company is larger.
MAX_NUMBER = 999_999_999_999.99


def check_input(doc: Document) -> None:
    """``before_validate``: refuse values of a wrong kind, restore what belongs to the system, complete partial rows."""
    stored = doc.get_doc_before_save()
    for df in doc.meta.fields:
        if df.fieldtype in frappe.model.table_fields:
            _check_table(doc, stored, df)
        else:
            check_value(doc, df)
    if not states.is_service(doc):
        restore_system_fields(doc, stored)


def check_shapes(doc: Document, values: Any) -> None:
    """Refuse a list or dict for a field that holds one value, and rows that are none; naming the field."""
    if not isinstance(values, dict):
        return
    for df in doc.meta.get_table_fields():
        rows = values.get(df.fieldname)
        if rows and not (isinstance(rows, list | tuple) and all(isinstance(row, dict | Document) for row in rows)):
            refuse(doc, df, _("must be a list of rows"))
    for key in [key for key, value in values.items() if value.__class__ not in PLAIN and _is_collection(value)]:
        df = doc.meta.get_field(key)
        if df and df.fieldtype not in frappe.model.table_fields:
            refuse(doc, df, _("must be one value"))


def _is_collection(value: Any) -> bool:
    return isinstance(value, list | dict | tuple)


def check_value(doc: Document, df: Any) -> None:
    """Refuse one value that its field cannot hold, naming the field."""
    value = doc.get(df.fieldname)
    if value is None or value == "" or df.get("is_virtual"):
        return
    if df.fieldtype in NUMBERS:
        _check_number(doc, df, value)
    elif df.fieldtype == "Date":
        doc.set(df.fieldname, _as_date(doc, df, value))
    elif df.fieldtype == "Datetime":
        _parsed(doc, df, value, frappe.utils.get_datetime)
    elif df.fieldtype in TEXTS:
        doc.set(df.fieldname, _as_text(doc, df, value))


def _as_text(doc: Document, df: Any, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        refuse(doc, df, _("must be text"))
    if "\x00" in str(value):
        refuse(doc, df, _("contains a character that cannot be stored"))
    _check_length(doc, df, str(value))
    return str(value)


def _check_length(doc: Document, df: Any, value: str) -> None:
    """Frappe escapes markup after its own check of the length; what would not fit then is refused here."""
    limit = frappe.utils.cint(df.get("length")) or (140 if df.fieldtype in SHORT else 0)
    written = frappe.utils.sanitize_html(value) if "<" in value else value
    too_large = df.fieldtype not in UNLIMITED and len(written.encode()) > MAX_BYTES
    if too_large or (limit and len(written) > limit):
        frappe.throw(
            _("{0}: is longer than {1} characters.").format(_(df.label), limit or MAX_BYTES),
            frappe.CharacterLengthExceededError,
            title=_("Value too big"),
        )


def _check_number(doc: Document, df: Any, value: Any) -> None:
    try:
        number = float(value) if not isinstance(value, str) else float(value.strip())
    except (TypeError, ValueError):
        refuse(doc, df, _("must be a number"))
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        refuse(doc, df, _("is out of range"))
    if df.fieldtype == "Check" and number not in (0, 1):
        refuse(doc, df, _("must be 0 or 1"))
    if df.fieldtype == "Int" and (number != int(number) or abs(number) > 2_147_483_647):
        refuse(doc, df, _("must be a whole number"))
    if df.fieldtype == "Percent" and not 0 <= number <= 100:
        refuse(doc, df, _("must be between 0 and 100"))
    doc.set(df.fieldname, int(number) if df.fieldtype in ("Int", "Check") else number)


def _parsed(doc: Document, df: Any, value: Any, parse: Any) -> Any:
    try:
        result = parse(value)
    except Exception:  # allowed: dateutil raises many classes, all of which mean "no date"
        result = None
    if result is None or not 1900 <= result.year <= 9999:
        refuse(doc, df, _("is not a date"))
    return result


def _as_date(doc: Document, df: Any, value: Any) -> Any:
    if not isinstance(value, str) or len(value) >= 8:
        return _parsed(doc, df, value, frappe.utils.getdate)
    return refuse(doc, df, _("is not a date"))


def refuse(doc: Document, df: Any, problem: str) -> None:
    """Throw a ValidationError that names the field (and the row) and says what is wrong."""
    where = _("Row {0}").format(doc.idx) + ", " if doc.get("parentfield") else ""
    frappe.throw(f"{where}{_(df.label)}: {problem}.", title=_("Invalid value"))


def _check_table(doc: Document, stored: Document | None, df: Any) -> None:
    known = {row.name: row for row in (stored.get(df.fieldname) or [])} if stored else {}
    for row in doc.get(df.fieldname) or []:
        if row.name in known:
            _complete(row, known[row.name])
        elif stored and row.name and not row.get("__islocal"):
            frappe.throw(
                _("Row {0} of {1} belongs to another document.").format(row.idx, _(df.label)), title=_("Invalid row")
            )
        for cdf in row.meta.fields:
            check_value(row, cdf)
        if not states.is_service(doc):
            restore_system_fields(row, known.get(row.name))


def _complete(row: Document, stored: Document) -> None:
    """A row sent with some of its fields keeps the others as they are."""
    given = row.flags.get("given") or ()
    for df in row.meta.fields:
        if df.fieldname not in given and df.fieldtype not in frappe.model.no_value_fields:
            row.set(df.fieldname, stored.get(df.fieldname))


def restore_system_fields(doc: Document, stored: Document | None) -> None:
    """Read-only fields are the system's: whatever a request sends, they keep their stored value or their default."""
    for df in doc.meta.fields:
        if df.read_only and not df.get("is_virtual") and df.fieldname not in ("status", "status_code"):
            if df.fieldtype not in frappe.model.no_value_fields and df.fieldtype not in frappe.model.table_fields:
                doc.set(df.fieldname, stored.get(df.fieldname) if stored else df.default)
