"""Payments, advances and their cancellation (rows 176–182, 184–187)."""

import datetime

import frappe
import pytest

from crmconnect.core import clock
from tests.support.factories import Make


def outstanding(invoice) -> float:
    return frappe.db.get_value("Connect Invoice", invoice.name, "outstanding_amount")


def test_one_payment_settles_several_invoices(make: Make) -> None:
    client = make.client().name
    one, two = (make.invoice([{"rate": 100}], client=client, issued=True) for _ in range(2))
    rows = [{"invoice": one.name, "amount": 121}, {"invoice": two.name, "amount": 79}]
    payment = make.payment(client=client, amount=200, allocations=rows)
    assert (outstanding(one), outstanding(two), payment.unallocated_amount) == (0, 42, 0)


def test_an_advance_is_applied_later_and_both_go_down(make: Make) -> None:
    client = make.client()
    advance = make.payment(client=client.name, amount=150)
    assert frappe.get_doc("Connect Client", client.name).advance_amount == 150
    invoice = make.invoice([{"rate": 100}], client=client.name, issued=True)
    advance.apply_advance(invoice=invoice.name, amount=100)
    advance.apply_advance(invoice=invoice.name)
    stored = frappe.get_doc("Connect Payment", advance.name)
    assert (outstanding(invoice), stored.unallocated_amount, stored.allocated_amount) == (0, 29, 121)
    assert [row.amount for row in stored.allocations] == [121]
    with pytest.raises(frappe.ValidationError, match="open balance"):
        advance.apply_advance(invoice=invoice.name)


def test_an_advance_settles_only_its_own_clients_invoices(make: Make) -> None:
    advance = make.payment(amount=50)
    other = make.invoice([{"rate": 100}], issued=True)
    with pytest.raises(frappe.ValidationError, match="another client"):
        advance.apply_advance(invoice=other.name)


def test_a_payment_settles_invoices_of_its_own_currency_only(make: Make) -> None:
    make.doc("Connect Currency Rate", currency="EUR", date=clock.today(), rate=5)
    invoice = make.invoice([{"rate": 100}], currency="EUR", issued=True)
    with pytest.raises(frappe.ValidationError, match="own currency"):
        make.payment(invoice, currency="RON")
    assert make.payment(invoice, currency="EUR").base_amount == 605


def test_a_draft_or_foreign_invoice_cannot_be_settled(make: Make) -> None:
    draft = make.invoice([{"rate": 100}])
    with pytest.raises(frappe.ValidationError, match="only an issued invoice"):
        make.payment(draft, amount=10)


def test_two_payments_drafted_for_one_balance_do_not_settle_it_twice(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    first, second = make.payment(invoice, submitted=False), make.payment(invoice, submitted=False)
    first.submit()
    second.submit()
    assert outstanding(invoice) == 0
    assert frappe.db.get_value("Connect Payment", second.name, ["allocated_amount", "unallocated_amount"]) == (0, 121)


def test_cancelling_a_payment_opens_the_invoices_again(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    payment = make.payment(invoice)
    payment.cancel(reason="întors de bancă")
    assert outstanding(invoice) == 121
    assert frappe.db.get_value("Connect Invoice", invoice.name, "status") == "Unpaid"


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_is_more_than_nothing(make: Make, amount: float) -> None:
    with pytest.raises(frappe.ValidationError):
        make.payment(amount=amount)
    with pytest.raises(frappe.ValidationError):
        make.invoice([{"rate": 100}], issued=True).record_payment(amount=amount or -1)


def test_a_payment_is_not_dated_in_the_future(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="future"):
        make.payment(amount=5, date=clock.today() + datetime.timedelta(days=1))


def test_more_cannot_be_allocated_than_was_paid(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    with pytest.raises(frappe.ValidationError, match="exceed the amount"):
        make.payment(
            client=invoice.client, amount=50, allocations=[{"invoice": invoice.name, "amount": 60}], submitted=False
        )
