"""The tests' own tools: factories give whole records, tests leave nothing behind, requests see what the test wrote."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import frappe
import pytest

from tests.support.baseline import Baseline
from tests.support.factories import Make, vat_number
from tests.support.http import Http

FACTORIES = (
    "company", "client", "tax", "unit", "payment_mode", "item", "lead", "opportunity",
    "proposal", "order", "invoice", "contract", "payment",
)  # fmt: skip
made: list[str] = []


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_factory_gives_a_saved_record_of_ours(make: Make, factory: str) -> None:
    doc = getattr(make, factory)()
    assert doc.doctype.startswith("Connect ")
    assert frappe.db.exists(doc.doctype, doc.name)


def test_an_issued_invoice_has_its_number_and_a_payment_settles_it(make: Make) -> None:
    invoice = make.invoice(issued=True)
    assert invoice.docstatus == 1 and invoice.number
    make.payment(invoice)
    assert frappe.db.get_value("Connect Invoice", invoice.name, "status") == "Paid"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_wrote_is_gone_when_the_next_one_starts(make: Make, turn: str) -> None:
    assert not any(frappe.db.exists("Connect Client", name) for name in made)
    made.append(make.client().name)


def test_a_request_sees_what_the_test_wrote_and_the_test_what_the_request_wrote(make: Make, http: Http) -> None:
    user = make.user("Connect Manager")
    client = make.client()
    api = http.token(user)
    assert api.read("Connect Client", client.name).expect().data["client_name"] == client.client_name
    api.update("Connect Client", client.name, city="Sibiu").expect()
    assert frappe.db.get_value("Connect Client", client.name, "city") == "Sibiu"


def test_a_session_logs_in_and_a_guest_sees_nothing(make: Make, http: Http) -> None:
    user = make.user("Connect Manager", new_password="parola-Lunga-7")
    client = make.client()
    frappe.db.commit()
    session = http.login(user, "parola-Lunga-7")
    assert session.read("Connect Client", client.name).status == 200
    assert http.read("Connect Client", client.name).status == 403


def test_the_configuration_that_requests_change_is_put_back(http: Http) -> None:
    baseline = Baseline()
    validity = frappe.db.get_single_value("Connect Settings", "proposal_validity_days")
    pipeline = frappe.db.get_value("Connect Pipeline", {"is_default": 1})
    api = http.token("Administrator")
    api.update("Connect Pipeline", pipeline, is_default=0, description="changed by a test").expect()
    api.insert("Connect Lost Reason", reason="left behind by a test").expect()
    api.update("Connect Settings", "Connect Settings", proposal_validity_days=77).expect()
    baseline.restore()
    assert frappe.db.get_value("Connect Pipeline", {"is_default": 1}) == pipeline
    assert not frappe.db.exists("Connect Lost Reason", "left behind by a test")
    assert frappe.db.get_single_value("Connect Settings", "proposal_validity_days") == validity
    seen_by_requests = api.read("Connect Settings", "Connect Settings").data
    assert seen_by_requests["proposal_validity_days"] == validity


def test_a_block_runs_with_another_users_rights(
    make: Make, as_user: Callable[[str], AbstractContextManager[None]]
) -> None:
    with as_user(make.user()):
        assert not frappe.has_permission("Connect Invoice", "create")
    assert frappe.session.user == "Administrator"


def test_fiscal_codes_are_right_and_never_the_same() -> None:
    from stdnum.ro import cui

    codes = {vat_number() for _ in range(50)}
    assert len(codes) == 50 and all(cui.is_valid(code) for code in codes)
