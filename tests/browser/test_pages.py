"""The pages as people see them: on a desk and on a phone, with and without JavaScript, for everybody (WCAG 2 A, AA)."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import frappe
import pytest

from crmconnect.demo import mailbox
from tests.browser.conftest import WIDTHS, findings, fits, nothing_fails, picture
from tests.portal.support import fresh, path_of, sent
from tests.support.factories import Make
from tests.support.hosts import Host

pytestmark = [pytest.mark.browser, pytest.mark.only_embedded(reason="starts a server of its own")]

PASSWORD = "parola-Lunga-7"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
LONG = "Cuptor-cu-convecție-și-aburi-" * 4
ROWS = [
    {"item_name": "Făină albă tip 650, sac 25 kg", "qty": 10, "rate": 62.5, "description": "Livrare pe paleți"},
    {"item_name": "Cuptor cu convecție", "qty": 1, "rate": 7499.9, "discount_percentage": 5},
    {"item_name": LONG[:130], "qty": 12.5, "rate": 123456.78, "description": "Descriere lungă. " * 12},
]
TERMS = "<p>Plata în 15 zile.</p><ul><li>Garanție 24 de luni</li><li>Livrare inclusă</li></ul>"


@pytest.fixture
def proposal(make: Make) -> Any:
    buyer = make.client(language="ro").name
    doc = make.proposal(ROWS, client=buyer, subject="Dotare brutărie Mănăștur", terms=TERMS, discount_type="Percentage",
                        discount_percentage=3)  # fmt: skip
    sent(doc)
    return doc


def check(page: Any, name: str, javascript: bool = True) -> None:
    picture(page, name)
    assert fits(page), "the page is wider than the window"
    if javascript:
        assert findings(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_start_page_of_a_guest(browse: Callable, width: int) -> None:
    page = browse(width)
    with nothing_fails(page):
        page.goto("/connect")
    assert page.locator("h1").inner_text() == "De la primul contact la banii în bancă"
    check(page, f"start-guest-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_logging_in_leads_to_the_start_page(browse: Callable, make: Make, proposal: Any, width: int) -> None:
    user = make.user("Connect Manager")
    page = browse(width)
    with nothing_fails(page):
        page.goto("/connect")
        page.get_by_role("link", name="Autentificare").click()
    check(page, f"login-{width}")
    page.fill("[name=usr]", user)
    page.fill("[name=pwd]", "greșită")
    page.locator("button[type=submit]").click()
    page.get_by_role("alert").wait_for()
    check(page, f"login-wrong-{width}")
    page.fill("[name=usr]", user)
    page.fill("[name=pwd]", PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/connect")
    assert page.locator(".card").count() >= 5
    check(page, f"start-staff-{width}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("form", "field", "status"),
    [("accept", "signed_by", "Accepted"), ("reject", "reason", "Rejected"), ("request_changes", "comment", "Revised")],
)
def test_a_client_answers_a_proposal(
    browse: Callable, proposal: Any, form: str, field: str, status: str, width: int, javascript: bool
) -> None:
    page = browse(width, javascript)
    name = f"proposal-{form}-{width}{'' if javascript else '-plain'}"
    if javascript:
        with nothing_fails(page):
            page.goto(path_of(proposal))
    else:
        page.goto(path_of(proposal))
    picture(page, f"{name}-open")
    if javascript:
        assert fits(page) and findings(page) == []
    if form != "accept":
        page.locator(f"details:has(#{form}) summary").click()
    page.locator(f"#{form} [name={field}]").fill("Ana Ionescu, fără montaj")
    picture(page, f"{name}-filled")
    page.locator(f"#{form} button").click()
    page.get_by_role("status").wait_for()
    assert page.locator("form").count() == 0
    assert fresh(proposal).status == status
    if javascript:
        check(page, f"{name}-done")


@pytest.mark.parametrize("width", WIDTHS)
def test_texts_of_people_run_nowhere(browse: Callable, make: Make, width: int) -> None:
    rows = [{"item_name": EVIL, "description": EVIL}]
    proposal = make.proposal(rows, subject=EVIL, terms=f"<p>{EVIL}</p>")
    path = sent(proposal)
    frappe.db.set_value("Connect Proposal", proposal.name, "subject", EVIL)
    frappe.db.set_value("Connect Proposal Item", proposal.items[0].name, "item_name", EVIL)
    page = browse(width)
    page.goto(path)
    assert EVIL in page.locator("h1").inner_text()
    page.locator("#accept [name=signed_by]").fill(EVIL[:100])
    page.locator("#accept button").click()
    page.get_by_role("status").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_link_that_opens_nothing(browse: Callable, width: int) -> None:
    page = browse(width)
    assert page.goto("/p/unknown").status == 404
    check(page, f"gone-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_order_and_an_invoice(browse: Callable, make: Make, smtp, width: int) -> None:
    buyer = make.client(language="ro").name
    order, invoice = make.order(ROWS, client=buyer), make.invoice(ROWS, client=buyer, issued=True)
    page = browse(width)
    for doc in (order, invoice):
        with nothing_fails(page):
            page.goto(sent(doc))
        check(page, f"{doc.doctype.split()[-1].lower()}-{width}")
    address = page.get_by_role("link", name="Descarcă PDF").get_attribute("href")
    assert page.request.get(address).body().startswith(b"%PDF")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_demo_mailbox(browse: Callable, host: Host, width: int) -> None:
    folder = Path(frappe.get_site_path(str(mailbox.FOLDER)))
    folder.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = "Oferta PRO-001 – Dotare brutărie", "ana@moara.example", "a@b.example"
    mail.set_content('<p onclick="alert(1)">Bună ziua</p><script>alert(2)</script>', subtype="html")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="oferta.pdf")
    mailbox.store(folder, bytes(mail))
    page = browse(width)
    page.goto("/demo-mailbox")
    assert page.get_by_role("heading", name="Oferta PRO-001").is_visible()
    picture(page, f"mailbox-{width}")
    assert fits(page) and findings(page) == []
