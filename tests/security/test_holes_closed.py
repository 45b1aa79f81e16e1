"""What Frappe leaves open is closed in the app: states, numbers, links and rows cannot be had over the back door."""

import json

import frappe
import pytest

from tests.support.factories import Make
from tests.support.http import Http

FORGED = {"status": "Paid", "status_code": 2, "number": "INV-999999", "paid_amount": 5, "outstanding_amount": 0}


@pytest.fixture
def admin(http: Http) -> Http:
    return http.token("Administrator")


def test_a_status_sent_with_a_new_document_is_not_taken(admin: Http, make: Make) -> None:
    client = make.client().name
    data = admin.insert("Connect Proposal", subject="x", client=client, status="Accepted", status_code=3).expect().data
    assert (data["status"], data["status_code"]) == ("Draft", 6)


def test_a_put_of_the_status_is_refused(admin: Http, make: Make) -> None:
    name = make.proposal().name
    answer = admin.update("Connect Proposal", name, status="Accepted")
    assert answer.status == 417 and answer.exc_type == "ValidationError" and "Status" in answer.messages
    assert admin.read("Connect Proposal", name).data["status"] == "Draft"


def test_numbers_and_sums_of_an_invoice_cannot_be_sent(admin: Http, make: Make) -> None:
    name = make.invoice().name
    sent = {key: value for key, value in FORGED.items() if not key.startswith("status")}
    admin.update("Connect Invoice", name, **sent).expect()
    data = admin.read("Connect Invoice", name).data
    assert data.get("number") is None and data["paid_amount"] == 0
    assert data["outstanding_amount"] == data["grand_total"] > 0


def test_totals_sent_with_a_document_are_computed_anew(admin: Http, make: Make) -> None:
    name = make.proposal([{"qty": 2, "rate": 10, "item_name": "x"}]).name
    data = admin.update("Connect Proposal", name, net_total=1, grand_total=1, tax_total=0).expect().data
    assert (data["net_total"], data["grand_total"]) == (20.0, 24.2)


@pytest.mark.parametrize("method", ["submit", "cancel", "discard", "delete"])
def test_a_document_method_cannot_jump_over_the_machine(admin: Http, make: Make, method: str) -> None:
    name = make.proposal().name
    admin.post(f"/api/v2/document/Connect Proposal/{name}/method/{method}", {})
    found = frappe.db.get_value("Connect Proposal", name, ["docstatus", "status"]) if method != "delete" else None
    assert found in (None, (0, "Draft"))


def test_a_draft_invoice_is_not_cancelled(admin: Http, make: Make) -> None:
    name = make.invoice().name
    admin.act("Connect Invoice", name, "cancel").expect(417)
    admin.update("Connect Invoice", name, docstatus=2).expect(417)
    assert admin.read("Connect Invoice", name).data["docstatus"] == 0


def test_issuing_by_a_put_of_docstatus_gives_the_same_invoice_as_the_action(admin: Http, make: Make) -> None:
    name = make.invoice().name
    data = admin.update("Connect Invoice", name, docstatus=1).expect().data
    assert data["status"] == "Unpaid" and data["number"].startswith("INV-") and data["seller_name"]


def test_an_action_by_get_is_refused(admin: Http, make: Make) -> None:
    name = make.invoice().name
    assert admin.get(f"/api/v2/document/Connect Invoice/{name}/method/submit").status in (403, 405)
    answer = admin.get("/api/method/run_doc_method", {"dt": "Connect Invoice", "dn": name, "method": "submit"})
    assert answer.status in (403, 405)
    assert frappe.db.get_value("Connect Invoice", name, "docstatus") == 0


def test_an_action_on_a_forged_document_works_on_the_stored_one(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    forged = {**json.loads(frappe.as_json(proposal.as_dict())), "status": "Accepted", "client": "nobody"}
    call = {"docs": json.dumps(forged), "method": "convert_to_sales_order"}
    assert admin.post("/api/method/run_doc_method", call).status == 417
    v2 = {"document": json.dumps(forged), "method": "convert_to_sales_order"}
    assert admin.post("/api/v2/method/run_doc_method", v2).status == 417
    assert not frappe.db.exists("Connect Sales Order", {"proposal": proposal.name})


def test_a_row_sent_with_some_fields_keeps_the_others(admin: Http, make: Make) -> None:
    proposal = make.proposal([{"qty": 3, "rate": 50, "item_name": "Masă", "description": "stejar"}])
    row = proposal.items[0].name
    data = admin.update("Connect Proposal", proposal.name, items=[{"name": row, "rate": 60}]).expect().data
    line = data["items"][0]
    assert (line["qty"], line["rate"], line["item_name"], line["description"]) == (3.0, 60.0, "Masă", "stejar")


def test_a_row_of_another_document_cannot_be_taken(admin: Http, make: Make) -> None:
    mine, other = make.proposal(), make.proposal()
    row = other.items[0].name
    sent = [{"name": row, "item_name": "furat", "qty": 1, "rate": 1}]
    assert admin.update("Connect Proposal", mine.name, items=sent).status == 417
    assert frappe.db.get_value("Connect Proposal Item", row, "parent") == other.name


def test_links_that_the_system_sets_cannot_be_sent(admin: Http, make: Make) -> None:
    order, invoice = make.order(), make.invoice()
    admin.update("Connect Sales Order", order.name, invoice=invoice.name, is_fully_invoiced=1).expect()
    data = admin.read("Connect Sales Order", order.name).data
    assert data.get("invoice") is None and data["is_fully_invoiced"] == 0


def test_an_issued_invoice_is_neither_changed_nor_deleted(admin: Http, make: Make) -> None:
    invoice = make.invoice(issued=True)
    assert admin.update("Connect Invoice", invoice.name, date="2020-01-01").status == 417
    assert admin.remove("Connect Invoice", invoice.name).status == 417
    admin.act("Connect Invoice", invoice.name, "cancel", reason="greșeală").expect()
    assert admin.remove("Connect Invoice", invoice.name).status == 417
    assert frappe.db.get_value("Connect Invoice", invoice.name, "number") == invoice.number


def test_a_number_is_never_given_again(admin: Http, make: Make) -> None:
    first = make.proposal().name
    admin.remove("Connect Proposal", first).expect(202)
    assert make.proposal().name != first


def test_the_workflow_calls_of_the_host_ask_the_machine(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    doc = json.dumps({"doctype": "Connect Proposal", "name": proposal.name})
    assert admin.call("frappe.model.workflow.apply_workflow", doc=doc, action="Accept").status == 417
    admin.call("frappe.model.workflow.apply_workflow", doc=doc, action="Mark as sent").expect()
    assert admin.read("Connect Proposal", proposal.name).data["status_code"] == 7


def test_client_set_value_and_bulk_update_pass_the_same_guard(admin: Http, make: Make) -> None:
    name = make.proposal().name
    sent = {"doctype": "Connect Proposal", "name": name, "fieldname": "status", "value": "Accepted"}
    assert admin.call("frappe.client.set_value", **sent).status == 417
    docs = json.dumps([{"doctype": "Connect Proposal", "docname": name, "status": "Accepted"}])
    admin.call("frappe.client.bulk_update", docs=docs)
    assert admin.read("Connect Proposal", name).data["status"] == "Draft"


def test_an_old_copy_of_a_document_cannot_act(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    answer = admin.act("Connect Proposal", proposal.name, "mark_sent", modified="2020-01-01 00:00:00.000000")
    assert answer.status == 417 and answer.exc_type == "TimestampMismatchError"
