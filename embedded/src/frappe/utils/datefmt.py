"""Dates, times and durations as people read them."""

import datetime
import re
from typing import Any

import frappe
from frappe.utils.numbers import cint

_DURATION = re.compile(r"^(?:(?P<d>\d+)d\s*)?(?:(?P<h>\d+)h\s*)?(?:(?P<m>\d+)m\s*)?(?:(?P<s>\d+)s)?$")
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


get_user_format = get_user_date_format


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


def global_date_format(date: Any, format: str = "long") -> str:
    """A date written out in the current language."""
    from babel.dates import format_date as babel_format_date

    from frappe.utils.data import getdate

    return babel_format_date(getdate(date), locale=_locale(), format=format)


def pretty_date(iso_datetime: Any, mini: bool = False) -> str:
    """How long ago, or in how long, in words."""
    if not iso_datetime:
        return ""
    from babel.dates import format_timedelta as babel_format_timedelta

    from frappe.utils.data import get_datetime, now_datetime

    distance = get_datetime(iso_datetime) - now_datetime()
    return babel_format_timedelta(
        distance, add_direction=not mini, locale=_locale(), format="narrow" if mini else "long"
    )


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


def validate_duration_format(duration: str) -> None:
    """Raise ValidationError unless the text looks like `1d 2h 3m 4s`."""
    if not _DURATION.match(duration):
        message = frappe._("Value {0} must be in the valid duration format: d h m s")
        frappe.throw(message.format(frappe.bold(frappe.utils.escape_html(duration))))


def duration_to_seconds(duration: str) -> int:
    """Seconds of a text like `1d 2h 3m 4s`. Raises ValidationError."""
    validate_duration_format(duration)
    found = _DURATION.match(duration)
    return sum(cint(found.group(unit)) * size for unit, size in _UNITS.items()) if found else 0


def format_timedelta(o: datetime.timedelta | str | float) -> str:
    """A duration as `h:mm:ss`, hours beyond a day included."""
    total = o.total_seconds() if isinstance(o, datetime.timedelta) else cint(o)
    minutes, seconds = divmod(total, 60)
    seconds = round(seconds, 6)
    shown = int(seconds) if seconds == int(seconds) else seconds
    return f"{int(minutes // 60)}:{int(minutes % 60):02}:{shown:02}"


_DATE_PATTERNS = [
    pattern.replace("-", separator) if separator else pattern
    for pattern, separator in [("%d/%b/%y", "")]
    + [(p, s) for s in "-/." for p in ("%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d")]
    + [("%y-%b-%d", ""), ("%d %b %Y", ""), ("%d %B %Y", "")]
]
_TIME_PATTERNS = ["%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S.%f %p", "%I:%M:%S %p", "%I:%M %p"]


def _first_fitting(text: str, patterns: list[str]) -> str | None:
    for pattern in patterns:
        try:
            datetime.datetime.strptime(text, pattern)
            return pattern
        except ValueError:
            continue
    return None


def guess_date_format(date_string: str) -> str | None:
    """The strptime pattern of a date, time or both; None when no usual one fits."""
    text = date_string.strip()
    whole = _first_fitting(text, _DATE_PATTERNS) or _first_fitting(text, _TIME_PATTERNS)
    if whole or " " not in text:
        return whole
    date, clock = text.split(" ", 1)
    patterns = _first_fitting(date, _DATE_PATTERNS), _first_fitting(clock, _TIME_PATTERNS)
    return " ".join(patterns) if all(patterns) else None
