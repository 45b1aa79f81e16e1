"""Believable Romanian records, made through the public API (`frappe.get_doc(…).insert()`), unique by construction.

Every factory takes field values that win over its own, and answers the saved document.
"""

import itertools
import uuid
from datetime import date, timedelta
from typing import Any

import frappe
from stdnum.ro import cui

COMPANIES = (
    ("Moara Albă Panificație", "RO-CJ", "Cluj-Napoca", "Str. Fabricii 12"),
    ("Atelierul de Lemn", "RO-BV", "Brașov", "Str. Zizinului 45"),
    ("Farmaciile Sfânta Ana", "RO-IS", "Iași", "Bd. Ștefan cel Mare 3"),
    ("Construct Ținutul", "RO-TM", "Timișoara", "Calea Șagului 101"),
    ("Livada Dâmbovicioara", "RO-AG", "Câmpulung", "Str. Negru Vodă 8"),
    ("Instal Oltețul", "RO-DJ", "Craiova", "Str. Brestei 77"),
)
ITEMS = (
    ("Făină albă tip 650, sac 25 kg", 62.5),
    ("Cablu electric CYY-F 3x2,5, colac 100 m", 489.9),
    ("Vopsea lavabilă interior 15 l", 219.0),
    ("Manoperă montaj, oră", 120.0),
    ("Centrală termică în condensație 24 kW", 4350.0),
)
PEOPLE = ("Ana Ionescu", "Andrei Țurcanu", "Ioana Șerban", "Mihai Dumitrescu", "Elena Pârvu", "Radu Crăciun")
PLAIN_LETTERS = str.maketrans("ăâîșțĂÂÎȘȚ", "aaistAAIST")

_counter = itertools.count(1)
_run = uuid.uuid4().hex[:6]


def unique() -> str:
    """A short text that no other call of any test process gives."""
    return f"{_run}{next(_counter):04d}"


def vat_number(number: int | None = None) -> str:
    """A CUI with a right check digit; a new one for each call without `number`."""
    stem = f"{number if number is not None else 10_000_000 + uuid.uuid4().int % 80_000_000}"
    return f"RO{stem}{cui.calc_check_digit(stem)}"


class Make:
    """`make.client()`, `make.proposal(items=2)` …"""

    def doc(self, doctype: str, **values: Any) -> Any:
        return frappe.get_doc({"doctype": doctype, **values}).insert()

    def base(self) -> None:
        """What every test may rely on: a default company in the settings. Committed."""
        if not frappe.db.get_single_value("Connect Settings", "default_company"):
            name = "Conect Distribuție SRL"
            exists = frappe.db.exists("Connect Company", name)
            company = frappe.get_doc("Connect Company", name) if exists else self.company(company_name=name)
            frappe.get_doc("Connect Settings").update({"default_company": company.name}).save()
        frappe.db.commit()

    def user(self, *roles: str, **values: Any) -> str:
        """The e-mail of a new staff user (password `parola-Lunga-7`) with the roles."""
        full_name = values.pop("full_name", PEOPLE[next(_counter) % len(PEOPLE)])
        first, last = full_name.split(" ", 1)
        address = f"{first}.{last}.{unique()}@conect.example".translate(PLAIN_LETTERS).lower()
        doc = self.doc(
            "User",
            **{
                "email": address,
                "first_name": first,
                "last_name": last,
                "send_welcome_email": 0,
                "new_password": "parola-Lunga-7",
                "roles": [{"role": role} for role in roles],
                **values,
            },
        )
        return doc.name

    def company(self, **values: Any) -> Any:
        return self.doc(
            "Connect Company",
            **{
                "company_name": f"Conect Distribuție {unique()} SRL",
                "vat_number": vat_number(),
                "registration_number": "J12/1234/2015",
                "address_line": "Calea Turzii 10",
                "city": "Cluj-Napoca",
                "county": "RO-CJ",
                "postal_code": "400001",
                "country": "RO",
                "iban": "RO49AAAA1B31007593840000",
                "bank": "Banca Exemplu",
                "is_vat_payer": 1,
                "email": "office@conect.example",
                "phone": "+40264123456",
                **values,
            },
        )

    def client(self, **values: Any) -> Any:
        name, county, city, street = COMPANIES[next(_counter) % len(COMPANIES)]
        return self.doc(
            "Connect Client",
            **{
                "client_name": f"{name} {unique()} SRL",
                "vat_number": vat_number(),
                "registration_number": "J12/567/2018",
                "is_company": 1,
                "email": f"client-{unique()}@firma.example",
                "phone": "+40722123456",
                "address_line": street,
                "city": city,
                "county": county,
                "postal_code": "400100",
                "country": "RO",
                "currency": "RON",
                "payment_terms_days": 15,
                **values,
            },
        )

    def tax(self, rate: float = 21, vat_category: str = "S", **values: Any) -> Any:
        """The VAT of that rate; made when the site has none."""
        found = frappe.db.get_value("Connect Tax", {"rate": rate, "vat_category": vat_category})
        if found and not values:
            return frappe.get_doc("Connect Tax", found)
        name = f"TVA {rate:g} % {unique()}"
        return self.doc("Connect Tax", **{"tax_name": name, "rate": rate, "vat_category": vat_category, **values})

    def unit(self, **values: Any) -> Any:
        return self.doc("Connect Unit", **{"unit_name": f"unitate {unique()}", **values})

    def payment_mode(self, kind: str = "Bank", **values: Any) -> Any:
        return self.doc("Connect Payment Mode", **{"mode_name": f"Mod de plată {unique()}", "kind": kind, **values})

    def item(self, **values: Any) -> Any:
        name, rate = ITEMS[next(_counter) % len(ITEMS)]
        return self.doc(
            "Connect Item",
            **{
                "item_code": f"ART-{unique()}",
                "item_name": name,
                "sale_rate": rate,
                "tax": self.tax().name,
                **values,
            },
        )

    def lead(self, **values: Any) -> Any:
        person, firm = PEOPLE[next(_counter) % len(PEOPLE)], COMPANIES[next(_counter) % len(COMPANIES)][0]
        return self.doc(
            "Connect Lead",
            **{
                "lead_name": person,
                "company_name": f"{firm} {unique()} SRL",
                "email": f"lead-{unique()}@firma.example",
                "phone": "+40744111222",
                "vat_number": vat_number(),
                **values,
            },
        )

    def opportunity(self, **values: Any) -> Any:
        """A lead converted by its own action."""
        lead = self.lead(**values)
        close_date = str(date.today() + timedelta(days=30))
        answer = lead.convert_to_opportunity(estimated_value=10_000, probability=50, estimated_close_date=close_date)
        return frappe.get_doc("Connect Lead", answer["name"])

    def lines(self, count: int = 2, **values: Any) -> list[dict[str, Any]]:
        """Document lines with an item each; rates of 21 % and 11 % VAT in turn."""
        taxes = (self.tax(21).name, self.tax(11).name)
        return [self.line(qty=n + 1, tax=taxes[n % 2], **values) for n in range(count)]

    def line(self, **values: Any) -> dict[str, Any]:
        if "item" not in values and "item_name" not in values:
            values["item"] = self.item().name
        return {"qty": 1, "rate": 100, "tax": values.get("tax") or self.tax().name, **values}

    def proposal(self, items: int | list[dict[str, Any]] = 2, **values: Any) -> Any:
        return self._sales("Connect Proposal", items, {"subject": f"Ofertă {unique()}"}, values)

    def order(self, items: int | list[dict[str, Any]] = 2, **values: Any) -> Any:
        return self._sales("Connect Sales Order", items, {}, values)

    def invoice(self, items: int | list[dict[str, Any]] = 2, issued: bool = False, **values: Any) -> Any:
        """A draft; with `issued`, submitted and so numbered."""
        doc = self._sales("Connect Invoice", items, {"invoice_type": "Invoice"}, values)
        if issued:
            doc.submit()
        return doc

    def credit_note(self, invoice: Any, **values: Any) -> Any:
        return frappe.get_doc("Connect Invoice", invoice.create_credit_note(**values)["name"])

    def contract(self, **values: Any) -> Any:
        client = values.pop("client", None) or self.client().name
        return self.doc("Connect Contract", **{"subject": f"Contract {unique()}", "client": client, **values})

    def payment(self, invoice: Any = None, amount: float | None = None, submitted: bool = True, **values: Any) -> Any:
        """Money received; for an `invoice` it is allocated to it (all that is outstanding, unless `amount`)."""
        client = values.pop("client", None) or (invoice.client if invoice else self.client().name)
        amount = amount if amount is not None else (invoice.outstanding_amount if invoice else 100)
        allocations = [{"invoice": invoice.name, "amount": min(amount, invoice.outstanding_amount)}] if invoice else []
        mode = values.pop("payment_mode", None) or frappe.db.get_value("Connect Payment Mode", {"kind": "Bank"})
        given = {"client": client, "amount": amount, "payment_mode": mode or self.payment_mode().name}
        doc = self.doc("Connect Payment", **{**given, "allocations": allocations, **values})
        if submitted:
            doc.submit()
        return doc

    def _sales(self, doctype: str, items: int | list[dict[str, Any]], own: dict[str, Any], values: Any) -> Any:
        lines = self.lines(items) if isinstance(items, int) else [self.line(**row) for row in items]
        client = values.pop("client", None) or self.client().name
        return self.doc(doctype, **{**own, "client": client, "items": lines, **values})
