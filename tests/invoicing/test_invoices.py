"""Invoices: issue, settlement, cancellation, credit (rows 134–150, 153, 156, 157, 161)."""

import datetime

import frappe
import pytest

from crmconnect.core import clock, numbering
from crmconnect.invoicing import overdue
from tests.support.factories import Make

DAY = datetime.timedelta(days=1)


def status(invoice) -> tuple[str, int]:
    return tuple(frappe.db.get_value("Connect Invoice", invoice.name, ["status", "status_code"]))


def test_a_draft_has_no_number_and_no_fiscal_effect(make: Make) -> None:
    invoice = make.invoice()
    assert (invoice.status_code, invoice.number, invoice.title) == (6, None, "Draft")
    assert not invoice.name.startswith("INV")


def test_the_due_date_follows_the_clients_terms(make: Make) -> None:
    invoice = make.invoice(client=make.client(payment_terms_days=30).name, date="2026-11-01")
    assert frappe.utils.getdate(invoice.due_date) == datetime.date(2026, 12, 1)


def test_issuing_gives_the_number_and_copies_both_parties(make: Make) -> None:
    client = make.client(client_name="Alba SRL", city="Alba Iulia")
    invoice = make.invoice(client=client.name, issued=True)
    assert invoice.number == invoice.title and invoice.number.startswith("INV-")
    assert (invoice.client_name, invoice.client_city) == ("Alba SRL", "Alba Iulia")
    assert invoice.seller_vat_number.startswith("RO")
    client.reload()
    client.client_name = "Alt Nume SRL"
    client.save()
    assert frappe.db.get_value("Connect Invoice", invoice.name, "client_name") == "Alba SRL"


def test_two_companies_number_independently_and_without_gaps(make: Make) -> None:
    one, two = make.company(), make.company()
    numbers = [make.invoice(company=c.name, issued=True).number for c in (one, two, one, two, one)]
    assert numbers == ["INV-001", "INV-001", "INV-002", "INV-002", "INV-003"]


def test_a_failed_issue_leaves_no_gap(make: Make) -> None:
    company = make.company()
    make.invoice(company=company.name, issued=True)
    broken = make.invoice(company=company.name, date=clock.today() + DAY)
    frappe.db.savepoint("before_issue")
    with pytest.raises(frappe.ValidationError, match="future"):
        broken.submit()
    frappe.db.rollback(save_point="before_issue")
    assert make.invoice(company=company.name, issued=True).number == "INV-002"


def test_a_date_before_the_last_number_is_refused(make: Make) -> None:
    company = make.company()
    make.invoice(company=company.name, issued=True)
    late = make.invoice(company=company.name, date=clock.today() - DAY)
    with pytest.raises(frappe.ValidationError, match="before .* the date of the last number"):
        late.submit()


def test_prefix_and_digits_come_from_the_series(make: Make) -> None:
    company = make.company()
    series = frappe.get_doc("Connect Number Series", f"Connect Invoice {company.name}")
    series.update({"prefix": "CJ", "padding": 6}).save()
    assert make.invoice(company=company.name, issued=True).number == "CJ000001"


def test_a_series_never_goes_back(make: Make) -> None:
    company = make.company()
    make.invoice(company=company.name, issued=True)
    series = frappe.get_doc("Connect Number Series", numbering.series_name("Connect Invoice", company.name))
    series.next_number = 1
    with pytest.raises(frappe.ValidationError, match="cannot go back"):
        series.save()
    with pytest.raises(frappe.ValidationError, match="has given numbers"):
        frappe.delete_doc("Connect Number Series", series.name)


def test_an_invoice_without_lines_is_not_issued(make: Make) -> None:
    invoice = make.doc("Connect Invoice", client=make.client().name)
    with pytest.raises(frappe.ValidationError, match="at least one line"):
        invoice.submit()


def test_the_vat_breakdown_adds_up(make: Make) -> None:
    rows = [{"rate": 33.33, "qty": 3, "tax": make.tax(21).name}, {"rate": 7.77, "qty": 7, "tax": make.tax(11).name}]
    invoice = make.invoice(rows, issued=True)
    assert [(t.tax_rate, t.taxable_amount, t.tax_amount) for t in invoice.taxes] == [
        (21, 99.99, 21.0),
        (11, 54.39, 5.98),
    ]
    assert invoice.tax_total == 26.98 and invoice.grand_total == 181.36


def test_an_invoice_in_euro_shows_ron_at_the_dated_rate(make: Make) -> None:
    make.doc("Connect Currency Rate", currency="EUR", date=clock.today() - DAY, rate=5.0885)
    invoice = make.invoice([{"rate": 1000, "tax": make.tax(21).name}], currency="EUR", issued=True)
    assert (invoice.grand_total, invoice.base_tax_total, invoice.base_grand_total) == (1210, 1068.59, 6157.09)


def test_a_company_that_pays_no_vat_charges_none(make: Make) -> None:
    company = make.company(is_vat_payer=0)
    invoice = make.invoice([{"rate": 100, "tax": make.tax(21).name}], company=company.name)
    assert (invoice.tax_total, invoice.items[0].vat_category) == (0, "O")


def test_partial_payments_settle_it_step_by_step(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    assert status(invoice) == ("Unpaid", 1)
    for amount, expected in ((21, ("Partially Paid", 3)), (50, ("Partially Paid", 3)), (50, ("Paid", 2))):
        invoice.record_payment(amount=amount)
        assert status(invoice) == expected
    paid = frappe.get_all("Connect Payment Allocation", {"invoice": invoice.name}, pluck="amount", order_by="creation")
    assert sorted(paid) == [21, 50, 50]


def test_a_payment_starts_with_balance_today_and_a_bank_mode(make: Make) -> None:
    from crmconnect.core import actions

    invoice = make.invoice([{"rate": 100}], issued=True)
    form = next(a for a in actions.available(invoice) if a["name"] == "record_payment")["args"]
    given = {field["fieldname"]: field["default"] for field in form}
    assert given["amount"] == 121 and given["date"] == str(clock.today())
    assert frappe.db.get_value("Connect Payment Mode", given["payment_mode"], "kind") == "Bank"


def test_more_than_the_balance_becomes_an_advance(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    payment = frappe.get_doc("Connect Payment", invoice.record_payment(amount=200)["name"])
    assert (payment.allocated_amount, payment.unallocated_amount) == (121, 79)
    assert status(invoice) == ("Paid", 2)


def test_full_payment_is_in_the_clients_history(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    invoice.record_payment()
    lines = frappe.get_all("Comment", {"reference_name": invoice.client}, pluck="content")
    assert any(invoice.number in line and "121" in line for line in lines)


def test_the_morning_after_the_due_date_it_is_overdue_partly_paid_or_not(make: Make) -> None:
    company = make.company().name
    past = {"date": clock.today() - 20 * DAY, "due_date": clock.today() - DAY, "company": company}
    unpaid, partly = make.invoice([{"rate": 10}], **past), make.invoice([{"rate": 10}], **past)
    due_today = make.invoice([{"rate": 10}], date=clock.today() - DAY, due_date=clock.today(), company=company)
    for invoice in (unpaid, partly, due_today):
        invoice.submit()
    partly.record_payment(amount=1)
    overdue.run()
    assert [status(i)[1] for i in (unpaid, partly, due_today)] == [4, 4, 1]
    unpaid.reload()
    unpaid.record_payment()
    assert status(unpaid) == ("Paid", 2)


def test_one_reminder_is_sent_however_often_the_job_runs(make: Make, settings, smtp, run_jobs) -> None:
    settings(send_overdue_reminders=1)
    client = make.client(email="plati@alba.example").name
    past = {"date": clock.today() - 20 * DAY, "due_date": clock.today() + DAY, "company": make.company().name}
    invoice = make.invoice([{"rate": 10}], client=client, **past)
    invoice.submit()
    invoice.db_set("due_date", clock.today() - DAY)
    overdue.run()
    overdue.run()
    run_jobs()
    assert len([m for m in smtp.messages if "plati@alba.example" in str(m["To"])]) == 1


def test_sending_attaches_the_pdf_and_gives_the_link_and_can_be_repeated(make: Make, smtp, run_jobs) -> None:
    invoice = make.invoice(client=make.client(email="facturi@alba.example").name, issued=True)
    invoice.send()
    run_jobs()
    invoice.reload()
    assert invoice.sent_to == "facturi@alba.example" and invoice.sent_at and status(invoice) == ("Unpaid", 1)
    mail = next(m for m in smtp.messages if "facturi@alba.example" in str(m["To"]))
    pdf = next(part for part in mail.iter_attachments())
    assert pdf.get_content().startswith(b"%PDF") and pdf.get_filename().endswith(".pdf")
    assert invoice.portal_url in mail.get_body(("html",)).get_content()
    invoice.send()
    run_jobs()
    assert len([m for m in smtp.messages if "facturi@alba.example" in str(m["To"])]) == 2


def test_a_draft_is_not_sent_and_a_missing_address_is_named(make: Make, smtp) -> None:
    with pytest.raises(frappe.ValidationError, match="Issue the invoice first"):
        make.invoice().send()
    client = make.client(client_name="Fără Adresă SRL", email="")
    with pytest.raises(frappe.MandatoryError, match="Fără Adresă SRL has no e-mail"):
        make.invoice(client=client.name, issued=True).send()


def test_cancelling_keeps_the_number_and_the_reason(make: Make) -> None:
    invoice = make.invoice(issued=True)
    invoice.cancel(reason="Client greșit")
    stored = frappe.get_doc("Connect Invoice", invoice.name)
    assert (stored.status_code, stored.docstatus, stored.number) == (5, 2, invoice.number)
    assert (stored.cancel_reason, stored.outstanding_amount) == ("Client greșit", 0)


def test_a_paid_invoice_is_not_cancelled(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    payment = frappe.get_doc("Connect Payment", invoice.record_payment(amount=50)["name"])
    invoice.reload()
    with pytest.raises(frappe.ValidationError):
        invoice.cancel()
    payment.cancel(reason="storno bancă")
    assert status(invoice) == ("Unpaid", 1)
    invoice.reload()
    invoice.cancel()
    assert status(invoice) == ("Cancelled", 5)


def test_a_credit_note_takes_its_amount_off_the_invoice(make: Make) -> None:
    invoice = make.invoice([{"rate": 100, "qty": 2}], issued=True)
    note = make.credit_note(invoice)
    assert (note.invoice_type, note.items[0].qty, note.items[0].invoice_item) == (
        "Credit Note",
        2,
        invoice.items[0].name,
    )
    note.items[0].qty = 1
    note.save()
    note.submit()
    stored = frappe.get_doc("Connect Invoice", invoice.name)
    assert (stored.credited_amount, stored.outstanding_amount) == (121, 121)
    assert note.number.startswith("INV-") and status(note) == ("Paid", 2)


def test_credit_notes_never_exceed_the_invoice(make: Make) -> None:
    invoice = make.invoice([{"rate": 100}], issued=True)
    make.credit_note(invoice).submit()
    assert status(invoice) == ("Paid", 2)
    with pytest.raises(frappe.ValidationError, match="would exceed"):
        make.credit_note(invoice).submit()
    invoice.reload()
    with pytest.raises(frappe.ValidationError):
        invoice.cancel()


def test_only_issued_invoices_are_credited(make: Make) -> None:
    with pytest.raises(frappe.ValidationError, match="Only an issued invoice"):
        make.invoice().create_credit_note()
    with pytest.raises(frappe.MandatoryError, match="Credited invoice"):
        make.invoice(invoice_type="Credit Note")


def test_a_won_opportunity_shows_date_and_money(make: Make) -> None:
    opportunity = make.opportunity()
    proposal = frappe.get_doc("Connect Proposal", opportunity.create_proposal()["name"])
    proposal.mark_sent()
    proposal.accept()
    invoice = frappe.get_doc("Connect Invoice", proposal.convert_to_invoice()["name"])
    invoice.submit()
    invoice.record_payment(amount=1)
    assert frappe.db.get_value("Connect Lead", opportunity.name, "won_on") is None
    invoice.reload()
    invoice.record_payment()
    won = frappe.db.get_value("Connect Lead", opportunity.name, ["won_amount", "opportunity_status"])
    assert won == (invoice.grand_total, "Won")
