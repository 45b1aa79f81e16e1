"""Every field of every DocType is sent hostile values: never a 500, never half saved, always in Frappe's words."""

import json
from collections.abc import Iterator

import frappe
import pytest

from tests.support.factories import unique
from tests.support.http import Http

HOSTILE = (
    "",
    "x" * 70_000,
    "'; DROP TABLE `tabUser`; --",
    "<script>alert(1)</script>",
    "\x00null",
    "🦄" * 50,
    "not-a-date",
    "2026-02-30",
    "9999999999999999999999",
    -1,
    1e308,
    10**30,
    True,
    [],
    ["a"],
    {"a": 1},
    [{"name": "x"}],
    None,
)
DATA_TYPES = {
    "Data",
    "Link",
    "Select",
    "Small Text",
    "Text",
    "Text Editor",
    "Date",
    "Datetime",
    "Int",
    "Float",
    "Currency",
    "Percent",
    "Check",
    "Table",
    "Attach",
    "Attach Image",
    "Color",
    "Dynamic Link",
}


def our_doctypes() -> list[str]:
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "crmconnect" / "crmconnect" / "doctype"
    found = [json.loads(path.read_text()) for path in sorted(root.glob("*/*.json"))]
    return [doc["name"] for doc in found if not doc.get("istable")]


def valid(doctype: str, depth: int = 0) -> dict:
    """The least that a new document of the DocType needs, so that the hostile field is what decides."""
    values: dict = {}
    for df in frappe.get_meta(doctype).fields:
        if df.fieldname == "items":
            values["items"] = [{"item_name": "Masă", "qty": 1, "rate": 10}]
        elif df.reqd and not df.default and df.fieldtype not in ("Table", "Select"):
            values[df.fieldname] = filler(df, depth)
    if doctype == "Connect Proposal":
        values["client"] = existing("Connect Client", depth)
    return values


def filler(df, depth: int):
    if df.fieldtype == "Link":
        return existing(df.options, depth)
    if df.fieldtype == "Date":
        return "2026-11-20"
    if df.fieldtype in ("Float", "Currency", "Int", "Percent"):
        return 5
    if df.fieldname == "document_type":
        return "Connect Proposal"
    if df.fieldname == "document_name":
        return existing("Connect Proposal", depth)
    return f"Valoare {unique()}"


def existing(doctype: str, depth: int = 0) -> str:
    found = frappe.get_all(doctype, pluck="name", limit=1, order_by="creation desc")
    if found or depth > 3:
        return found[0] if found else ""
    return frappe.get_doc({"doctype": doctype, **valid(doctype, depth + 1)}).insert().name


@pytest.fixture
def singles_put_back(site: str) -> Iterator[None]:
    before = frappe.get_doc("Connect Settings").as_dict()
    yield
    frappe.db.rollback()
    fields = [df.fieldname for df in frappe.get_meta("Connect Settings").fields]
    frappe.db.set_single_value("Connect Settings", {key: before[key] for key in fields if key in before})
    frappe.db.commit()


@pytest.mark.parametrize("doctype", our_doctypes())
def test_hostile_values_never_break_the_server(http: Http, singles_put_back: None, doctype: str) -> None:
    admin = http.token("Administrator")
    single = frappe.get_meta(doctype).issingle
    failures = []
    for df in frappe.get_meta(doctype).fields:
        for value in HOSTILE if df.fieldtype in DATA_TYPES else ():
            before = None if single else frappe.db.count(doctype)
            if single:
                answer = admin.update(doctype, doctype, **{df.fieldname: value})
            else:
                answer = admin.insert(doctype, **{**valid(doctype), df.fieldname: value})
            if answer.status >= 500 or answer.status == 404:
                failures.append((df.fieldname, str(value)[:30], answer.status, answer.text[:200]))
            if not single and answer.status >= 400 and frappe.db.count(doctype) != before:
                failures.append((df.fieldname, str(value)[:30], "half saved", ""))
    assert not failures, f"{len(failures)} of {doctype}: {failures[:6]}"


@pytest.mark.parametrize("doctype", ["Connect Proposal", "Connect Sales Order", "Connect Invoice"])
def test_hostile_lines_never_break_the_server(http: Http, site: str, doctype: str) -> None:
    admin = http.token("Administrator")
    failures = []
    for df in frappe.get_meta(f"{doctype} Item").fields:
        for value in HOSTILE if df.fieldtype in DATA_TYPES else ():
            line = {"item_name": "Masă", "qty": 1, "rate": 10, df.fieldname: value}
            answer = admin.insert(doctype, **{**valid(doctype), "items": [line]})
            if answer.status >= 500:
                failures.append((df.fieldname, str(value)[:30], answer.status, answer.text[:200]))
    assert not failures, f"{len(failures)}: {failures[:6]}"


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("qty", -1, "Quantity"),
        ("qty", "many", "Quantity"),
        ("rate", -5, "Price"),
        ("discount_percentage", 101, "Discount"),
        ("item", "no such item", "Item"),
        ("tax", "no such tax", "VAT"),
    ],
)
def test_a_refused_line_names_its_field(http: Http, site: str, field: str, value: object, label: str) -> None:
    line = {"item_name": "Masă", "qty": 1, "rate": 10, field: value}
    answer = http.token("Administrator").insert("Connect Invoice", **{**valid("Connect Invoice"), "items": [line]})
    assert answer.status == 417 and label in answer.messages
