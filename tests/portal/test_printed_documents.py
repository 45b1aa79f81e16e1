"""What clients get on paper: every printed document, read back (rows 97, 109, 121, 134, 150, 153).

`BROWSER_PICTURES=<folder>` keeps the PDFs and mails.
"""

import io
import os
from pathlib import Path
from typing import Any

import frappe
import pytest
from pypdf import PdfReader

from crmconnect.core import clock, pdf
from crmconnect.portal import mail
from tests.support.factories import Make

TERMS = "<p>Plata în 15 zile de la livrare.</p><ul><li>Garanție 24 de luni</li></ul>"


def pages(doc: Any, language: str, name: str = "") -> list[str]:
    content = pdf.of_document(doc, language)
    keep(f"{name or doc.doctype.lower()}-{language}.pdf", content)
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def keep(name: str, content: bytes) -> None:
    if folder := os.environ.get("BROWSER_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / name.replace(" ", "-")).write_bytes(content)


def rows(make: Make, count: int = 4) -> list[dict[str, Any]]:
    tax = [make.tax(21).name, make.tax(11).name]
    line = {"rate": 62.5, "description": "Șasiu țintă"}
    return [{**line, "item_name": f"Articol nr. {n + 1}", "qty": n + 1, "tax": tax[n % 2]} for n in range(count)]


def test_a_pdf_shows_no_buttons_of_the_screen() -> None:
    content = pdf.draw('<body><div class="print-hide">Get PDF</div><p>Factură</p></body>')
    assert [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages] == ["Factură"]


WORDS = {"ro": ("Ofertă", "Valabilă până la"), "en": ("Proposal", "Valid until")}


@pytest.mark.parametrize("language", WORDS)
def test_a_proposal(make: Make, language: str) -> None:
    doc = make.proposal(rows(make), terms=TERMS, subject="Dotare brutărie", internal_notes="marja 40")
    text = "\n".join(pages(doc, language))
    own = ("Dotare brutărie", "Garanție 24 de luni", "Șasiu țintă", doc.name)
    assert all(word in text for word in (*WORDS[language], *own))
    assert "marja 40" not in text and "CUI RO" in text


def test_sixty_lines_go_over_several_pages_with_the_head_repeated(make: Make) -> None:
    doc = make.proposal(rows(make, 60), terms=TERMS)
    text = pages(doc, "ro", "long")
    assert len(text) >= 3
    assert all("Denumire" in page for page in text[:-1]) and "Articol nr. 60" in "".join(text)
    assert f"{len(text)} / {len(text)}" in text[-1]
    assert "Total de plată" in text[-1] or "Total de plată" in text[-2]


def test_an_order(make: Make) -> None:
    order = make.order(rows(make))
    assert order.name in pages(order, "ro")[0] and "Sales order" in pages(order, "en")[0]


def test_an_invoice_in_euro_shows_the_rate_and_the_vat_in_lei(make: Make) -> None:
    frappe.db.delete("Connect Currency Rate", {"currency": "EUR", "date": clock.today()})
    make.doc("Connect Currency Rate", currency="EUR", date=clock.today(), rate=5.0885)
    buyer = make.client(currency="EUR").name
    invoice = make.invoice(rows(make), client=buyer, currency="EUR", issued=True)
    for language in ("ro", "en"):
        text = "\n".join(pages(invoice, language, "invoice-eur"))
        assert invoice.number in text and "EUR" in text and "RON" in text
        assert ("5,0885" if language == "ro" else "5.0885") in text


def test_a_draft_invoice_says_so(make: Make) -> None:
    assert "CIORNĂ" in pages(make.invoice(rows(make)), "ro", "invoice-draft")[0]


def test_a_credit_note_names_the_invoice(make: Make) -> None:
    invoice = make.invoice(rows(make), issued=True)
    note = make.credit_note(invoice)
    note.submit()
    text = "\n".join(pages(note, "ro", "credit-note"))
    assert "Notă de credit" in text and note.number in text and invoice.number in text


def test_a_contract(make: Make) -> None:
    contract = make.contract(content="<p>Obiectul contractului</p>", start_date="2026-12-01", end_date="2027-11-30")
    text = pages(contract, "ro")[0]
    assert "Obiectul contractului" in text and "01.12.2026" in text and "30.11.2027" in text


def test_a_receipt(make: Make) -> None:
    invoice = make.invoice(rows(make), issued=True)
    payment = make.payment(invoice, amount=invoice.grand_total + 10)
    text = pages(payment, "ro")[0]
    assert invoice.number in text and "10,00" in text


@pytest.mark.parametrize("language", ["ro", "en"])
def test_every_mail_to_a_client_can_be_rendered(make: Make, language: str) -> None:
    buyer = make.client(language=language).name
    invoice = make.invoice(rows(make), client=buyer, issued=True)
    documents = [make.proposal(rows(make), client=buyer), make.order(rows(make), client=buyer), invoice]
    for doc in [*documents, make.contract(client=buyer)]:
        subject, body = mail.render(doc, "https://crm.example/p/abc")
        keep(f"mail-{doc.doctype}-{language}.html", f"<h3>{subject}</h3>{body}".encode())
        assert "{{" not in subject + body and "None" not in subject + body
        assert doc.doctype == "Connect Contract" or "https://crm.example/p/abc" in body
    reminder = mail.render(invoice, "https://crm.example/p/abc", "Connect Overdue Reminder")
    assert invoice.number in reminder[0] and "{{" not in reminder[1]
