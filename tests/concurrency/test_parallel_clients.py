"""Many clients at the same moment: each thing happens once, and nobody sees that the database made him wait.

The requests go through the application in threads, each with a connection of its own, as a server's workers do.
"""

import datetime

import frappe
import pytest

from crmconnect.core import clock
from crmconnect.portal import links
from tests.concurrency.parallel import at_once, connected, statuses
from tests.portal.support import answer, bell, client_of, fresh, history, sent
from tests.support.factories import Make
from tests.support.http import Http

EACH = 10


@pytest.fixture
def admin(http: Http) -> Http:
    return http.token("Administrator")


def numbers_of(company: str) -> list[int]:
    frappe.db.rollback()
    rows = frappe.get_all("Connect Invoice", {"company": company, "docstatus": 1}, pluck="number")
    return sorted(int(number.rsplit("-", 1)[1]) for number in rows)


def test_parallel_issues_of_two_companies_number_without_gap(make: Make, admin: Http) -> None:
    companies = [make.company().name for _ in range(2)]
    tax, buyer = make.tax().name, make.client().name
    drafts = [
        make.invoice([{"item_name": "x", "tax": tax}], company=company, client=buyer).name
        for _ in range(EACH)
        for company in companies
    ]
    frappe.db.commit()
    answers = at_once(*[lambda name=name: admin.act("Connect Invoice", name, "submit") for name in drafts])
    assert statuses(answers) == [200] * (2 * EACH), [a.text[:300] for a in answers if a.status != 200]
    for company in companies:
        assert numbers_of(company) == list(range(1, EACH + 1))


def test_parallel_drafts_get_names_of_their_own(make: Make, admin: Http) -> None:
    buyer = make.client().name
    rows = [{"item_name": "x", "qty": 1, "rate": 1}]
    frappe.db.commit()
    answers = at_once(
        *[lambda: admin.insert("Connect Proposal", subject="s", client=buyer, items=rows) for _ in range(8)]
    )
    assert statuses(answers) == [200] * 8, [a.text[:300] for a in answers if a.status != 200]
    assert len({a.data["name"] for a in answers}) == 8


@pytest.mark.parametrize("action", ["convert_to_invoice", "convert_to_sales_order", "create_contract"])
def test_a_proposal_is_converted_once(make: Make, admin: Http, action: str) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    proposal.accept()
    frappe.db.commit()
    answers = at_once(*[lambda: admin.act(proposal.doctype, proposal.name, action) for _ in range(4)])
    assert statuses(answers) == [200, 417, 417, 417]
    made = next(a for a in answers if a.status == 200).data["name"]
    assert all(made in a.messages for a in answers if a.status == 417)
    doctype = {
        "convert_to_invoice": "Connect Invoice",
        "convert_to_sales_order": "Connect Sales Order",
        "create_contract": "Connect Contract",
    }[action]
    frappe.db.rollback()
    assert frappe.get_all(doctype, {"proposal": proposal.name}, pluck="name") == [made]


def test_a_lead_without_client_makes_one_client(make: Make, admin: Http) -> None:
    lead = make.lead()
    proposal = frappe.get_doc("Connect Proposal", lead.create_proposal()["name"])
    proposal.update({"items": make.lines(1)}).save()
    proposal.mark_sent()
    proposal.accept()
    frappe.db.commit()
    actions = ("convert_to_sales_order", "create_contract")
    answers = at_once(*[lambda action=a: admin.act(proposal.doctype, proposal.name, action) for a in actions])
    assert statuses(answers) == [200, 200], [a.text[:300] for a in answers]
    frappe.db.rollback()
    assert len(frappe.get_all("Connect Client", {"vat_number": lead.vat_number})) == 1


def test_an_order_is_invoiced_once(make: Make, admin: Http) -> None:
    order = make.order()
    order.accept()
    frappe.db.commit()
    answers = at_once(*[lambda: admin.act(order.doctype, order.name, "convert_to_invoice") for _ in range(4)])
    assert statuses(answers) == [200, 417, 417, 417]
    made = next(a for a in answers if a.status == 200).data["name"]
    assert all(made in a.messages for a in answers if a.status == 417)
    frappe.db.rollback()
    assert frappe.get_all("Connect Invoice", {"sales_order": order.name}, pluck="name") == [made]


def test_two_payments_of_the_whole_balance_settle_once_and_leave_an_advance(make: Make, admin: Http) -> None:
    invoice = make.invoice(issued=True)
    mode = frappe.db.get_value("Connect Payment Mode", {"kind": "Bank"})
    rows = [{"invoice": invoice.name, "amount": invoice.outstanding_amount}]
    values = {"client": invoice.client, "amount": invoice.outstanding_amount, "payment_mode": mode}
    drafts = [make.doc("Connect Payment", allocations=rows, **values).name for _ in range(2)]
    frappe.db.commit()
    answers = at_once(*[lambda name=name: admin.act("Connect Payment", name, "submit") for name in drafts])
    assert statuses(answers) == [200, 200], [a.text[:300] for a in answers]
    settled = fresh(invoice)
    assert (settled.status, settled.outstanding_amount, settled.paid_amount) == ("Paid", 0, invoice.grand_total)
    left = [frappe.db.get_value("Connect Payment", name, "unallocated_amount") for name in drafts]
    assert sorted(left) == [0, invoice.grand_total]
    assert len([line for line in history(invoice) if line.endswith("Paid")]) == 1


def test_recording_the_whole_balance_twice_is_refused_the_second_time(make: Make, admin: Http) -> None:
    invoice = make.invoice(issued=True)
    frappe.db.commit()
    pay = {"amount": invoice.outstanding_amount}
    answers = at_once(*[lambda: admin.act(invoice.doctype, invoice.name, "record_payment", **pay) for _ in range(3)])
    assert statuses(answers) == [200, 417, 417]
    assert fresh(invoice).outstanding_amount == 0


def test_payments_over_the_same_invoices_in_other_orders_never_wait_for_each_other(make: Make, admin: Http) -> None:
    buyer = make.client().name
    invoices = [make.invoice(client=buyer, issued=True) for _ in range(3)]
    drafts = []
    for turn in range(4):
        order = invoices if turn % 2 else invoices[::-1]
        rows = [{"invoice": invoice.name, "amount": 10} for invoice in order]
        drafts.append(make.doc("Connect Payment", client=buyer, amount=30, allocations=rows, payment_mode=mode()).name)
    frappe.db.commit()
    answers = at_once(*[lambda name=name: admin.act("Connect Payment", name, "submit") for name in drafts])
    assert statuses(answers) == [200] * 4, [a.text[:300] for a in answers]
    assert {fresh(invoice).paid_amount for invoice in invoices} == {40}


def mode() -> str:
    return frappe.db.get_value("Connect Payment Mode", {"kind": "Bank"})


def test_of_accept_and_reject_at_once_one_wins(make: Make, http: Http) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    path = sent(proposal)
    client = client_of(http)
    answers = at_once(
        lambda: answer(client, path, answer="accept", signed_by="Ana"),
        lambda: answer(client, path, answer="reject", reason="Nu"),
        lambda: answer(client, path, answer="request_changes", comment="Altfel"),
    )
    assert statuses(answers) == [200, 417, 417], [a.text[:900] for a in answers]
    won = fresh(proposal).status
    assert won in ("Accepted", "Rejected", "Revised")
    assert len([line for line in history(proposal) if "Sent manually" in line and won in line]) == 1
    assert len(bell(agent, proposal)) == 2  # assigned to him, and the one answer


def test_the_first_opening_by_several_at_once_counts_once(make: Make, http: Http) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    path = sent(proposal)
    client = client_of(http)
    assert statuses(at_once(*[lambda: client.get(path) for _ in range(6)])) == [200] * 6
    assert fresh(proposal).status == "Reviewed"
    assert len([s for s in bell(agent, proposal) if "opened" in s]) == 1
    assert len([line for line in history(proposal) if line.endswith("Reviewed")]) == 1
    assert frappe.db.get_value(links.DOCTYPE, {"document_name": proposal.name}, "open_count") == 6


def test_the_nightly_job_run_twice_at_once_reminds_once(make: Make, settings, smtp, host) -> None:
    from crmconnect.invoicing import overdue
    from crmconnect.sales import orders

    settings(send_overdue_reminders=1)
    day = clock.today() - datetime.timedelta(days=3)
    buyer = make.client(email=f"restant-{make.unit().name.split()[-1]}@firma.example")
    invoice = make.invoice(client=buyer.name, issued=True)
    frappe.db.set_value(invoice.doctype, invoice.name, "due_date", day)
    order = make.order()
    frappe.db.set_value(order.doctype, order.name, {"date": day, "expiry_date": day})
    frappe.db.commit()

    def nightly() -> None:
        orders.expire_orders()
        overdue.run()

    for result in at_once(*[connected(host.site, host.sites, nightly) for _ in range(2)]):
        if isinstance(result, BaseException):
            raise result
    assert fresh(invoice).status == "Overdue" and fresh(order).status == "Expired"
    smtp.deliver()
    assert len(smtp.to(buyer.email)) == 1
    assert len([line for line in history(order) if line.endswith("Expired")]) == 1
