"""Rules that are one decision each."""

import datetime
import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmconnect.core.money
import crmconnect.leads.rules
import crmconnect.parties.rules
import crmconnect.payments.rules
import crmconnect.sales.rules
from crmconnect.invoicing.rules import due_date, status_of
from crmconnect.parties.rules import country_code, vat_problem
from crmconnect.payments.rules import Claim, split
from crmconnect.sales.rules import is_expired, remaining

TODAY = datetime.date(2026, 11, 22)
DAY = datetime.timedelta(days=1)
money = st.decimals(min_value=0, max_value=10**6, places=2)


@pytest.mark.parametrize(
    "module",
    [
        crmconnect.core.money,
        crmconnect.leads.rules,
        crmconnect.parties.rules,
        crmconnect.payments.rules,
        crmconnect.sales.rules,
    ],
    ids=lambda m: m.__name__,
)
def test_the_examples_in_the_rules_are_true(module: object) -> None:
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("outstanding", "settled", "due", "expected"),
    [
        (0, 100, TODAY - DAY, "Paid"),
        (60, 40, TODAY - DAY, "Overdue"),
        (100, 0, TODAY - DAY, "Overdue"),
        (60, 40, TODAY, "Partially Paid"),
        (100, 0, TODAY, "Unpaid"),
        (100, 0, None, "Unpaid"),
    ],
)
def test_an_invoices_status_is_the_first_that_applies(outstanding, settled, due, expected) -> None:
    assert status_of(Decimal(outstanding), Decimal(settled), due, TODAY) == expected


def test_the_last_day_of_validity_still_counts() -> None:
    assert not is_expired(TODAY, TODAY)
    assert is_expired(TODAY - DAY, TODAY)
    assert not is_expired(None, TODAY)


def test_days_to_pay_are_added_to_the_date() -> None:
    assert due_date(TODAY, 15) == datetime.date(2026, 12, 7)
    assert due_date(TODAY, -3) == TODAY


@given(money, st.lists(st.tuples(money, money), max_size=6))
def test_a_payment_is_always_settled_and_advance_together(paid: Decimal, claims: list) -> None:
    named = [Claim(f"I{n}", asked, open_) for n, (asked, open_) in enumerate(claims)]
    result = split(paid, named)
    assert sum(result.settled.values(), result.advance) == paid
    assert result.advance >= 0
    for claim in named:
        assert 0 <= result.settled.get(claim.invoice, 0) <= min(claim.asked, claim.outstanding)


def test_nothing_is_invoiced_beyond_what_was_ordered() -> None:
    assert remaining({"a": 5, "b": 1}, {"a": 7}) == {"b": Decimal(1)}


@pytest.mark.parametrize(
    ("given_", "expected"), [(None, "RO"), ("ro", "RO"), ("DE ", "DE"), ("Romania", None), ("R1", None)]
)
def test_a_country_is_an_iso_code(given_: str | None, expected: str | None) -> None:
    assert country_code(given_) == expected


@pytest.mark.parametrize(
    ("number", "country", "company", "right"),
    [
        ("RO18547290", "RO", True, True),
        ("18547290", "RO", True, True),
        ("RO18547291", "RO", True, False),
        ("1630615123457", "RO", False, True),
        ("DE999", "DE", True, True),
    ],
)
def test_a_fiscal_code_has_a_check_digit(number: str, country: str, company: bool, right: bool) -> None:
    assert (vat_problem(number, country, company) == "") is right
