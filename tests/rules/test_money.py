"""Totals: the laws of EN 16931 hold for every document by construction."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmconnect.core.money import (
    Discount,
    Line,
    amount,
    compute_totals,
    decimal,
    round_half_up,
    spread,
    to_base,
)

CENT = Decimal("0.01")
quantities = st.decimals(min_value="0.001", max_value="9999.999", places=3)
prices = st.decimals(min_value=0, max_value="99999.9999", places=4)
percents = st.decimals(min_value=0, max_value=100, places=2)
lines = st.builds(
    Line,
    qty=quantities,
    rate=prices,
    discount_percentage=percents,
    tax_rate=st.sampled_from([Decimal(21), Decimal(11), Decimal(0)]),
    vat_category=st.sampled_from(["S", "E", "AE"]),
)
documents = st.lists(lines, min_size=1, max_size=12)
discounts = st.one_of(
    st.just(Discount()),
    st.builds(Discount, kind=st.just("Percentage"), percentage=percents),
)


def test_a_line_is_rounded_once() -> None:
    assert Line(Decimal(1), Decimal("7499.9"), Decimal(5)).net == Decimal("7124.91")
    assert Line(Decimal("0.333"), Decimal("10.05"), Decimal("33.33")).net == Decimal("2.23")


@pytest.mark.parametrize(
    ("value", "expected"), [("1.005", "1.01"), ("2.675", "2.68"), ("-1.005", "-1.01"), (0.285, "0.29")]
)
def test_half_a_cent_goes_away_from_zero(value: object, expected: str) -> None:
    assert amount(value) == Decimal(expected)


@pytest.mark.parametrize("value", ["abc", "NaN", "Infinity", "1,5"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        decimal(value)


def test_a_document_with_two_rates_and_a_discount_adds_up() -> None:
    totals = compute_totals(
        [
            Line(Decimal(10), Decimal("62.5"), tax_rate=Decimal(11)),
            Line(Decimal(1), Decimal(1000), tax_rate=Decimal(21)),
        ],
        Discount("Percentage", Decimal(10)),
    )
    assert (totals.subtotal, totals.discount, totals.net_total) == (1625, Decimal("162.50"), Decimal("1462.50"))
    assert [(g.taxable, g.tax_amount) for g in totals.groups] == [
        (Decimal("562.50"), Decimal("61.88")),
        (Decimal("900.00"), Decimal("189.00")),
    ]
    assert totals.grand_total == Decimal("1713.38")


def test_the_remainder_of_a_discount_goes_to_the_largest_rate() -> None:
    assert spread(Decimal("0.01"), [Decimal(1), Decimal(5), Decimal(1)]) == [0, CENT, 0]


@given(documents, discounts)
def test_the_sums_of_en_16931_hold(rows: list[Line], discount: Discount) -> None:
    totals = compute_totals(rows, discount)
    assert totals.subtotal == sum(row.net for row in rows)  # BR-CO-10
    assert totals.net_total == totals.subtotal - totals.discount  # BR-CO-13
    assert totals.tax_total == sum(g.tax_amount for g in totals.groups)  # BR-CO-14
    assert totals.grand_total == totals.net_total + totals.tax_total  # BR-CO-15
    assert sum(g.taxable for g in totals.groups) == totals.net_total
    for group in totals.groups:  # BR-CO-17
        assert group.tax_amount == round_half_up(group.taxable * group.tax_rate / 100)
    keys = [(g.vat_category, g.tax_rate) for g in totals.groups]
    assert len(keys) == len(set(keys))


@given(documents, discounts)
def test_a_percentage_never_makes_a_rate_negative(rows: list[Line], discount: Discount) -> None:
    totals = compute_totals(rows, discount)
    assert 0 <= totals.discount <= totals.subtotal
    assert all(group.taxable >= -CENT * len(totals.groups) for group in totals.groups)


@given(documents, st.decimals(min_value="0.01", max_value="500", places=6))
def test_amounts_in_the_companys_currency_add_up(rows: list[Line], exchange_rate: Decimal) -> None:
    totals = compute_totals(rows)
    base = to_base(totals, exchange_rate)
    assert base.grand_total == base.net_total + base.tax_total
    assert abs(base.grand_total - totals.grand_total * exchange_rate) <= CENT * (len(totals.groups) + 1)


@given(st.decimals(min_value=0, max_value=10**6, places=2), st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_spreading_loses_nothing(total: Decimal, weights: list[int]) -> None:
    parts = spread(total, [Decimal(weight) for weight in weights])
    assert sum(parts) == total
