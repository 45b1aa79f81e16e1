"""Rules of payments on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Claim:
    """An invoice that a payment is to settle: what was asked for it and what is still open on it."""

    invoice: str
    asked: Decimal
    outstanding: Decimal


@dataclass(frozen=True)
class Split:
    """A payment divided: what settles invoices and what stays on the client's account as an advance (decision C20)."""

    settled: dict[str, Decimal]
    advance: Decimal


def split(amount: Decimal, claims: Sequence[Claim]) -> Split:
    """Settle each claim with at most what is open on it and what is left of the payment; the rest is an advance.

    >>> split(Decimal(120), [Claim("A", Decimal(120), Decimal(100))]).advance
    Decimal('20')
    """
    left = amount
    settled: dict[str, Decimal] = {}
    for claim in claims:
        part = min(claim.asked, claim.outstanding, left)
        if part > 0:
            settled[claim.invoice] = settled.get(claim.invoice, Decimal(0)) + part
            left -= part
    return Split(settled, left)
