"""Names of new documents: by field, series, format, prompt or hash."""

import base64
import datetime
import re
import secrets
import time
from typing import Any

import frappe
from frappe import _
from frappe.model.field_checks import is_storable_text
from frappe.utils import cint, cstr, now_datetime

NAMING_SERIES_PATTERN = re.compile(r"^[\w\- \/.#{}]+$", re.UNICODE)
BRACED_PARAMS_PATTERN = re.compile(r"(\{[\w | #]+\})")
NAMING_SERIES_PART_TYPES = (int, str, datetime.date, datetime.time, datetime.timedelta)
MAX_NAME_LENGTH = 140
MAX_SERIES_LENGTH = 100


class InvalidNamingSeriesError(frappe.ValidationError):
    """A series without a place for its number, or with characters that names may not have."""


class NamingSeries:
    """A series like `INV-.YYYY.-.#####`: parts separated by dots, one of them the counter."""

    __slots__ = ("series",)

    def __init__(self, series: str):
        self.series = series if "#" in series else series + ".#####"

    def validate(self) -> None:
        """Raises InvalidNamingSeriesError."""
        if "." not in self.series:
            text = _("Invalid naming series {}: dot (.) missing").format(frappe.bold(self.series))
            frappe.throw(text, InvalidNamingSeriesError)
        if not NAMING_SERIES_PATTERN.match(self.series):
            text = _("Special Characters except '-', '#', '.', '/', '{{' and '}}' not allowed in naming series {0}")
            frappe.throw(text.format(frappe.bold(self.series)), InvalidNamingSeriesError)

    def generate_next_name(self, doc: Any, *, ignore_validate: bool = False) -> str:
        if not ignore_validate:
            self.validate()
        return parse_naming_series(self.series.split("."), doc=doc)


def set_new_name(doc: Any) -> None:
    """Name a document by the first rule that gives a name; the last one is a hash."""
    doc.run_method("before_naming")
    meta = doc.meta
    autoname = meta.autoname or ""
    if autoname.lower() != "prompt" and not frappe.flags.in_import:
        doc.name = None
    if meta.has_field("amended_from") and doc.get("amended_from"):
        _set_amended_name(doc)
        if doc.name:
            return
    elif meta.issingle:
        doc.name = doc.doctype
    if not doc.name:
        doc.run_method("autoname")
    if not doc.name and autoname:
        set_name_from_naming_options(autoname, doc)
    doc.name = validate_name(doc.doctype, doc.name or make_autoname("hash", doc.doctype))


def set_name_from_naming_options(autoname: str, doc: Any) -> None:
    """Apply the DocType's `autoname`."""
    rule = autoname.lower()
    if rule.startswith("field:"):
        doc.name = cstr(doc.get(autoname[6:])).strip()
        if not doc.name:
            frappe.throw(_("{0} is required").format(doc.meta.get_label(autoname[6:])))
    elif rule.startswith("naming_series:"):
        set_name_by_naming_series(doc)
    elif rule.startswith("prompt"):
        if not doc.name:
            frappe.throw(_("Please set the document name"))
    elif rule.startswith("format:"):
        doc.name = _format_autoname(autoname, doc)
    elif "#" in autoname:
        doc.name = make_autoname(autoname, doc=doc)


def _format_autoname(autoname: str, doc: Any) -> str:
    pattern = autoname[autoname.find(":") + 1 :]
    return BRACED_PARAMS_PATTERN.sub(lambda match: parse_naming_series([match.group()[1:-1]], doc=doc), pattern)


def set_name_by_naming_series(doc: Any) -> None:
    """Name by the document's own `naming_series`, or the DocType's first one."""
    if not doc.naming_series:
        doc.naming_series = get_default_naming_series(doc.doctype)
    if not doc.naming_series:
        frappe.throw(_("Naming Series mandatory"))
    doc.naming_series = cstr(doc.naming_series)
    doc.name = make_autoname(doc.naming_series + ".#####", "", doc)


def make_autoname(key: str = "", doctype: str = "", doc: Any = "", *, ignore_validate: bool = False) -> str:
    """Next name of a series, or ten random letters and digits for the key `hash`."""
    if key == "hash":
        return _hash_name()
    return NamingSeries(key).generate_next_name(doc, ignore_validate=ignore_validate)


def _hash_name() -> str:
    """Ten base-32 characters; the first ones follow the clock, which keeps the index in order."""
    stamp = int(time.time() * 10) % 32**4
    head = base64.b32hexencode(stamp.to_bytes(5, "big")).decode()[-3:]
    return (head + base64.b32hexencode(secrets.token_bytes(10)).decode()[:7]).lower()


def parse_naming_series(parts: list[str] | str, doctype: str | None = None, doc: Any = None) -> str:
    """Put a name together from the parts of a series; the first part of `#` takes the next number of its prefix."""
    name, counted, today = "", False, now_datetime()
    for part in parts.split(".") if isinstance(parts, str) else parts:
        if not part:
            continue
        if part.startswith("#"):
            value: Any = "" if counted else getseries(name, len(part))
            counted = True
        else:
            value = _part_value(part, doc, today)
        if isinstance(value, str):
            name += value
        elif isinstance(value, NAMING_SERIES_PART_TYPES):
            name += cstr(value).strip()
    return name


def _part_value(part: str, doc: Any, today: datetime.datetime) -> Any:
    formats = {"YY": "%y", "MM": "%m", "DD": "%d", "YYYY": "%Y", "JJJ": "%j"}
    if part in formats:
        return today.strftime(formats[part])
    if part == "WW":
        return determine_consecutive_week_number(today)
    if part == "timestamp":
        return str(today)
    missing = object()
    if doc and (part.startswith("{") or doc.get(part, missing) is not missing):
        return doc.get(part.replace("{", "").replace("}", ""))
    if method := has_custom_parser(part):
        return frappe.get_attr(method[0])(doc, part)
    return part


def has_custom_parser(part: str) -> Any:
    """Functions of the hook `naming_series_variables` for a part."""
    return frappe.get_hooks("naming_series_variables", {}).get(part)


def determine_consecutive_week_number(moment: datetime.date) -> str:
    """ISO week, but 00 and 53 at the turn of the year, so that weeks of one year only grow."""
    week = moment.strftime("%V")
    if moment.month == 1 and int(week) >= 52:
        return "00"
    return "53" if moment.month == 12 and int(week) <= 1 else week


def _read_counter(prefix: str, lock: bool = False) -> int | None:
    suffix = " FOR UPDATE" if lock else ""
    rows = frappe.db.sql(f"SELECT `current` FROM `tabSeries` WHERE `name` = %s{suffix}", (prefix,))
    return rows[0][0] if rows else None


def getseries(key: str, digits: int) -> str:
    """Next number of a counter, its row locked until the transaction ends."""
    if len(key) > MAX_SERIES_LENGTH:
        frappe.throw(_("The series {0} is too long").format(frappe.bold(key[:40])), frappe.CharacterLengthExceededError)
    frappe.db.sql("UPDATE `tabSeries` SET `current` = `current` + 1 WHERE `name` = %s", (key,))
    current = _read_counter(key)
    if current is None:
        frappe.db.sql("INSERT INTO `tabSeries` (`name`, `current`) VALUES (%s, 1)", (key,))
        current = 1
    return str(current).zfill(digits)


def revert_series_if_last(key: str, name: str, doc: Any = None) -> None:
    """Give the number of a deleted document back when it was the last of its series."""
    prefix, name = key, cstr(name)
    if ".#" in key:
        prefix, hashes = key.rsplit(".", 1)
        if "#" not in hashes:
            found = re.search("#+", key)
            if not found:
                return
            name = name.replace(hashes, "")
            prefix = prefix.replace(found.group(), "")
    if "." in prefix:
        prefix = parse_naming_series(prefix.split("."), doc=doc)
    count = cint(name.replace(prefix, ""))
    if _read_counter(prefix, lock=True) == count:
        frappe.db.sql("UPDATE `tabSeries` SET `current` = `current` - 1 WHERE `name` = %s", (prefix,))


def get_default_naming_series(doctype: str) -> str | None:
    return next((option for option in frappe.get_meta(doctype).get_naming_series_options() if option), None)


def validate_name(doctype: str, name: Any) -> Any:
    """The name, trimmed. Raises NameError for one that a document of the DocType cannot have."""
    if not name:
        frappe.throw(_("No Name Specified for {0}").format(doctype))
    if isinstance(name, int):
        frappe.throw(_("Invalid name type (integer) for varchar name column"), frappe.NameError)
    if not is_storable_text(name):
        frappe.throw(_("Invalid name for {0}").format(doctype), frappe.NameError)
    if name.startswith("New " + doctype):
        text = _("There were some errors setting the name, please contact the administrator")
        frappe.throw(text, frappe.NameError)
    name = name.strip()
    if doctype == name and name != "DocType" and not frappe.get_meta(doctype).issingle:
        frappe.throw(_("Name of {0} cannot be {1}").format(doctype, name), frappe.NameError)
    if "<" in name or ">" in name:
        frappe.throw(_("Name cannot contain special characters like {0}").format("'<', '>'"), frappe.NameError)
    if not name:
        frappe.throw(_("No Name Specified for {0}").format(doctype))
    if len(name) > MAX_NAME_LENGTH:
        text = _("Name of {0} is longer than {1} characters").format(_(doctype), MAX_NAME_LENGTH)
        frappe.throw(text, frappe.CharacterLengthExceededError)
    return name


def append_number_if_name_exists(
    doctype: str, value: str, fieldname: str = "name", separator: str = "-", filters: dict | None = None
) -> str:
    """`value`, or `value-1`, `value-2` … when a document has it already."""
    filters = {} if filters is None else filters
    filters[fieldname] = value
    if not frappe.db.exists(doctype, filters):
        return value
    pattern = re.compile(f"^{re.escape(value)}{re.escape(separator)}(\\d+)$", re.IGNORECASE)
    taken = frappe.get_all(doctype, filters={fieldname: ("like", f"{value}{separator}%")}, pluck=fieldname)
    numbers = [int(match.group(1)) for other in taken if (match := pattern.match(cstr(other)))]
    return f"{value}{separator}{max(numbers, default=0) + 1}"


def _set_amended_name(doc: Any) -> str:
    """`X` is amended as `X-1`, `X-1` as `X-2`."""
    prefix, number = cstr(doc.amended_from), 1
    if frappe.db.get_value(doc.doctype, doc.amended_from, "amended_from"):
        prefix, _dash, last = prefix.rpartition("-")
        number = cint(last) + 1
    doc.name = f"{prefix}-{number}"
    return doc.name
