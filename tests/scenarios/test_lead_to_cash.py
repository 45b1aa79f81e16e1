"""From a lead to money in the bank over REST, as an integrator does it, with every status as the documents name it."""

import re

import pytest

from tests.support.factories import Make
from tests.support.http import Http

LINES = [
    {"item_name": "Făină albă tip 650, sac 25 kg", "qty": 10, "rate": 62.5, "tax": "TVA 11%"},
    {"item_name": "Drojdie proaspătă 1 kg", "qty": 4, "rate": 18.99, "tax": "TVA 11%"},
    {"item_name": "Cuptor cu convecție", "qty": 1, "rate": 7499.9, "tax": "TVA 21%", "discount_percentage": 5},
    {"item_name": "Montaj", "qty": 3, "rate": 120, "tax": "TVA 21%"},
    {"item_name": "Transport", "qty": 1, "rate": 150.5, "tax": "TVA 21%"},
]


@pytest.fixture
def admin(http: Http) -> Http:
    return http.token("Administrator")


def status_of(admin: Http, doctype: str, name: str) -> tuple[str, int]:
    data = admin.read(doctype, name).expect().data
    return data["status"], data["status_code"]


def test_a_prospect_becomes_a_paid_invoice(admin: Http, http: Http, make: Make, smtp) -> None:
    lead = admin.insert(
        "Connect Lead", lead_name="Ana Ionescu", company_name="Moara Albă SRL", email="ana@moara.example"
    ).expect()
    lead_name = lead.data["name"]
    assert lead_name.startswith("LEAD-") and lead.data["status"] == "New"

    figures = {"estimated_value": 9000, "probability": 40, "estimated_close_date": "2027-01-31"}
    opportunity = admin.act("Connect Lead", lead_name, "convert_to_opportunity", **figures).expect().data
    assert opportunity["name"].startswith("OPP-")
    assert (opportunity["is_opportunity"], opportunity["from_lead"]) == (1, lead_name)
    assert (opportunity["email"], opportunity["weighted_value"]) == ("ana@moara.example", 3600.0)

    proposal = admin.act("Connect Lead", opportunity["name"], "create_proposal").expect().data["name"]
    assert proposal.startswith("PRO-")
    assert status_of(admin, "Connect Proposal", proposal) == ("Draft", 6)
    priced = admin.update("Connect Proposal", proposal, items=LINES).expect().data
    assert (priced["net_total"], priced["tax_total"], priced["grand_total"]) == (8336.37, 1680.55, 10016.92)

    admin.act("Connect Proposal", proposal, "convert_to_invoice").expect(417)
    admin.act("Connect Proposal", proposal, "send").expect()
    assert status_of(admin, "Connect Proposal", proposal) == ("Sent", 4)
    path = re.search(r"/p/[\w-]+", admin.read("Connect Proposal", proposal).data["portal_url"]).group()

    client = Http(http._host, {"Accept": "text/html", "User-Agent": "Mozilla/5.0 Firefox/140"})
    page = client.get(path).expect().text
    assert 'id="accept"' in page and "10.016,92 RON" in page
    assert status_of(admin, "Connect Proposal", proposal) == ("Reviewed", 1)
    client.request("POST", path, data="answer=accept&signed_by=Ana+Ionescu", headers=FORM).expect()
    assert status_of(admin, "Connect Proposal", proposal) == ("Accepted", 3)

    order = admin.act("Connect Proposal", proposal, "convert_to_sales_order").expect().data
    assert order["name"].startswith("EST-") and (order["status"], order["status_code"]) == ("Draft", 1)
    assert [row["item_name"] for row in order["items"]] == [row["item_name"] for row in LINES]
    assert all(row["proposal_item"] for row in order["items"])
    admin.act("Connect Proposal", proposal, "convert_to_sales_order").expect(417)
    admin.act("Connect Sales Order", order["name"], "convert_to_invoice").expect(417)
    admin.act("Connect Sales Order", order["name"], "accept").expect()
    assert status_of(admin, "Connect Sales Order", order["name"]) == ("Accepted", 4)

    invoice = admin.act("Connect Sales Order", order["name"], "convert_to_invoice").expect().data["name"]
    assert status_of(admin, "Connect Invoice", invoice) == ("Draft", 6)
    admin.act("Connect Sales Order", order["name"], "convert_to_invoice").expect(417)
    admin.act("Connect Invoice", invoice, "submit").expect()
    issued = admin.read("Connect Invoice", invoice).data
    assert issued["number"].startswith("INV-") and issued["docstatus"] == 1
    assert (issued["status"], issued["status_code"], issued["outstanding_amount"]) == ("Unpaid", 1, 10016.92)

    payment = admin.act("Connect Invoice", invoice, "record_payment", amount=4000, payment_mode="Ordin de plată")
    assert payment.expect().data["name"].startswith("PAY-")
    assert status_of(admin, "Connect Invoice", invoice) == ("Partially Paid", 3)
    admin.act("Connect Invoice", invoice, "record_payment", amount=6016.92).expect()
    assert status_of(admin, "Connect Invoice", invoice) == ("Paid", 2)
    admin.act("Connect Invoice", invoice, "record_payment", amount=1).expect(417)

    graph = admin.get("/api/method/crmconnect.api.trace.trace", {"doctype": "Connect Lead", "name": lead_name}).data
    kinds = sorted(node["doctype"].removeprefix("Connect ") for node in graph["nodes"])
    assert kinds == ["Invoice", "Lead", "Lead", "Payment", "Payment", "Proposal", "Sales Order"]
    assert sum(edge["amount"] for edge in graph["edges"] if edge["kind"] == "paid") == 10016.92


FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "User-Agent": "Mozilla/5.0"}
