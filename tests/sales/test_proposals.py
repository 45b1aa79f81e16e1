"""Proposals, from draft to the client's answer (rows 81–108)."""

import datetime

import frappe
import pytest

from crmconnect.core import clock
from tests.support.factories import Make

DAY = datetime.timedelta(days=1)


def test_a_new_proposal_is_a_draft_without_a_link(make: Make) -> None:
    proposal = make.proposal()
    assert (proposal.status, proposal.status_code, proposal.portal_url) == ("Draft", 6, None)
    assert proposal.name.startswith("PRO-")


def test_its_validity_comes_from_the_settings(make: Make) -> None:
    proposal = make.proposal(date="2026-11-01")
    assert frappe.utils.getdate(proposal.open_till) == datetime.date(2026, 12, 1)


def test_lines_take_name_unit_price_and_vat_from_the_item(make: Make) -> None:
    item = make.item(item_name="Cuptor", sale_rate=7499.9, tax=make.tax(11).name)
    proposal = make.doc(
        "Connect Proposal", subject="x", client=make.client().name, items=[{"item": item.name, "qty": 2}]
    )
    row = proposal.items[0]
    assert (row.item_name, row.unit, row.rate, row.tax_rate) == ("Cuptor", "buc", 7499.9, 11)
    assert (row.net_amount, row.tax_amount, row.amount) == (14999.8, 1649.98, 16649.78)


def test_a_price_of_zero_is_kept(make: Make) -> None:
    proposal = make.proposal([{"item": make.item(sale_rate=50).name, "rate": 0}])
    assert proposal.items[0].rate == 0


def test_the_vat_of_the_document_goes_over_that_of_the_lines(make: Make) -> None:
    proposal = make.proposal([{"qty": 1, "rate": 100, "tax": make.tax(11).name}], tax=make.tax(21).name)
    assert (proposal.tax_total, proposal.items[0].tax_rate) == (21, 21)


def test_a_discount_in_money_is_spread_over_the_rates(make: Make) -> None:
    rows = [{"rate": 100, "tax": make.tax(21).name}, {"rate": 300, "tax": make.tax(11).name}]
    proposal = make.proposal(rows, discount_type="Amount", discount_amount=40)
    assert (proposal.net_total, proposal.tax_total, proposal.grand_total) == (360, 48.6, 408.6)


def test_a_discount_above_the_sum_is_refused(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="more than the sum"):
        make.proposal([{"rate": 100}], discount_type="Amount", discount_amount=101)


def test_a_foreign_proposal_needs_and_uses_a_rate(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="No exchange rate for CHF"):
        make.proposal(currency="CHF")
    make.doc("Connect Currency Rate", currency="CHF", date=clock.today(), rate=5.4321)
    proposal = make.proposal([{"rate": 100, "tax": make.tax(21).name}], currency="CHF")
    assert (proposal.exchange_rate, proposal.base_grand_total) == (5.4321, 657.28)


def test_a_client_or_a_lead_is_required(make: Make) -> None:
    with pytest.raises(frappe.MandatoryError, match="Client or Lead"):
        make.doc("Connect Proposal", subject="x", items=make.lines(1))


def test_the_validity_cannot_end_before_the_date(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="Valid until cannot be before Date"):
        make.proposal(date=clock.today(), open_till=clock.today() - DAY)


def test_sending_mails_the_link_and_tells_the_agent_once(make: Make, smtp, run_jobs, as_user) -> None:
    agent = make.user("Connect Sales Agent")
    client = make.client(email="client@alba.example")
    proposal = make.proposal(client=client.name, assigned_to=agent)
    proposal.send()
    assert (proposal.status, proposal.status_code) == ("Sent", 4)
    run_jobs()
    mails = [m for m in smtp.messages if "client@alba.example" in str(m["To"])]
    assert len(mails) == 1 and proposal.name in str(mails[0]["Subject"])
    assert proposal.portal_url in mails[0].get_body(("html",)).get_content()
    assert frappe.db.count("Notification Log", {"for_user": agent, "document_name": proposal.name}) >= 1


def test_sending_without_an_address_says_where_to_fill_it_in(make: Make, smtp) -> None:
    proposal = make.proposal(client=make.client(email="").name)
    with pytest.raises(frappe.MandatoryError, match="E-mail of the recipient"):
        proposal.send()
    assert frappe.db.get_value("Connect Proposal", proposal.name, "status") == "Draft"


def test_sending_without_a_mail_server_says_so_before_trying(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="No outgoing e-mail"):
        make.proposal().send()


def test_sending_without_lines_is_refused(make: Make, smtp) -> None:
    proposal = make.doc("Connect Proposal", subject="x", client=make.client().name)
    with pytest.raises(frappe.ValidationError, match="at least one line"):
        proposal.send()


def test_marking_as_sent_sends_no_mail_and_opens_the_link(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    assert (proposal.status, proposal.status_code) == ("Sent manually", 7)
    assert "/p/" in proposal.portal_url
    assert not frappe.db.exists("Email Queue", {"reference_name": proposal.name})


def test_staff_may_accept_and_it_is_written_who_and_why(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept(reason="Confirmat la telefon")
    assert (proposal.status_code, proposal.decided_by) == (3, "Administrator")
    comments = frappe.get_all("Comment", {"reference_name": proposal.name}, pluck="content")
    assert any("Confirmat la telefon" in text for text in comments)


def test_a_draft_cannot_be_accepted(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="is Draft; this is possible only when it is Sent"):
        make.proposal().accept()


def test_an_expired_proposal_wants_a_reason_or_a_later_date(make: Make) -> None:
    proposal = make.proposal(date=clock.today() - 9 * DAY, open_till=clock.today() - DAY)
    proposal.mark_sent()
    with pytest.raises(frappe.ValidationError, match="expired on"):
        proposal.accept()
    proposal.extend_validity(open_till=clock.today() + DAY)
    proposal.accept()
    assert proposal.status == "Accepted"


def test_rejecting_wants_a_reason(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    with pytest.raises(frappe.MandatoryError):
        proposal.reject()
    proposal.reject(reason="Prea scump")
    assert (proposal.status_code, proposal.decision_reason) == (2, "Prea scump")


def test_a_revised_proposal_can_be_edited_and_sent_again(make: Make, smtp) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    with pytest.raises(frappe.ValidationError, match="cannot be changed while"):
        frappe.get_doc("Connect Proposal", proposal.name).update({"subject": "alt titlu"}).save()
    proposal.revise(comment="Fără transport")
    assert proposal.status_code == 5
    edited = frappe.get_doc("Connect Proposal", proposal.name)
    edited.subject = "alt titlu"
    edited.save()
    edited.send()
    assert edited.status_code == 4


def test_notes_stay_open_in_every_status(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept()
    stored = frappe.get_doc("Connect Proposal", proposal.name)
    stored.internal_notes = "Cere livrare sâmbăta"
    stored.save()
    assert frappe.db.get_value("Connect Proposal", proposal.name, "internal_notes") == "Cere livrare sâmbăta"


@pytest.mark.parametrize("action", ["convert_to_invoice", "convert_to_sales_order", "create_contract"])
def test_only_an_accepted_proposal_is_converted_and_only_once(make: Make, action: str) -> None:
    proposal = make.proposal()
    with pytest.raises(frappe.ValidationError, match="Only an accepted proposal"):
        getattr(proposal, action)()
    proposal.mark_sent()
    proposal.accept()
    made = getattr(proposal, action)()
    with pytest.raises(frappe.ValidationError, match=str(made["name"])):
        getattr(proposal, action)()


def test_every_line_is_copied_with_a_link_to_its_source(make: Make) -> None:
    proposal = make.proposal(4, discount_type="Percentage", discount_percentage=7.5)
    proposal.mark_sent()
    proposal.accept()
    invoice = frappe.get_doc("Connect Invoice", proposal.convert_to_invoice()["name"])
    copied = ("item", "item_name", "description", "qty", "unit", "rate", "discount_percentage", "tax", "net_amount")
    assert [[row.get(f) for f in copied] for row in invoice.items] == [
        [row.get(f) for f in copied] for row in proposal.items
    ]
    assert [row.proposal_item for row in invoice.items] == [row.name for row in proposal.items]
    assert (invoice.grand_total, invoice.proposal) == (proposal.grand_total, proposal.name)
    assert frappe.db.get_value("Connect Proposal", proposal.name, "invoice") == invoice.name


def test_a_deleted_draft_frees_the_proposal(make: Make) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept()
    first = proposal.convert_to_sales_order()["name"]
    frappe.delete_doc("Connect Sales Order", first)
    proposal.reload()
    assert proposal.sales_order is None
    assert proposal.convert_to_sales_order()["name"] != first


def test_the_lead_becomes_one_client_when_the_first_document_needs_it(make: Make) -> None:
    opportunity = make.opportunity()
    proposal = frappe.get_doc("Connect Proposal", opportunity.create_proposal()["name"])
    assert proposal.client is None and proposal.items[0].rate == 10_000
    proposal.mark_sent()
    proposal.accept()
    order = proposal.convert_to_sales_order()
    client = frappe.get_doc("Connect Client", order["client"])
    assert (client.client_name, client.email) == (opportunity.company_name, opportunity.email)
    assert proposal.create_contract()["client"] == client.name
    assert frappe.db.get_value("Connect Lead", opportunity.from_lead, "client") == client.name


def test_internal_notes_never_reach_the_client(make: Make) -> None:
    from crmconnect.core import pdf
    from crmconnect.portal import mail

    proposal = make.proposal(internal_notes="Marjă minimă 8 %")
    assert "Marjă" not in pdf.html_of(proposal, "ro")
    assert "Marjă" not in "".join(mail.render(proposal, "https://x"))
