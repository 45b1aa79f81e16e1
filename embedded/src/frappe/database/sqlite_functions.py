"""MariaDB's functions that SQLite lacks, in Python. Dates come and go as text in the stored format."""

import hashlib
import random
import re
import sqlite3
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from frappe.database import collation

FORMATS = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "i": "%M", "s": "%S", "S": "%S", "M": "%B", "b": "%b",
    "W": "%A", "a": "%a", "p": "%p", "h": "%I", "I": "%I", "j": "%j", "f": "%f", "T": "%H:%M:%S", "r": "%I:%M:%S %p",
    "v": "%V", "u": "%V", "x": "%G", "w": "%w", "U": "%U",
}  # fmt: skip


def moment(value: Any) -> datetime | None:
    """Datetime of a stored date or datetime; None when it is neither."""
    text = str(value).strip().replace("T", " ") if value is not None else ""
    try:
        return datetime.fromisoformat(text[:26])
    except ValueError:
        return None


def duration(value: Any) -> timedelta:
    """Length of a stored time of the day."""
    hours, minutes, seconds = [*str(value).split(":"), "0", "0"][:3]
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def stored(value: date | time | timedelta) -> str:
    """Text in which a date, datetime, time or duration is stored."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.%f")
    microseconds = round(value.total_seconds() * 1_000_000)
    sign, (seconds, micro) = "-" * (microseconds < 0), divmod(abs(microseconds), 1_000_000)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{micro:06d}"


def is_moment(value: Any) -> int:
    """Whether a date or datetime column may store the text."""
    return int(moment(value) is not None)


def _of_date(function: Callable[[datetime], Any]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        parsed = moment(value)
        return None if parsed is None else function(parsed)

    return call


def _now() -> datetime:
    from frappe.utils import now_datetime

    return now_datetime().replace(microsecond=0)


def _interval(amount: Any, unit: str) -> str:
    return f"{amount} {unit.lower()}"


def _shift(value: Any, interval: Any, sign: int) -> str | None:
    start = moment(value)
    if start is None or interval is None:
        return None
    amount, _, unit = str(interval).partition(" ")
    count = sign * (float(amount) if "." in amount else int(amount))
    unit = unit or "day"
    delta = relativedelta(months=3 * int(count)) if unit == "quarter" else relativedelta(**{f"{unit}s": count})
    result = start + delta
    keeps_date = len(str(value)) == 10 and unit in ("day", "week", "month", "quarter", "year")
    return stored(result.date() if keeps_date else result)


def _timestamp(day: Any, clock: Any = None) -> str | None:
    start = moment(day)
    if start is None:
        return None
    return stored(start + duration(clock) if clock is not None else start)


def _date_format(value: Any, pattern: str) -> str | None:
    parsed = moment(value)
    if parsed is None:
        return None
    return re.sub(r"%(.)", lambda m: _format_part(parsed, m[1]), pattern)


def _format_part(value: datetime, code: str) -> str:
    plain = {"c": value.month, "e": value.day, "k": value.hour, "l": value.hour % 12 or 12}
    if code in plain:
        return str(plain[code])
    return value.strftime(FORMATS[code]) if code in FORMATS else code


def _extract(unit: str, value: Any) -> int | None:
    parsed = moment(value)
    if parsed is None:
        return None
    unit = unit.lower()
    if unit == "quarter":
        return (parsed.month + 2) // 3
    if unit == "week":
        return int(parsed.strftime("%U"))
    if unit == "year_month":
        return parsed.year * 100 + parsed.month
    return getattr(parsed, unit, None)


def _clock_part(unit: str) -> Callable[[Any], int | None]:
    def call(value: Any) -> int | None:
        if value is None:
            return None
        parsed = moment(value)
        if parsed is not None:
            return getattr(parsed, unit)
        return int(str(value).split(":")[("hour", "minute", "second").index(unit)].split(".")[0])

    return call


def _datediff(end: Any, start: Any) -> int | None:
    a, b = moment(end), moment(start)
    return None if a is None or b is None else (a.date() - b.date()).days


def _timestampdiff(unit: str, start: Any, end: Any) -> int | None:
    a, b = moment(start), moment(end)
    if a is None or b is None:
        return None
    unit = unit.lower()
    if unit in ("month", "quarter", "year"):
        delta = relativedelta(b, a)
        return int((delta.years * 12 + delta.months) / {"month": 1, "quarter": 3, "year": 12}[unit])
    return int((b - a).total_seconds() / {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}[unit])


def _concat(*values: Any) -> str | None:
    return None if any(v is None for v in values) else "".join(map(str, values))


def _concat_ws(separator: Any, *values: Any) -> str | None:
    return None if separator is None else str(separator).join(str(v) for v in values if v is not None)


def _round(value: Any, digits: int = 0) -> Any:
    """Half away from zero on the decimal value, as MariaDB rounds its decimals."""
    if value is None or (isinstance(value, int) and digits >= 0):
        return value
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _truncate(value: Any, digits: int) -> Any:
    return None if value is None else int(float(value) * 10**digits) / 10**digits


def _field(value: Any, *options: Any) -> int:
    keys = [collation.text_key(str(option)) for option in options]
    key = collation.text_key(str(value))
    return keys.index(key) + 1 if value is not None and key in keys else 0


def _nullable(function: Callable) -> Callable:
    return lambda *args: None if any(a is None for a in args) else function(*args)


def _locate(needle: Any, text: Any, start: int = 1) -> int | None:
    if needle is None or text is None:
        return None
    return collation.fold(str(text)).find(collation.fold(str(needle)), start - 1) + 1


FUNCTIONS: dict[str, tuple[Callable, bool]] = {
    # name: (function, whether the same arguments always give the same answer)
    "like": (lambda pattern, text, escape=None: collation.like(pattern, text), True),
    "regexp": (collation.regexp, True),
    "is_moment": (is_moment, True),
    "if": (lambda condition, yes, no: yes if condition else no, True),
    "now": (lambda: stored(_now()), False),
    "sysdate": (lambda: stored(_now()), False),
    "curdate": (lambda: stored(_now().date()), False),
    "curtime": (lambda: stored(_now().time()), False),
    "interval_": (_interval, True),
    "date_add": (lambda value, interval: _shift(value, interval, 1), True),
    "date_sub": (lambda value, interval: _shift(value, interval, -1), True),
    "adddate": (lambda value, interval: _shift(value, interval, 1), True),
    "subdate": (lambda value, interval: _shift(value, interval, -1), True),
    "timestamp": (_timestamp, True),
    "date_format": (_date_format, True),
    "extract_part": (_extract, True),
    "datediff": (_datediff, True),
    "timestampdiff": (_timestampdiff, True),
    "year": (_of_date(lambda d: d.year), True),
    "month": (_of_date(lambda d: d.month), True),
    "day": (_of_date(lambda d: d.day), True),
    "dayofmonth": (_of_date(lambda d: d.day), True),
    "quarter": (_of_date(lambda d: (d.month + 2) // 3), True),
    "dayofyear": (_of_date(lambda d: d.timetuple().tm_yday), True),
    "dayofweek": (_of_date(lambda d: d.isoweekday() % 7 + 1), True),
    "weekday": (_of_date(lambda d: d.weekday()), True),
    "week": (_of_date(lambda d: int(d.strftime("%U"))), True),
    "monthname": (_of_date(lambda d: d.strftime("%B")), True),
    "dayname": (_of_date(lambda d: d.strftime("%A")), True),
    "last_day": (_of_date(lambda d: stored((d + relativedelta(day=31)).date())), True),
    "unix_timestamp": (_of_date(lambda d: int(d.timestamp())), True),
    "hour": (_clock_part("hour"), True),
    "minute": (_clock_part("minute"), True),
    "second": (_clock_part("second"), True),
    "concat": (_concat, True),
    "concat_ws": (_concat_ws, True),
    "round": (_round, True),
    "truncate": (_truncate, True),
    "field": (_field, True),
    "find_in_set": (_nullable(lambda value, items: _field(value, *str(items).split(","))), True),
    "locate": (_locate, True),
    "left_": (_nullable(lambda text, size: str(text)[: max(size, 0)]), True),
    "right_": (_nullable(lambda text, size: str(text)[-size:] if size > 0 else ""), True),
    "lpad": (_nullable(lambda text, size, fill: str(text).rjust(size, fill)[:size]), True),
    "rpad": (_nullable(lambda text, size, fill: str(text).ljust(size, fill)[:size]), True),
    "char_length": (_nullable(lambda text: len(str(text))), True),
    "character_length": (_nullable(lambda text: len(str(text))), True),
    "lower": (_nullable(lambda text: str(text).lower()), True),
    "upper": (_nullable(lambda text: str(text).upper()), True),
    "md5": (_nullable(lambda text: hashlib.md5(str(text).encode(), usedforsecurity=False).hexdigest()), True),
    "rand": (random.random, False),
    "uuid": (lambda: str(uuid.uuid4()), False),
}
# SQLite prefers its own function unless ours has the exact number of arguments
BUILT_IN = {"like": (2, 3), "regexp": (2,), "lower": (1,), "upper": (1,), "round": (1, 2)}


def prepare(connection: sqlite3.Connection) -> None:
    """Give an SQLite connection MariaDB's collations and functions; any tool that opens a site's file needs them."""
    connection.create_collation(collation.TEXT, collation.compare_text)
    connection.create_collation(collation.MOMENT, collation.compare_moment)
    for name, (function, deterministic) in FUNCTIONS.items():
        for arity in BUILT_IN.get(name, (-1,)):
            connection.create_function(name, arity, function, deterministic=deterministic)
