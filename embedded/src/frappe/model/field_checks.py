"""Checks of single values before a document is written. Every failure is a ValidationError that names the field."""

import datetime
import json
import math
import re
from typing import Any

import frappe
from frappe import _
from frappe.model import datetime_fields, display_fieldtypes, float_like_fields, table_fields
from frappe.types import _dict
from frappe.utils import cint, cstr, flt, get_datetime, get_time, getdate, sanitize_html, strip_html

VARCHAR_FIELDS = frozenset(
    ("Data", "Link", "Dynamic Link", "Select", "Read Only", "Color", "Icon", "Phone", "Autocomplete")
)
DEFAULT_LENGTH = 140
TEXT_BYTES = 65535  # what a MariaDB `text` column holds
TEXT_FIELDS = frozenset(("Small Text", "Text", "Attach", "Attach Image"))
INT_MAX, BIGINT_MAX = 2**31 - 1, 2**63 - 1
DECIMAL_MAX = 10**12  # whole part of decimal(21,9)
PLAIN_TEXTS = (VARCHAR_FIELDS | TEXT_FIELDS) - {"Password"}
CLOCK = re.compile(r"[0-9]{1,3}:[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,6})?)?$")
HTML_EXEMPT = ("Attach", "Attach Image", "Barcode", "Code")
STANDARD_TYPES = {"creation": "Datetime", "modified": "Datetime", "idx": "Int"}
STANDARD_FIELDS = tuple(_dict(fieldname=name, fieldtype=fieldtype) for name, fieldtype in STANDARD_TYPES.items())
TEXT_COLUMNS = tuple(_dict(fieldname=name, fieldtype="Data") for name in ("name", "owner", "modified_by"))
NUMBER_TYPES = frozenset((*float_like_fields, "Int", "Check"))
SAFE_NUMBER = 1_000_000_000  # fits every number column


def is_storable_text(value: Any) -> bool:
    """Text that both databases keep unchanged: no bytes, no halves of characters, no NUL."""
    if not isinstance(value, str) or "\x00" in value:
        return False
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def _clock(value: str) -> Any:
    """Digits must be a time as they stand; words like "10 pm" are understood."""
    return value if CLOCK.match(value) else None if re.fullmatch(r"[\d:.]+", value) else get_time(value)


def _plainly_fits(fieldtype: str, value: Any) -> bool:
    """The everyday values, of which nothing more has to be asked."""
    if value.__class__ is str:
        return fieldtype in PLAIN_TEXTS and value.isascii() and "\x00" not in value
    return fieldtype in NUMBER_TYPES and value.__class__ in (int, float) and -SAFE_NUMBER < value < SAFE_NUMBER


class FieldChecks:
    """The `_validate_…` steps of a document or child row."""

    def _label(self, df: Any) -> str:
        return frappe.bold(_(df.label or df.fieldname))

    def _row_prefix(self) -> str:
        return _("Row #{0}:").format(self.idx) if self.get("parentfield") else ""

    def _throw_for(self, df: Any, message: str, exc: Any = None, **kwargs: Any) -> None:
        frappe.throw(
            f"{self._row_prefix()} {self._label(df)}: {message}".strip(), exc or frappe.ValidationError, **kwargs
        )

    # -- shape of values ---------------------------------------------------------------------------------------------

    def _validate_types(self) -> None:
        """Refuse values that no column of the field's type can hold, before anything works with them."""
        values = self.__dict__
        for df in self.meta._valued_fields:
            value = values.get(df.fieldname)
            if value is not None and not _plainly_fits(df.fieldtype, value):
                self._check_type(df, value)
        for df in STANDARD_FIELDS:
            if (value := values.get(df.fieldname)) is not None:
                self._check_type(df, value)
        for df in TEXT_COLUMNS:
            value = values.get(df.fieldname)
            if value is None or (value.__class__ is int and df.fieldname == "name" and abs(value) <= BIGINT_MAX):
                continue
            if not is_storable_text(value):
                self._throw_for(df, _("Value is not valid text"))
            if len(value) > DEFAULT_LENGTH:
                self.throw_length_exceeded_error(df, DEFAULT_LENGTH, value)

    def _check_type(self, df: Any, value: Any) -> None:
        fieldtype = df.fieldtype
        if fieldtype in table_fields:
            if not isinstance(value, list):
                self._throw_for(df, _("Value must be a list of rows"))
        elif isinstance(value, list | tuple | set):
            frappe.throw(_("Value for {0} cannot be a list").format(_(df.label or df.fieldname)))
        elif isinstance(value, dict if fieldtype != "JSON" else float):
            self._throw_for(df, _("Value cannot be an object"))
        elif fieldtype in datetime_fields:
            self._check_moment(df, value)
        elif fieldtype in float_like_fields or fieldtype in ("Rating", "Duration", "Int"):
            self._check_number(df, value)
        elif isinstance(value, str | bytes):
            self._check_text(df, value)
        elif isinstance(value, float) and not math.isfinite(value):
            self._throw_for(df, _("Value is not valid text"))

    def _check_text(self, df: Any, value: str | bytes) -> None:
        if not is_storable_text(value):
            self._throw_for(df, _("Value is not valid text"))
        if df.fieldtype == "JSON" and value:
            try:
                json.loads(value)
            except ValueError:
                self._throw_for(df, _("Value is not valid JSON"))

    def _check_number(self, df: Any, value: Any) -> None:
        """Words where a number belongs count as 0, as everywhere in Frappe; endless numbers are refused."""
        try:
            number = float(value or 0) if df.fieldtype == "Duration" else flt(value)
        except (OverflowError, ValueError, TypeError):
            number = math.nan
        limit = INT_MAX if df.fieldname in STANDARD_TYPES else BIGINT_MAX if df.fieldtype == "Int" else DECIMAL_MAX
        if not math.isfinite(number) or abs(number) > limit:
            self._throw_for(df, _("{0} is not a number that can be stored").format(str(value)[:40]))

    def _check_moment(self, df: Any, value: Any) -> None:
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta) or value == "":
            return
        parse = {"Date": getdate, "Datetime": get_datetime, "Time": _clock}[df.fieldtype]
        messages = list(frappe.message_log)
        try:
            parsed = parse(value) if isinstance(value, str) and is_storable_text(value) else None
        except Exception:
            frappe.local.message_log = messages  # what the parser told is told better below
            parsed = None
        if parsed is None:
            self._throw_for(df, _("{0} is not a valid {1}").format(frappe.bold(str(value)[:40]), _(df.fieldtype)))

    # -- rules of fields ---------------------------------------------------------------------------------------------

    def _get_missing_mandatory_fields(self) -> list[tuple[str, str]]:
        missing = [
            (df.fieldname, self._mandatory_message(df)) for df in self.meta._mandatory if not self._has_content(df)
        ]
        if self.meta.istable:
            for fieldname in ("parent", "parenttype"):
                if not self.get(fieldname):
                    missing.append((fieldname, self._mandatory_message(_dict(label=fieldname))))
        return missing

    def _mandatory_message(self, df: Any) -> str:
        if df.fieldtype in table_fields:
            return _("Error: Data missing in table {0}").format(_(df.label))
        if self.get("parentfield"):
            text = _("Error: {0} Row #{1}: Value missing for: {2}")
            return text.format(frappe.bold(_(self.doctype)), self.idx, _(df.label))
        return _("Error: Value missing for {0}: {1}").format(_(df.parent), _(df.label))

    def _has_content(self, df: Any) -> bool:
        value = self.get(df.fieldname)
        if value is None or value == []:
            return False
        text = cstr(value)
        if strip_html(text).strip():
            return True
        shows_images = df.fieldtype == "Text Editor" or (df.fieldtype == "Code" and df.options == "HTML")
        return shows_images and "<img" in text

    def _validate_selects(self) -> None:
        if frappe.flags.in_import:
            return
        for df in self.meta.get_select_fields():
            value = self.get(df.fieldname)
            if df.fieldname == "naming_series" or not value or not df.options:
                continue
            options = df.options.split("\n")
            value = cstr(value).strip()
            self.set(df.fieldname, value)
            if value not in options and not (frappe.flags.in_test and value.startswith("_T-")):
                allowed = '", "'.join(_(option) for option in options)
                text = _('{0} {1} cannot be "{2}". It should be one of "{3}"')
                frappe.throw(text.format(self._row_prefix(), _(self.meta.get_label(df.fieldname)), value, allowed))

    def _validate_data_fields(self) -> None:
        from frappe.utils import (
            split_emails,
            validate_email_address,
            validate_name,
            validate_phone_number,
            validate_url,
        )

        for df in self.meta.get_phone_fields():
            validate_phone_number(cstr(self.get(df.fieldname)), throw=True)
        checks = {"Name": validate_name, "Phone": validate_phone_number, "URL": validate_url}
        for df in self.meta.get_data_fields():
            value = self.get(df.fieldname)
            if not value or not df.options or (df.oldfieldtype and df.oldfieldtype != "Data"):
                continue
            value = cstr(value)
            if df.options == "Email":
                if not (self.owner in frappe.STANDARD_USERS and value in frappe.STANDARD_USERS):
                    for address in split_emails(value):
                        validate_email_address(address, throw=True)
            elif check := checks.get(df.options):
                check(value, throw=True)

    def _validate_non_negative(self) -> None:
        for df in self.meta._non_negative:
            if flt(self.get(df.fieldname)) >= 0:
                continue
            if self.get("parentfield"):
                parts = (
                    frappe.bold(_(self.doctype)),
                    _("Row"),
                    self.idx,
                    _("Value cannot be negative for"),
                    self._label(df),
                )
                message = "{} {} #{}: {} {}".format(*parts)
            else:
                message = _("Value cannot be negative for {0}: {1}").format(_(df.parent), self._label(df))
            frappe.throw(message, frappe.NonNegativeError, title=_("Negative Value"))

    def _validate_length(self) -> None:
        if frappe.flags.in_install or self.meta.issingle:
            return
        values = self.__dict__
        for df in self.meta._stored_fields:
            value = values.get(df.fieldname)
            limit = None if value is None else self._limit_exceeded(df, value)
            if limit:
                self.throw_length_exceeded_error(df, limit, value)

    def _limit_exceeded(self, df: Any, value: Any) -> int | None:
        if df.fieldtype in VARCHAR_FIELDS:
            limit = cint(df.length) or DEFAULT_LENGTH
            return limit if len(value if value.__class__ is str else cstr(value)) > limit else None
        if df.fieldtype in ("Int", "Long Int"):
            limit = BIGINT_MAX if df.fieldtype == "Long Int" or cint(df.length) > 11 else INT_MAX
            return limit if abs(cint(value)) > limit else None
        if df.fieldtype in TEXT_FIELDS:
            return TEXT_BYTES if len(cstr(value)) > TEXT_BYTES // 4 and len(cstr(value).encode()) > TEXT_BYTES else None
        return None

    def throw_length_exceeded_error(self, df: Any, max_length: int, value: Any) -> None:
        if self.get("parentfield"):
            reference = _("{0}, Row {1}").format(_(self.doctype), self.idx)
        else:
            reference = f"{_(self.doctype)} {self.name}"
        text = _("{0}: '{1}' ({3}) will get truncated, as max characters allowed is {2}")
        message = text.format(reference, self._label(df), max_length, value if len(cstr(value)) < 1000 else "…")
        frappe.throw(message, frappe.CharacterLengthExceededError, title=_("Value too big"))

    def _fix_rating_value(self) -> None:
        for df in self.meta._of_type("Rating"):
            self.set(df.fieldname, max(0, min(flt(self.get(df.fieldname)), 1)))

    def _validate_code_fields(self) -> None:
        for df in self.meta.get_code_fields():
            if df.options in ("Python", "PythonExpression"):
                from frappe.utils import validate_python_code

                validate_python_code(self.get(df.fieldname), fieldname=df.label, is_expression=df.options != "Python")

    def _sync_autoname_field(self) -> None:
        """A document named by a field keeps that field equal to its name."""
        _rule, found, fieldname = (self.meta.autoname or "").partition("field:")
        if found and fieldname and self.name and self.name != self.get(fieldname):
            self.set(fieldname, self.name)

    def _sanitize_content(self) -> None:
        """Clean HTML in every text that looks like HTML, unless the field is meant to hold code."""
        if frappe.flags.in_install:
            return
        for fieldname in self.meta.get_valid_columns():
            value = self.__dict__.get(fieldname)
            if not isinstance(value, str) or ("<" not in value and ">" not in value):
                continue
            df = self.meta.get_field(fieldname)
            if not self._keeps_markup(df, value):
                self.set(fieldname, sanitize_html(value, linkify=bool(df) and df.fieldtype == "Text Editor"))

    def _keeps_markup(self, df: Any, value: str) -> bool:
        if "<!-- markdown -->" in value:
            from bs4 import BeautifulSoup

            return not BeautifulSoup(value, "html.parser").find()
        if df is None:
            return False
        is_email = df.fieldtype in ("Data", "Small Text", "Text") and df.options == "Email"
        locked = self.docstatus.is_cancelled() or (self.docstatus.is_submitted() and not df.allow_on_submit)
        return bool(df.ignore_xss_filter or is_email or df.fieldtype in HTML_EXEMPT or locked)

    def _save_passwords(self) -> None:
        """Move passwords into the encrypted store; the row keeps stars."""
        skip = self.flags.ignore_save_passwords
        if skip is True:
            return
        for df in self.meta._of_type("Password"):
            if not (skip and df.fieldname in skip):
                self._save_password(df.fieldname, self.get(df.fieldname))

    def _save_password(self, fieldname: str, value: Any) -> None:
        from frappe.utils.password import remove_encrypted_password, set_encrypted_password

        if not value:
            if not self.is_new():
                remove_encrypted_password(self.doctype, self.name, fieldname)
        elif not self.is_dummy_password(cstr(value)):
            set_encrypted_password(self.doctype, self.name, cstr(value), fieldname)
            self.set(fieldname, "*" * len(cstr(value)))

    def get_password(self, fieldname: str = "password", raise_exception: bool = True) -> str | None:
        """The clear password: as just set, else from the encrypted store."""
        value = self.get(fieldname)
        if value and not self.is_dummy_password(value):
            return value
        from frappe.utils.password import get_decrypted_password

        return get_decrypted_password(self.doctype, self.name, fieldname, raise_exception=raise_exception)

    def is_dummy_password(self, pwd: str) -> bool:
        return set(pwd) == {"*"}

    def reset_values_if_no_permlevel_access(self, has_access_to: Any, high_permlevel_fields: Any) -> None:
        """Put back the stored (or default) values of fields above the user's permission levels."""
        exempt = self.flags.get("ignore_permlevel_for_fields", [])
        to_reset = [
            df.fieldname
            for df in high_permlevel_fields
            if df.permlevel not in has_access_to
            and df.fieldtype not in display_fieldtypes
            and df.fieldname not in exempt
        ]
        if not to_reset:
            return
        if self.is_new():
            reference = frappe.new_doc(self.doctype)
        elif self.parent_doc:
            rows = self.parent_doc.get_latest().get(self.parentfield) or []
            reference = next((row for row in rows if row.name == self.name), None)
        else:
            reference = self.get_latest()
        if reference:
            for fieldname in to_reset:
                self.set(fieldname, reference.get(fieldname))
