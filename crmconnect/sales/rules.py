"""Rules of proposals and orders on plain values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from crmconnect.core import money


def is_expired(open_till: datetime.date | None, today: datetime.date) -> bool:
    """Whether a validity date has passed; the day itself still counts (row 94: refused the day after)."""
    return bool(open_till and open_till < today)


def remaining(ordered: Mapping[str, object], invoiced: Mapping[str, object]) -> dict[str, Decimal]:
    """What is left to invoice of each line, never below zero.

    >>> remaining({"a": 5, "b": 2}, {"a": 3, "b": 2})
    {'a': Decimal('2')}
    """
    left = {key: money.decimal(qty) - money.decimal(invoiced.get(key)) for key, qty in ordered.items()}
    return {key: qty for key, qty in left.items() if qty > 0}
