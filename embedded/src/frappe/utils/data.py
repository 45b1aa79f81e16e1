"""Dates and times in the site's time zone; what else `frappe.utils.data` is known for is imported here."""

import datetime
import functools
import re
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser
from dateutil.parser import ParserError
from dateutil.relativedelta import relativedelta

import frappe
from frappe.utils.contacts import validate_email_address  # noqa: F401
from frappe.utils.datefmt import (  # noqa: F401
    format_date,
    format_datetime,
    format_duration,
    format_time,
    format_timedelta,
    formatdate,
    get_user_date_format,
    get_user_time_format,
)
from frappe.utils.filters import compare  # noqa: F401
from frappe.utils.html_utils import (  # noqa: F401
    escape_html,
    is_html,
    markdown,
    md_to_html,
    strip_html,
    strip_html_tags,
    to_markdown,
    unescape_html,
)
from frappe.utils.numbers import (  # noqa: F401
    cint,
    flt,
    fmt_money,
    rounded,
    sbool,
)
from frappe.utils.text import *  # noqa: F403
from frappe.utils.text import cstr
from frappe.utils.timespans import get_timespan_date_range  # noqa: F401
from frappe.utils.urls import *  # noqa: F403

DateTimeLikeObject = str | datetime.date | datetime.datetime | None

DATE_FORMAT = "%Y-%m-%d"
TIME_FORMAT = "%H:%M:%S.%f"
DATETIME_FORMAT = f"{DATE_FORMAT} {TIME_FORMAT}"
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_LONG_TIME = re.compile(r"(?:(?P<days>-?\d+) days?, )?(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d[.\d]*)")


# now


@functools.lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def get_system_timezone() -> str:
    """Name of the site's time zone."""
    return frappe.get_system_settings("time_zone") or "UTC"


def now_datetime() -> datetime.datetime:
    """The present moment in the site's time zone, without the zone."""
    return datetime.datetime.now(_zone(get_system_timezone())).replace(tzinfo=None)


def now() -> str:
    """The present moment as text with microseconds."""
    moment = now_datetime()
    if frappe.flags.current_date:
        return f"{getdate(frappe.flags.current_date):{DATE_FORMAT}} {moment:{TIME_FORMAT}}"
    return moment.strftime(DATETIME_FORMAT)


def nowdate() -> str:
    """Today as `yyyy-mm-dd`."""
    return now_datetime().strftime(DATE_FORMAT)


today = nowdate


def nowtime() -> str:
    """The time of day as text."""
    return now_datetime().strftime(TIME_FORMAT)


# reading


def is_invalid_date_string(date_string: Any) -> bool:
    """Whether this is no text, empty, or one of the databases' zero dates."""
    return not isinstance(date_string, str) or not date_string or date_string.startswith(("0001-01-01", "0000-00-00"))


def getdate(string_date: DateTimeLikeObject = None, parse_day_first: bool = False) -> datetime.date | None:
    """A date from a date, datetime or text; today when nothing is given. Raises ValidationError."""
    if not string_date:
        return get_datetime().date()
    if isinstance(string_date, datetime.datetime):
        return string_date.date()
    if isinstance(string_date, datetime.date):
        return string_date
    if is_invalid_date_string(string_date):
        return None
    try:
        return datetime.date.fromisoformat(string_date)
    except ValueError:
        pass
    try:
        return parser.parse(string_date, dayfirst=parse_day_first).date()
    except ParserError:
        message = frappe._("{} is not a valid date string.").format(frappe.bold(string_date))
        frappe.throw(message, title=frappe._("Invalid Date"))


def get_datetime(datetime_str: Any = None) -> Any:
    """A datetime from a date or text; the present when nothing is given, None for empty text. Raises ParserError."""
    if datetime_str is None:
        return now_datetime()
    if isinstance(datetime_str, datetime.datetime | datetime.timedelta):
        return datetime_str
    if isinstance(datetime_str, datetime.date):
        return datetime.datetime.combine(datetime_str, datetime.time())
    if isinstance(datetime_str, list | tuple):
        raise TypeError("a list is no date")
    if is_invalid_date_string(datetime_str):
        return None
    try:
        return datetime.datetime.fromisoformat(datetime_str)
    except ValueError:
        return parser.parse(datetime_str)


def parse_timedelta(s: str) -> datetime.timedelta:
    """A duration from `[d days, ]h:mm:ss`."""
    found = _LONG_TIME.match(s)
    if not found:
        raise ValueError(f"{s!r} is no time")
    return datetime.timedelta(**{unit: float(value) for unit, value in found.groupdict().items() if value})


def _of_day(moment: datetime.datetime | datetime.time) -> datetime.timedelta:
    return datetime.timedelta(
        hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
    )


def get_timedelta(time: str | datetime.timedelta | None = None) -> datetime.timedelta | None:
    """A time of day (or a longer time) from text; None when it is none."""
    if isinstance(time, datetime.timedelta):
        return time
    text = time or "0:0:0"
    for read in (lambda: _of_day(parser.parse(text)), lambda: parse_timedelta(text)):
        try:
            return read()
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def get_time(time_str: Any) -> datetime.time:
    """A time of day. Raises ParserError."""
    if isinstance(time_str, datetime.datetime):
        return time_str.time()
    if isinstance(time_str, datetime.time):
        return time_str
    if isinstance(time_str, datetime.timedelta):
        return (datetime.datetime.min + time_str).time()
    try:
        return parser.parse(time_str).time()
    except ParserError:
        if _LONG_TIME.match(time_str):
            return (datetime.datetime.min + parse_timedelta(time_str)).time()
        raise


# reckoning


def add_to_date(
    date: DateTimeLikeObject = None,
    years: float = 0,
    months: float = 0,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
    as_string: bool = False,
    as_datetime: bool = False,
) -> Any:
    """A date moved by some time; text in gives text out, with the time of day when one is involved."""
    moment: Any = now_datetime() if date is None else date
    if isinstance(moment, str):
        as_string, as_datetime = True, as_datetime or " " in moment
        try:
            moment = get_datetime(moment)
        except ParserError:
            frappe.throw(frappe._("Please select a valid date filter"), title=frappe._("Invalid Date"))
    moment += relativedelta(
        years=years, months=months, weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
    )
    if as_string:
        return moment.strftime(DATETIME_FORMAT if as_datetime or hours else DATE_FORMAT)
    return moment


def add_days(date: DateTimeLikeObject, days: float) -> Any:
    """A date some days later."""
    return add_to_date(date, days=days)


def add_months(date: DateTimeLikeObject, months: float) -> Any:
    """A date some months later, at most the last day of that month."""
    return add_to_date(date, months=months)


def date_diff(string_ed_date: DateTimeLikeObject, string_st_date: DateTimeLikeObject) -> int:
    """Days from the second date to the first."""
    return (getdate(string_ed_date) - getdate(string_st_date)).days


def _out(date: datetime.date, as_str: bool) -> Any:
    return date.strftime(DATE_FORMAT) if as_str else date


def get_first_day(dt: DateTimeLikeObject, d_years: int = 0, d_months: int = 0, as_str: bool = False) -> Any:
    """The first of the month, some years and months away."""
    date = getdate(dt)
    years, month = divmod(date.month - 1 + d_months, 12)
    return _out(datetime.date(date.year + d_years + years, month + 1, 1), as_str)


def get_last_day(dt: DateTimeLikeObject) -> datetime.date:
    """The last day of the month."""
    return get_first_day(dt, 0, 1) - datetime.timedelta(days=1)


def get_quarter_start(dt: DateTimeLikeObject = None, as_str: bool = False) -> Any:
    """The first day of the quarter."""
    date = getdate(dt)
    return _out(date.replace(month=(date.month - 1) // 3 * 3 + 1, day=1), as_str)


def get_quarter_ending(date: DateTimeLikeObject = None, as_str: bool = False) -> Any:
    """The last day of the quarter."""
    return _out(get_first_day(get_quarter_start(date), 0, 3) - datetime.timedelta(days=1), as_str)


def get_year_start(dt: DateTimeLikeObject, as_str: bool = False) -> Any:
    """1 January."""
    return _out(getdate(dt).replace(month=1, day=1), as_str)


def get_year_ending(date: DateTimeLikeObject = None, as_str: bool = False) -> Any:
    """31 December."""
    return _out(getdate(date).replace(month=12, day=31), as_str)


def get_first_day_of_week(dt: DateTimeLikeObject, as_str: bool = False) -> Any:
    """The day on which the week of a date begins, as the site counts weeks."""
    from frappe.locale import get_first_day_of_the_week

    date = getdate(dt)
    return _out(
        date - datetime.timedelta(days=(date.weekday() - _WEEKDAYS.index(get_first_day_of_the_week())) % 7), as_str
    )


def get_last_day_of_week(dt: DateTimeLikeObject, as_str: bool = False) -> Any:
    """The day on which the week of a date ends."""
    return _out(get_first_day_of_week(dt) + datetime.timedelta(days=6), as_str)


_TEXT_TYPES = ("Data", "Text", "Small Text", "Long Text", "Text Editor", "Select", "Link", "Dynamic Link")


def cast(fieldtype: str, value: Any = None) -> Any:
    """A value as the Python type of a field; without a value the field type's lowest one."""
    if fieldtype in ("Currency", "Float", "Percent"):
        return flt(value)
    if fieldtype in ("Int", "Check"):
        return cint(sbool(value))
    if fieldtype in _TEXT_TYPES:
        return cstr(value)
    if fieldtype == "Date":
        return getdate(value) if value else datetime.date.min
    if fieldtype == "Datetime":
        return get_datetime(value) if value else datetime.datetime.min
    return get_timedelta(value) if fieldtype == "Time" else value
