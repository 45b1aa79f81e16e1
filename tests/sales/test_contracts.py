"""Contracts: optional, sent, signed on paper (rows 111–113, 116, 117)."""

import datetime

import frappe
import pytest

from crmconnect.core import clock
from tests.support.factories import Make


def test_a_contract_starts_in_the_first_configured_status(make: Make) -> None:
    assert make.contract().contract_status == "Draft"
    names = frappe.get_all("Connect Contract Status", order_by="position", pluck="name")
    assert names[:4] == ["Draft", "Active", "Expired", "Terminated"]


def test_it_takes_client_value_and_link_from_the_accepted_proposal(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept()
    contract = frappe.get_doc("Connect Contract", proposal.create_contract()["name"])
    assert (contract.client, contract.contract_value) == (proposal.client, proposal.grand_total)
    assert (contract.proposal, contract.start_date) == (proposal.name, clock.today())


def test_signing_on_paper_needs_no_page_and_locks_the_text(make: Make) -> None:
    contract = make.contract(contract_value=1200)
    contract.sign_manually(signed_by="Elena Pârvu", signed_on="2026-11-20")
    assert (contract.signed_by, contract.contract_status) == ("Elena Pârvu", "Active")
    with pytest.raises(frappe.ValidationError, match="signed"):
        contract.sign_manually()
    stored = frappe.get_doc("Connect Contract", contract.name)
    stored.contract_value = 1
    with pytest.raises(frappe.ValidationError, match="the contract is signed"):
        stored.save()


def test_nobody_signs_in_the_future(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="future"):
        make.contract().sign_manually(signed_on=clock.today() + datetime.timedelta(days=1))


def test_the_end_is_not_before_the_start(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="End cannot be before Start"):
        make.contract(start_date="2026-11-20", end_date="2026-11-19")


def test_sending_attaches_the_contract_as_a_pdf(make: Make, smtp, run_jobs) -> None:
    contract = make.contract(client=make.client(email="juridic@alba.example").name, content="<p>Articolul 1</p>")
    contract.send()
    run_jobs()
    mail = next(m for m in smtp.messages if "juridic@alba.example" in str(m["To"]))
    files = [part.get_content() for part in mail.iter_attachments()]
    assert files and files[0].startswith(b"%PDF")
