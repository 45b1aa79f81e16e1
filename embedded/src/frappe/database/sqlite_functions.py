"""MariaDB's functions that SQLite lacks, in Python. Dates come and go as text in the stored format."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from frappe.database import collation


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


def _part(unit: str) -> Callable[[Any], Any]:
    return lambda value: getattr(moment(value), unit, None)


def _round(value: Any, digits: int = 0) -> Any:
    """Half away from zero on the decimal value, as MariaDB rounds its decimals."""
    if value is None or (isinstance(value, int) and digits >= 0):
        return value
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


# name: (numbers of arguments, function); SQLite prefers its own unless ours has the exact number
FUNCTIONS: dict[str, tuple[tuple[int, ...], Callable]] = {
    "like": ((2, 3), lambda pattern, text, escape=None: collation.like(pattern, text)),
    "year": ((1,), _part("year")),
    "month": ((1,), _part("month")),
    "day": ((1,), _part("day")),
    "lower": ((1,), lambda text: None if text is None else str(text).lower()),
    "upper": ((1,), lambda text: None if text is None else str(text).upper()),
    "round": ((1, 2), _round),
}


def prepare(connection: sqlite3.Connection) -> None:
    """Give an SQLite connection MariaDB's collations and functions; any tool that opens a site's file needs them."""
    connection.create_collation(collation.TEXT, collation.compare_text)
    connection.create_collation(collation.MOMENT, collation.compare_moment)
    for name, (arities, function) in FUNCTIONS.items():
        for arity in arities:
            connection.create_function(name, arity, function, deterministic=True)
