"""Sales orders (rows 121–133, 138)."""

import datetime

import frappe
import pytest

from crmconnect.core import clock
from crmconnect.sales import orders
from tests.support.factories import Make

DAY = datetime.timedelta(days=1)


def accepted(make: Make, **values):
    order = make.order(3, **values)
    order.accept()
    return order


def test_an_order_starts_as_a_draft_with_a_warehouse_and_a_company(make: Make) -> None:
    order = make.order()
    assert (order.status, order.status_code, order.invoicing_policy) == ("Draft", 1, "On order")
    assert order.company and order.name.startswith("EST-")


def test_sending_mails_the_link(make: Make, smtp, run_jobs) -> None:
    order = make.order(client=make.client(email="comenzi@alba.example").name)
    order.send()
    run_jobs()
    assert order.status_code == 2
    assert any("comenzi@alba.example" in str(m["To"]) for m in smtp.messages)


def test_declining_keeps_the_reason(make: Make) -> None:
    order = accepted(make)
    order.decline(reason="Buget tăiat")
    assert (order.status_code, order.decision_reason) == (3, "Buget tăiat")


def test_an_order_that_was_invoiced_cannot_be_declined(make: Make) -> None:
    order = accepted(make)
    order.convert_to_invoice()
    with pytest.raises(frappe.ValidationError, match="was invoiced"):
        order.decline()


def test_only_an_accepted_order_is_invoiced_and_each_quantity_once(make: Make) -> None:
    order = make.order(2)
    with pytest.raises(frappe.ValidationError, match="Only an accepted order"):
        order.convert_to_invoice()
    order.accept()
    invoice = frappe.get_doc("Connect Invoice", order.convert_to_invoice()["name"])
    assert [row.sales_order_item for row in invoice.items] == [row.name for row in order.items]
    order.reload()
    assert (order.invoice, order.is_fully_invoiced) == (invoice.name, 1) and order.invoiced_date
    with pytest.raises(frappe.ValidationError, match="fully invoiced"):
        order.convert_to_invoice()


def test_the_rest_of_a_partly_invoiced_order_can_be_invoiced(make: Make) -> None:
    order = accepted(make)
    first = frappe.get_doc("Connect Invoice", order.convert_to_invoice()["name"])
    first.items = first.items[:1]
    first.save()
    order.reload()
    assert [row.invoiced_qty for row in order.items] == [order.items[0].qty, 0, 0] and not order.is_fully_invoiced
    second = frappe.get_doc("Connect Invoice", order.convert_to_invoice()["name"])
    assert [row.sales_order_item for row in second.items] == [row.name for row in order.items[1:]]


def test_a_deleted_or_cancelled_invoice_frees_the_order(make: Make) -> None:
    order = accepted(make)
    draft = order.convert_to_invoice()["name"]
    frappe.delete_doc("Connect Invoice", draft)
    order.reload()
    assert (order.invoice, order.is_fully_invoiced, order.items[0].invoiced_qty) == (None, 0, 0)
    issued = frappe.get_doc("Connect Invoice", order.convert_to_invoice()["name"])
    issued.submit()
    issued.cancel(reason="greșit")
    order.reload()
    assert order.invoice is None and not order.is_fully_invoiced


def test_the_night_expires_open_orders_only(make: Make) -> None:
    past = {"date": clock.today() - 9 * DAY, "expiry_date": clock.today() - DAY}
    draft, taken, refused = make.order(1, **past), make.order(1, **past), make.order(1, **past)
    today = make.order(1, expiry_date=clock.today())
    taken.accept()
    refused.decline()
    orders.expire_orders()
    orders.expire_orders()
    status = [frappe.db.get_value("Connect Sales Order", d.name, "status_code") for d in (draft, taken, refused, today)]
    assert status == [5, 4, 3, 1]


def test_an_expired_order_gets_a_new_date_and_is_sent_again(make: Make, smtp) -> None:
    order = make.order(1, date=clock.today() - 9 * DAY, expiry_date=clock.today() - DAY)
    orders.expire_orders()
    order.reload()
    with pytest.raises(frappe.ValidationError, match="has passed"):
        order.send()
    order.expiry_date = clock.today() + DAY
    order.save()
    order.send()
    assert order.status_code == 2


def test_the_clients_acceptance_makes_the_invoice_when_the_setting_says_so(make: Make, settings) -> None:
    settings(estimate_auto_convert_to_invoice_on_client_accept=1)
    by_client, by_staff = make.order(1), make.order(1)
    orders.accept(frappe.get_doc("Connect Sales Order", by_client.name), by="Ana Client")
    by_staff.accept()
    assert frappe.db.get_value("Connect Sales Order", by_client.name, "invoice")
    assert not frappe.db.get_value("Connect Sales Order", by_staff.name, "invoice")
