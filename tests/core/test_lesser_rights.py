"""Actions that need less than the right to write the document."""

import frappe

from tests.portal.support import fresh
from tests.support.factories import Make
from tests.support.http import Http


def test_finance_bills_an_accepted_proposal_that_it_cannot_write(make: Make, http: Http) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept()
    finance = http.token(make.user("Connect Finance"))
    assert finance.update(proposal.doctype, proposal.name, internal_notes="x").status == 403
    assert finance.act(proposal.doctype, proposal.name, "convert_to_sales_order").status == 403
    made = finance.act(proposal.doctype, proposal.name, "convert_to_invoice").expect().data
    assert fresh(proposal).invoice == made["name"]


def test_an_agent_mails_an_invoice_that_he_cannot_write(make: Make, http: Http, smtp) -> None:
    agent = make.user("Connect Sales Agent")
    invoice = make.invoice(issued=True, assigned_to=agent)
    client = http.token(agent)
    assert client.update(invoice.doctype, invoice.name, terms="x").status in (403, 417)
    client.act(invoice.doctype, invoice.name, "send").expect()
    assert fresh(invoice).sent_to == frappe.db.get_value("Connect Client", invoice.client, "email")
    assert client.act(invoice.doctype, invoice.name, "cancel").status == 403
