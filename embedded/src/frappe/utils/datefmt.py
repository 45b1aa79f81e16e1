"""Dates, times and durations as people read them."""

import datetime
import re
from typing import Any

import frappe
from frappe.utils.numbers import cint

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
# patterns of digits only mean the same in every language and need no Babel, which takes long to import
_DIGITS = {"dd": "%d", "MM": "%m", "yyyy": "%Y", "HH": "%H", "mm": "%M", "ss": "%S"}
_TOKEN = re.compile(r"([A-Za-z])\1*")


def _locale() -> str:
    return (frappe.local.lang or "en").replace("-", "_")


def _write(kind: str, value: Any, pattern: str, fallback: str) -> str:
    """Write by a CLDR pattern in the current language; by `fallback` (strftime) when the language is unknown."""
    tokens = {found.group() for found in _TOKEN.finditer(pattern)}
    if tokens <= _DIGITS.keys() and "'" not in pattern:
        return _TOKEN.sub(lambda found: f"{value.strftime(_DIGITS[found.group()]):0>{len(found.group())}}", pattern)
    from babel import dates
    from babel.core import UnknownLocaleError

    try:
        return getattr(dates, f"format_{kind}")(value, pattern, locale=_locale())
    except (UnknownLocaleError, ValueError):
        return value.strftime(fallback)


def get_user_date_format() -> str:
    """The pattern in which the user reads dates."""
    from frappe.locale import get_date_format

    return get_date_format()


def get_user_time_format() -> str:
    """The pattern in which the user reads times."""
    from frappe.locale import get_time_format

    return get_time_format()


def format_date(string_date: Any = None, format_string: str | None = None, parse_day_first: bool = False) -> str:
    """A date in the user's (or the given) pattern; empty for nothing."""
    from frappe.utils.data import getdate

    if not string_date:
        return ""
    pattern = (format_string or get_user_date_format()).replace("mm", "MM").replace("Y", "y")
    fallback = pattern.replace("MM", "%m").replace("dd", "%d").replace("yyyy", "%Y")
    return _write("date", getdate(string_date, parse_day_first), pattern, fallback)


formatdate = format_date


def format_time(time_string: Any = None, format_string: str | None = None) -> str:
    """A time of day in the user's (or the given) pattern; empty for nothing."""
    from frappe.utils.data import get_time

    if not time_string:
        return ""
    return _write("time", get_time(time_string), format_string or get_user_time_format(), "%H:%M:%S")


def format_datetime(datetime_string: Any, format_string: str | None = None) -> str | None:
    """A moment in the user's (or the given) pattern; None for nothing."""
    from frappe.utils.data import get_datetime

    if not datetime_string:
        return None
    pattern = format_string or f"{get_user_date_format().replace('mm', 'MM')} {get_user_time_format()}"
    return _write("datetime", get_datetime(datetime_string), pattern, "%Y-%m-%d %H:%M:%S")


def format_duration(seconds: Any, hide_days: bool = False) -> str:
    """Seconds as `1d 2h 3m 4s`, units of zero left out."""
    left, parts = cint(seconds), []
    for unit, size in _UNITS.items():
        if unit == "d" and hide_days:
            continue
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)


def format_timedelta(o: datetime.timedelta | str | float) -> str:
    """A duration as `h:mm:ss`, hours beyond a day included."""
    total = o.total_seconds() if isinstance(o, datetime.timedelta) else cint(o)
    minutes, seconds = divmod(total, 60)
    seconds = round(seconds, 6)
    shown = int(seconds) if seconds == int(seconds) else seconds
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{shown:02}"
