"""The private pages of orders and invoices, and what can be downloaded from them (rows 99, 125–131, 134, 153, 154)."""

import datetime
import io
from urllib.parse import quote

import frappe
import pytest
from pypdf import PdfReader

from crmconnect.core import clock
from tests.portal.support import answer, client_of, fresh, sent
from tests.support.factories import Make
from tests.support.http import Http

DAY = datetime.timedelta(days=1)
AUTO = "estimate_auto_convert_to_invoice_on_client_accept"


@pytest.fixture
def client(http: Http, smtp) -> Http:
    return client_of(http)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def invoices_of(order) -> list[str]:
    frappe.db.rollback()
    return frappe.get_all("Connect Invoice", {"sales_order": order.name}, pluck="name")


def test_a_draft_order_is_not_available(make: Make, client: Http) -> None:
    from crmconnect.portal import links

    order = make.order()
    assert client.get(f"/p/{links.link_of(order)}").status == 404


@pytest.mark.parametrize("setting", [0, 1])
def test_the_clients_acceptance_makes_the_invoice_when_the_setting_says_so(
    make: Make, client: Http, settings, setting: int
) -> None:
    settings(**{AUTO: setting})
    order = make.order()
    path = sent(order)
    assert 'id="accept"' in client.get(path).expect().text
    answer(client, path, answer="accept", signed_by="Radu Crăciun").expect()
    accepted = fresh(order)
    assert (accepted.status, accepted.status_code, accepted.decided_by) == ("Accepted", 4, "Radu Crăciun")
    assert len(invoices_of(order)) == setting
    assert answer(client, path, answer="accept").status == 417
    assert answer(client, path, answer="decline").status == 417
    assert len(invoices_of(order)) == setting


def test_staff_accepting_makes_no_invoice_by_itself(make: Make, settings, smtp) -> None:
    settings(**{AUTO: 1})
    order = make.order()
    order.accept()
    assert invoices_of(order) == []


def test_declining_keeps_the_reason(make: Make, client: Http) -> None:
    order, path = (o := make.order()), sent(o)
    answer(client, path, answer="decline", reason="Am cumpărat în altă parte").expect()
    declined = fresh(order)
    assert (declined.status, declined.status_code) == ("Declined", 3)
    assert declined.decision_reason == "Am cumpărat în altă parte"


def test_an_order_past_its_date_cannot_be_accepted(make: Make, client: Http) -> None:
    order, path = (o := make.order()), sent(o)
    frappe.db.set_value(order.doctype, order.name, {"date": clock.today() - DAY, "expiry_date": clock.today() - DAY})
    assert 'id="accept"' not in client.get(path).expect().text
    assert answer(client, path, answer="accept").status == 417
    assert fresh(order).status == "Sent"


@pytest.fixture
def invoice(make: Make):
    rows = [{"item_name": "Cuptor cu convecție", "qty": 2, "rate": 1500, "tax": make.tax(21).name}]
    return make.invoice(rows, issued=True, client=make.client(language="ro").name)


def test_a_guest_reads_and_downloads_an_invoice(invoice, client: Http) -> None:
    path = sent(invoice)
    page = client.get(path).expect().text
    assert invoice.number in page and "3.630,00 RON" in page and "<form" not in page
    answered = client.get(f"/api/method/crmconnect.api.portal.pdf?token={path[3:]}").expect()
    assert answered.headers["Content-Type"].startswith("application/pdf")
    text = text_of(answered.body)
    assert invoice.number in text and "Cuptor cu convecție" in text and "3.630,00" in text


def test_a_cancelled_invoice_says_so_on_page_and_pdf(invoice, client: Http) -> None:
    path = sent(invoice)
    frappe.get_doc(invoice.doctype, invoice.name).cancel(reason="Greșită")
    page = client.get(path).expect().text
    assert "Anulată" in page and "Plata prin virament" not in page
    assert "ANULAT" in text_of(client.get(f"/api/method/crmconnect.api.portal.pdf?token={path[3:]}").body).upper()


def test_answers_to_an_invoice_are_refused(invoice, client: Http) -> None:
    assert answer(client, sent(invoice), answer="accept").status == 417


def test_the_pdf_of_an_unknown_link_is_not_found(client: Http) -> None:
    for token in ("", "x", "A" * 43):
        assert client.get(f"/api/method/crmconnect.api.portal.pdf?token={token}").status in (404, 417)


def upload(http: Http, user: str, name: str, content: bytes) -> str:
    answered = http.token(user).request(
        "POST", "/api/method/upload_file", data={"is_private": "1"}, files={"file": (name, content)}
    )
    return answered.expect().data["file_url"]


def test_only_files_marked_visible_are_downloaded(make: Make, http: Http, client: Http) -> None:
    shown = upload(http, "Administrator", "fisa.txt", b"pentru client")
    hidden = upload(http, "Administrator", "marja.txt", b"numai pentru noi")
    rows = [{"file": shown, "title": "Fișa tehnică", "visible_to_client": 1}, {"file": hidden, "title": "Marja"}]
    proposal = make.proposal(files=rows)
    path = sent(proposal)
    page = client.get(path).expect().text
    assert "Fișa tehnică" in page and "Marja" not in page
    address = f"/api/method/crmconnect.api.portal.file?token={path[3:]}&row="
    got = client.get(address + proposal.files[0].name).expect()
    assert got.body == b"pentru client" and "attachment" in got.headers["Content-Disposition"]
    wrong = [proposal.files[1].name, "", "x", "../../site_config.json", hidden, shown, "%"]
    assert {client.get(address + quote(row, safe="")).status for row in wrong} == {404}
    other = sent(make.proposal())
    stolen = f"/api/method/crmconnect.api.portal.file?token={other[3:]}&row={proposal.files[0].name}"
    assert client.get(stolen).status == 404


def test_a_file_that_one_may_not_read_cannot_be_shown_to_a_client(make: Make, http: Http) -> None:
    secret = upload(http, "Administrator", "salarii.txt", b"salarii")
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    for url in (secret, "/private/files/../../site_config.json", "/private/files/nothing.txt", "file:///etc/passwd"):
        rows = [{"file": url, "visible_to_client": 1}]
        assert 400 <= http.token(agent).update("Connect Proposal", proposal.name, files=rows).status < 500
    own = upload(http, agent, "oferta.txt", b"oferta mea")
    http.token(agent).update("Connect Proposal", proposal.name, files=[{"file": own, "visible_to_client": 1}]).expect()
