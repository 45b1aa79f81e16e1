"""One deal from the lead to the money, through the app's public actions, as its users do it: one transaction a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import frappe

COMPANY = "Conect Distribuție SRL"


def lines(count: int) -> list[dict[str, Any]]:
    """Free lines, no two alike."""
    return [{"item_name": f"Reper {n + 1}", "qty": n + 1, "rate": 100.5 + n} for n in range(count)]


def ensure_company() -> None:
    """A default company, which every document needs."""
    if not frappe.db.exists("Connect Company", COMPANY):
        values = {"vat_number": "RO18547290", "email": "office@conect.example", "address_line": "Calea Turzii 10"}
        place = {"city": "Cluj-Napoca", "county": "RO-CJ", "country": "RO"}
        frappe.get_doc({"doctype": "Connect Company", "company_name": COMPANY, **values, **place}).insert()
    frappe.db.commit()


def run(count: int = 5, done: Callable[[str], Any] = lambda step: frappe.db.commit()) -> str:
    """A deal with ``count`` lines; its invoice. ``done`` is called after each step and ends the transaction."""
    lead = _insert_lead(done)
    opportunity = lead.convert_to_opportunity(estimated_value=9000, probability=40)["name"]
    done("convert to opportunity")
    proposal = frappe.get_doc("Connect Lead", opportunity).create_proposal()["name"]
    done("create proposal")
    _price_and_send(proposal, count, done)
    _client_opens(proposal)
    done("client opens")
    frappe.get_doc("Connect Proposal", proposal).accept()
    done("accept")
    order = frappe.get_doc("Connect Proposal", proposal).convert_to_sales_order()["name"]
    done("convert to order")
    frappe.get_doc("Connect Sales Order", order).accept()
    done("accept order")
    invoice = frappe.get_doc("Connect Sales Order", order).convert_to_invoice()["name"]
    done("convert to invoice")
    frappe.get_doc("Connect Invoice", invoice).submit()
    done("issue")
    frappe.get_doc("Connect Invoice", invoice).record_payment()
    done("pay")
    return invoice


def _insert_lead(done: Callable[[str], Any]) -> Any:
    values = {"lead_name": "Ana Ionescu", "company_name": "Moara Albă SRL", "email": "ana@moara.example"}
    lead = frappe.get_doc({"doctype": "Connect Lead", **values}).insert()
    done("insert lead")
    return lead


def _price_and_send(proposal: str, count: int, done: Callable[[str], Any]) -> None:
    doc = frappe.get_doc("Connect Proposal", proposal)
    doc.set("items", lines(count))
    doc.save()
    done("price")
    frappe.get_doc("Connect Proposal", proposal).send()
    done("send")


def _client_opens(proposal: str) -> None:
    """What a GET of the private page does, drawing apart."""
    from crmconnect.portal import links, pages

    token = links.link_of(frappe._dict(doctype="Connect Proposal", name=proposal))
    with _as_the_client():
        doc, link, _page = pages.open_document(token)
        pages.record_opening(doc, link)


@contextmanager
def _as_the_client() -> Iterator[None]:
    user = frappe.session.user
    frappe.set_user("Guest")
    try:
        with mock.patch("crmconnect.portal.visitors.is_client", return_value=True):
            yield
    finally:
        frappe.set_user(user)
