"""Texts that people write run nowhere: not on pages, in e-mails, PDFs, notifications or the history."""

import re

import frappe
import pytest

from crmconnect.core import pdf
from crmconnect.portal import mail
from tests.portal.support import answer, bell, client_of, fresh, history, sent
from tests.support.factories import Make, unique
from tests.support.http import Http

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
JINJA = "{{ 7919 * 104729 }}{% for x in y %}"


# The script that a genuine Frappe puts at the end of a page to print, and nothing else.
HOSTS_OWN = re.compile(r"<script>\s*document\.addEventListener\('DOMContentLoaded'[^<]*</script>(?=\s*</body>)")


def harmless(text: str) -> bool:
    """No tag of ours left alive; escaped ones are only text."""
    alive = any(f"<{tag}" in text.lower() for tag in ("script", "img src=x", "svg"))
    return not alive and "829348951" not in text


@pytest.fixture
def evil(make: Make):
    company = make.company(company_name=f"Firma & Fiii {unique()}")
    buyer = make.client(client_name=f"SC {JINJA} & Co {unique()}", city="Cluj <x>", language="ro")
    rows = [{"item_name": f"Sac {JINJA}", "description": EVIL, "rate": 10}, {"item_name": "a < b & c > d"}]
    doc = make.proposal(rows, client=buyer.name, company=company.name, subject=JINJA, terms=EVIL, to_name=JINJA)
    # what a client's own name and a direct write may hold is not sanitized by the host
    frappe.db.set_value("Connect Proposal", doc.name, {"subject": f"Ofertă {EVIL} {JINJA}", "to_name": EVIL})
    frappe.db.set_value("Connect Proposal Item", doc.items[0].name, {"item_name": EVIL, "unit": None})
    frappe.db.set_value("Connect Client", buyer.name, "client_name", EVIL)
    frappe.clear_cache()
    return frappe.get_doc("Connect Proposal", doc.name)


def test_on_the_page(evil, http: Http) -> None:
    client = client_of(http)
    path = sent(evil)
    page = client.get(path).expect().text
    assert harmless(page) and "&lt;img src=x onerror" in page and "{{ 7919 * 104729 }}" in page
    refused = answer(client, path, answer="reject", reason="", signed_by=EVIL)
    assert refused.status == 417 and harmless(refused.text)
    done = answer(client, path, answer="reject", reason=EVIL, signed_by=EVIL).expect()
    assert harmless(done.text) and fresh(evil).decision_reason == EVIL


def test_in_the_history_and_the_bell(evil, make: Make, http: Http) -> None:
    agent = make.user("Connect Sales Agent")
    frappe.db.set_value(evil.doctype, evil.name, "assigned_to", agent)
    answer(client_of(http), sent(evil), answer="request_changes", comment=EVIL, signed_by=EVIL).expect()
    lines = [*history(evil), *bell(agent, evil)]
    assert any("alert(2)" in line for line in lines) and all(harmless(line) for line in lines)


def test_in_the_email(evil) -> None:
    subject, body = mail.render(evil, "https://crm.example/p/x")
    assert harmless(body) and "&lt;img" in body
    assert "\n" not in subject and "{{ 7919 * 104729 }}" in subject


def test_an_email_template_of_an_administrator_is_escaped_too(evil) -> None:
    template = frappe.get_doc("Email Template", "Connect Proposal (ro)")
    template.update({"use_html": 1, "response_html": "<p>{{ doc.subject }}</p>"}).save()
    frappe.clear_cache()
    assert harmless(mail.render(evil, "x")[1])


@pytest.mark.parametrize("language", ["ro", "en"])
def test_in_the_pdf(evil, language: str) -> None:
    html = HOSTS_OWN.sub("", pdf.html_of(evil, language))
    assert harmless(html) and "&lt;img src=x" in html and "{{ 7919 * 104729 }}" in html


def test_a_pdf_fetches_nothing(make: Make) -> None:
    doc = make.proposal(terms='<img src="http://127.0.0.1:1/x.png"><img src="file:///etc/passwd">')
    assert pdf.of_document(doc, "ro").startswith(b"%PDF")


def test_the_email_is_in_the_clients_language_whoever_sends_it(make: Make) -> None:
    rows = [{"item_name": "x", "rate": 1234.5, "tax": make.tax(0, "Z").name}]
    for language, words in (("ro", ("1.234,50 RON", "31.12.2026")), ("en", ("1,234.50 RON", "31 Dec 2026"))):
        doc = make.proposal(rows, client=make.client(language=language).name, open_till="2026-12-31")
        for sender in ("ro", "en"):
            frappe.local.lang = sender
            body = mail.render(doc, "x")[1]
            assert all(word in body for word in words), (language, sender, body)
            assert frappe.local.lang == sender
