"""Rules of leads and opportunities on plain values."""

from __future__ import annotations

from decimal import Decimal

from crmconnect.core import money


def weighted_value(estimated_value: object, probability: object) -> Decimal:
    """Value × probability: what an opportunity counts for in the weighted pipeline, to the cent.

    >>> weighted_value(1000, 35)
    Decimal('350.00')
    """
    return money.amount(money.decimal(estimated_value) * money.decimal(probability) / money.HUNDRED)


def next_probability(current: float | None, previous_default: float | None, new_default: float | None) -> float | None:
    """The probability after a change of stage: the stage's default follows, a value typed by hand stays.

    >>> next_probability(20.0, 20.0, 50.0), next_probability(33.0, 20.0, 50.0), next_probability(None, None, 50.0)
    (50.0, 33.0, 50.0)
    """
    if current in (None, 0, 0.0) or (previous_default is not None and current == previous_default):
        return new_default if new_default is not None else current
    return current
