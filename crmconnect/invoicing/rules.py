"""Rules of invoices on plain values."""

from __future__ import annotations

import datetime
from decimal import Decimal

#: Legal latest issue: the 15th of the month after the delivery (Codul fiscal art. 319 (16)); shown as a hint elsewhere.


def status_of(outstanding: Decimal, settled: Decimal, due_date: datetime.date | None, today: datetime.date) -> str:
    """The status of an issued invoice: the first that applies of Paid, Overdue, Partially Paid, Unpaid (DESIGN §5).

    ``settled`` is what payments and credits took off; the due date itself is still in time.
    """
    if outstanding <= 0:
        return "Paid"
    if due_date and due_date < today:
        return "Overdue"
    return "Partially Paid" if settled > 0 else "Unpaid"


def due_date(date: datetime.date, terms_days: int) -> datetime.date:
    """The due date of an invoice of ``date`` with ``terms_days`` days to pay."""
    return date + datetime.timedelta(days=max(terms_days, 0))
