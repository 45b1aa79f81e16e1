"""Money: every amount of every document is computed here, in Decimal, and nowhere else.

The rules are those of EN 16931-1 (the semantic model behind eFactura):

* a line's net amount is ``qty × rate × (100 − discount) / 100``, rounded once (BT-131);
* VAT is computed per category and rate on the document's subtotal of that rate (BR-CO-17), never per line;
* the document's discount is taken before VAT and spread over the rates (BG-20), the remainder to the largest.

Rounding is half away from zero ("half-up"), two decimals on every document amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

AMOUNT_PLACES = 2
RATE_PLACES = 4
QTY_PLACES = 3
EXCHANGE_RATE_PLACES = 6

#: Largest amount a document may carry; twelve whole digits is what a Frappe currency column holds.
MAX_AMOUNT = Decimal("999999999999.99")

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def decimal(value: object) -> Decimal:
    """The exact decimal meant by ``value`` (a float's shortest text, not its binary expansion); None and "" are 0.

    Raises ValueError for what is no finite number.
    """
    if value is None or value == "":
        return ZERO
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def round_half_up(value: object, places: int = AMOUNT_PLACES) -> Decimal:
    """``value`` rounded half away from zero to ``places`` decimals."""
    return decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def amount(value: object) -> Decimal:
    """``value`` as a document amount: two decimals, half-up."""
    return round_half_up(value, AMOUNT_PLACES)


@dataclass(frozen=True)
class Line:
    """What a line brings into the totals. ``tax_rate`` is in percent; ``vat_category`` is the UNCL 5305 code."""

    qty: Decimal
    rate: Decimal
    discount_percentage: Decimal = ZERO
    tax_rate: Decimal = ZERO
    vat_category: str = "S"
    tax: str = ""

    @property
    def net(self) -> Decimal:
        """Net amount of the line (BT-131)."""
        return amount(self.qty * self.rate * (HUNDRED - self.discount_percentage) / HUNDRED)

    @property
    def tax_amount(self) -> Decimal:
        """VAT of the line alone, for showing beside it; the document's VAT is computed per rate."""
        return amount(self.net * self.tax_rate / HUNDRED)


@dataclass(frozen=True)
class Discount:
    """A document's discount: a percentage of the lines' sum or an amount, both before VAT."""

    kind: str = ""
    percentage: Decimal = ZERO
    value: Decimal = ZERO

    def of(self, subtotal: Decimal) -> Decimal:
        """The discount in money on ``subtotal``."""
        if self.kind == "Percentage":
            return amount(subtotal * self.percentage / HUNDRED)
        return amount(self.value) if self.kind == "Amount" else ZERO


@dataclass(frozen=True)
class TaxGroup:
    """One row of the VAT breakdown (BG-23)."""

    vat_category: str
    tax_rate: Decimal
    tax: str
    lines_net: Decimal
    discount: Decimal

    @property
    def taxable(self) -> Decimal:
        """Taxable amount (BT-116)."""
        return self.lines_net - self.discount

    @property
    def tax_amount(self) -> Decimal:
        """VAT of the group (BT-117, BR-CO-17)."""
        return amount(self.taxable * self.tax_rate / HUNDRED)


@dataclass(frozen=True)
class Totals:
    """The sums of a document (BT-106 … BT-112) and its VAT breakdown, in the document's currency."""

    subtotal: Decimal
    discount: Decimal
    groups: tuple[TaxGroup, ...]

    @property
    def net_total(self) -> Decimal:
        """Total without VAT (BT-109)."""
        return self.subtotal - self.discount

    @property
    def tax_total(self) -> Decimal:
        """Total VAT (BT-110)."""
        return sum((g.tax_amount for g in self.groups), ZERO)

    @property
    def grand_total(self) -> Decimal:
        """Total with VAT (BT-112)."""
        return self.net_total + self.tax_total


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``total`` split in proportion to ``weights``, to the cent; the remainder goes to the largest weight.

    >>> [str(x) for x in spread(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)])]
    ['3.34', '3.33', '3.33']
    """
    whole = sum(weights, ZERO)
    if not weights or not whole:
        return [ZERO for _ in weights]
    parts = [amount(total * weight / whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda i: weights[i])
    parts[largest] += total - sum(parts, ZERO)
    return parts


def compute_totals(lines: Iterable[Line], discount: Discount | None = None) -> Totals:
    """The totals of a document with these lines and this discount."""
    nets: dict[tuple[str, Decimal], Decimal] = {}
    names: dict[tuple[str, Decimal], str] = {}
    for line in lines:
        key = (line.vat_category, line.tax_rate)
        nets[key] = nets.get(key, ZERO) + line.net
        names.setdefault(key, line.tax)
    subtotal = sum(nets.values(), ZERO)
    off = (discount or Discount()).of(subtotal)
    shares = spread(off, list(nets.values()))
    groups = tuple(
        TaxGroup(key[0], key[1], names[key], net, share) for (key, net), share in zip(nets.items(), shares, strict=True)
    )
    return Totals(subtotal, off, groups)


@dataclass(frozen=True)
class BaseTotals:
    """The same sums in the company's currency; VAT is converted per rate so that the breakdown adds up (BR-53)."""

    subtotal: Decimal
    discount: Decimal
    net_total: Decimal
    tax_total: Decimal

    @property
    def grand_total(self) -> Decimal:
        """Total with VAT in the company's currency."""
        return self.net_total + self.tax_total


def to_base(totals: Totals, exchange_rate: Decimal) -> BaseTotals:
    """``totals`` in the company's currency at ``exchange_rate`` (company currency for one unit of the document's)."""
    tax = sum((amount(g.tax_amount * exchange_rate) for g in totals.groups), ZERO)
    subtotal, discount = amount(totals.subtotal * exchange_rate), amount(totals.discount * exchange_rate)
    return BaseTotals(subtotal, discount, amount(totals.net_total * exchange_rate), tax)
