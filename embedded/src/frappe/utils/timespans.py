"""Spans of days in words, as filters use them: "last month", "next 7 days"."""

import datetime

_DAYS = {"last": ("7 days", "14 days", "30 days", "90 days"), "next": ("7 days", "14 days", "30 days")}
# unit → (length of a step, first day, last day), the days by the names of functions in frappe.utils.data
_UNITS = {
    "week": ({"days": 7}, "get_first_day_of_week", "get_last_day_of_week"),
    "month": ({"months": 1}, "get_first_day", "get_last_day"),
    "quarter": ({"months": 3}, "get_quarter_start", "get_quarter_ending"),
    "year": ({"years": 1}, "get_year_start", "get_year_ending"),
}


def get_timespan_date_range(timespan: str) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a span; None for words that name none."""
    from frappe.utils import data

    day = data.getdate()
    if timespan in ("yesterday", "today", "tomorrow"):
        return (data.add_days(day, ("yesterday", "today", "tomorrow").index(timespan) - 1),) * 2
    direction, _space, unit = timespan.partition(" ")
    sign = {"last": -1, "this": 0, "next": 1}.get(direction)
    if sign is None:
        return None
    if unit in _DAYS.get(direction, ()):
        far = data.add_days(day, sign * int(unit.split()[0]))
        return (far, day) if sign < 0 else (day, far)
    if unit == "6 months" and sign:
        first, last = (-6, -3) if sign < 0 else (3, 6)
        return data.get_quarter_start(data.add_months(day, first)), data.get_quarter_ending(data.add_months(day, last))
    if unit not in _UNITS:
        return None
    step, first_day, last_day = _UNITS[unit]
    inside = data.add_to_date(day, **{name: sign * count for name, count in step.items()})
    return getattr(data, first_day)(inside), getattr(data, last_day)(inside)
