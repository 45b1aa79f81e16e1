"""The demo's data: a believable Romanian company, made through the same actions that its users take."""

from __future__ import annotations

import datetime
from typing import Any

import frappe

from crmconnect.core import clock
from crmconnect.demo import people
from crmconnect.invoicing import overdue
from crmconnect.sales import orders, proposals


def run() -> None:
    """Load everything once; a site that has the company already is left as it is."""
    if frappe.db.exists("Connect Company", people.COMPANY["company_name"]):
        return
    frappe.set_user("Administrator")
    settings = frappe.get_doc("System Settings")
    settings.update({"language": "ro", "time_zone": "Europe/Bucharest"})
    settings.save()
    _staff()
    _masters()
    clients = _clients()
    _leads()
    _proposals(clients)
    _orders(clients)
    _invoices(clients)
    orders.expire_orders()
    overdue.run()
    _start_page()


def _day(days: int) -> datetime.date:
    """A date ``days`` from today."""
    return clock.today() + datetime.timedelta(days=days)


def _new(doctype: str, **values: Any) -> Any:
    return frappe.get_doc({"doctype": doctype, **values}).insert()


def _staff() -> None:
    for email, first, last, roles in people.STAFF:
        given = {"first_name": first, "last_name": last, "language": "ro", "send_welcome_email": 0}
        rows = [{"role": role} for role in roles]
        _new("User", email=email, new_password="Demo#2026!conect", roles=rows, **given)
    members = [{"user": email} for email in people.AGENTS]
    _new("Connect Team", team_name="Vânzări Cluj", manager="vlad.ene@conect.example", members=members)


def _masters() -> None:
    company = _new("Connect Company", vat_number=people.vat_number(3652101), **people.COMPANY)
    _new("Connect Warehouse", warehouse_name="Depozit Cluj", code="CJ", company=company.name)
    _new("Connect Currency Rate", currency="EUR", date=_day(-90), rate=5.0885)
    _new("Connect Campaign", campaign_name="Târgul de panificație", channel="Târg", budget=12000)
    settings = frappe.get_doc("Connect Settings")
    settings.update({"default_company": company.name, "default_warehouse": "Depozit Cluj", "reserve_stock_on_order": 1})
    settings.proposal_terms_ro = "<p>Prețurile sunt valabile până la data ofertei. Livrare în 5 zile lucrătoare.</p>"
    settings.proposal_terms = "<p>Prices are valid until the date of the proposal. Delivery in 5 working days.</p>"
    settings.save()
    for code, name, unit, rate, tax, stock in people.ITEMS:
        common = {"item_code": code, "item_name": name, "unit": unit, "sale_rate": rate, "tax": tax}
        _new("Connect Item", is_stock_item=stock, **common)


def _clients() -> list[str]:
    names = []
    for position, (name, city, county, street, currency, contact) in enumerate(people.CLIENTS):
        email = f"office{position}@client.example"
        client = _new(
            "Connect Client",
            client_name=name,
            vat_number=people.vat_number(2410030 + position * 7),
            registration_number=f"J12/{400 + position}/2018",
            city=city,
            county=county,
            address_line=street,
            postal_code=f"{400100 + position}",
            currency=currency,
            language="en" if currency == "EUR" else "ro",
            email=email,
            phone=f"+4074411{position:04d}",
            payment_terms_days=15,
            assigned_to=people.AGENTS[position % 2],
            contacts=[{"contact_name": contact, "email": email, "is_primary": 1}],
        )
        names.append(client.name)
    return names


def _leads() -> None:
    for position, (contact, company, stage) in enumerate(people.PROSPECTS):
        lead = _new(
            "Connect Lead",
            lead_name=contact,
            company_name=company,
            email=f"contact{position}@prospect.example",
            phone=f"+4072300{position:04d}",
            status=stage,
            source=("Website", "Recomandare", "Târg")[position % 3],
            campaign="Târgul de panificație" if position % 3 == 2 else None,
            assigned_to=people.AGENTS[position % 2],
        )
        if stage in ("Qualified", "Demo Scheduled"):
            value = 8000 + position * 2750
            lead.convert_to_opportunity(
                estimated_value=value, probability=20 + position * 8, estimated_close_date=_day(15 + position * 9)
            )
    lost = _new("Connect Lead", lead_name="Ovidiu Manea", company_name="Brutăria Veche SRL", email="o@prospect.example")
    lost.mark_lost(lost_reason="Preț prea mare", note="A cerut 20 % reducere")
    _new("Connect Lead", lead_name="test test", email="spam@prospect.example").mark_junk()


def _lines(seed: int, count: int = 3) -> list[dict[str, Any]]:
    codes = [people.ITEMS[(seed + step * 3) % len(people.ITEMS)][0] for step in range(count)]
    return [
        {"item": code, "qty": (seed + n) % 4 + 1, "discount_percentage": 5 if (seed + n) % 3 == 0 else 0}
        for n, code in enumerate(dict.fromkeys(codes))
    ]


def _proposal(client: str, seed: int, subject: str, date: datetime.date) -> Any:
    return _new(
        "Connect Proposal",
        subject=subject,
        client=client,
        date=date,
        open_till=date + datetime.timedelta(days=30),
        items=_lines(seed),
        assigned_to=people.AGENTS[seed % 2],
        discount_type="Percentage" if seed % 3 == 0 else "",
        discount_percentage=3 if seed % 3 == 0 else 0,
    )


def _proposals(clients: list[str]) -> None:
    """One proposal in every status, an expired one, and one that became a contract."""
    made = [
        _proposal(client, seed, subject, _day(days))
        for seed, (client, subject, days) in enumerate(
            zip(
                clients,
                (
                    "Linie de panificație",
                    "Materii prime trimestrul I",
                    "Vitrine pentru trei farmacii",
                    "Cablare hală",
                    "Utilare bucătărie",
                    "Mentenanță anuală",
                    "Dotare pensiune",
                    "Consumabile depozit",
                ),
                (-2, -6, -9, -12, -15, -20, -25, -45),
                strict=False,
            )
        )
    ]
    _draft, sent, reviewed, manual, accepted, rejected, revised, expired = made
    for proposal in (sent, reviewed, accepted, rejected, revised, expired):
        proposal.send()
    manual.mark_sent()
    for proposal in (reviewed, accepted):
        proposals.record_view(proposal)
    accepted.accept(reason="Confirmată telefonic")
    accepted.create_contract()
    rejected.reject(reason="Buget amânat")
    revised.revise(comment="Fără montaj, vă rog")


def _orders(clients: list[str]) -> None:
    """One order in every status."""
    for seed, (client, days) in enumerate(zip(clients[2:7], (-1, -3, -5, -8, -60), strict=True)):
        order = _new(
            "Connect Sales Order",
            client=client,
            date=_day(days),
            expiry_date=_day(days + 30),
            items=_lines(seed + 2),
            assigned_to=people.AGENTS[seed % 2],
        )
        if seed == 1:
            order.send()
        if seed == 2:
            order.accept()
        if seed == 3:
            order.decline(reason="Au ales altă soluție")


def _invoices(clients: list[str]) -> None:
    """Invoices in every status, in the order of their dates as the series wants them; one from lead to payment."""
    plan = ((-75, "paid"), (-60, "part"), (-40, "none"), (-21, "paid"), (-12, "part"), (-6, "none"), (-3, "cancel"))
    for seed, (days, end) in enumerate(plan):
        invoice = _new(
            "Connect Invoice",
            client=clients[seed],
            date=_day(days),
            items=_lines(seed + 1, 4),
            assigned_to=people.AGENTS[seed % 2],
        )
        invoice.submit()
        if end == "paid":
            _pay(invoice, invoice.outstanding_amount, days + 10)
        if end == "part":
            _pay(invoice, round(invoice.grand_total / 2, 2), days + 7)
        if end == "cancel":
            invoice.cancel(reason="Emisă din greșeală")
        else:
            invoice.send()
    _abroad(clients[9])
    _whole_story()
    _new("Connect Invoice", client=clients[7], items=_lines(5))


def _pay(invoice: Any, amount: float, days: int) -> None:
    date = min(_day(days), clock.today())
    invoice.record_payment(amount=amount, date=date, payment_mode="Ordin de plată", reference=f"OP {invoice.number}")


def _abroad(client: str) -> None:
    line = {"item": "CUP-10T", "qty": 1, "rate": 1490.5}
    _new("Connect Invoice", client=client, currency="EUR", date=_day(-2), items=[line]).submit()


def _whole_story() -> None:
    """A deal from lead to its last payment, so that the trace shows every step."""
    lead = _new(
        "Connect Lead",
        lead_name="Corina Matei",
        company_name="Cofetăria Matei SRL",
        email="corina@matei.example",
        phone="+40745123456",
        source="Recomandare",
        assigned_to=people.AGENTS[0],
    )
    opportunity = lead.convert_to_opportunity(estimated_value=24000, probability=60, estimated_close_date=_day(10))
    made = frappe.get_doc("Connect Lead", opportunity["name"]).create_proposal()
    proposal = frappe.get_doc("Connect Proposal", made["name"])
    proposal.update({"subject": "Laborator de cofetărie", "items": _lines(4, 5)})
    proposal.save()
    proposal.send()
    proposal.accept(reason="Semnat la întâlnire")
    order = frappe.get_doc("Connect Sales Order", proposal.convert_to_sales_order()["name"])
    order.accept()
    invoice = frappe.get_doc("Connect Invoice", order.convert_to_invoice()["name"])
    invoice.submit()
    invoice.record_payment(amount=5000, payment_mode="Ordin de plată", reference="OP 118")
    invoice.reload()
    invoice.record_payment(payment_mode="Card", reference="POS 7731")


def _start_page() -> None:
    """The demo opens on the page that shows what there is."""
    website = frappe.get_doc("Website Settings")
    website.home_page = "connect"
    website.save()
