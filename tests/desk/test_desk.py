"""What the Desk of a bench shows of ours; the calls behind it answer on every host."""

import json
import re

import pytest

from tests.support.hosts import ROOT

MODULE = ROOT / "crmconnect" / "crmconnect"
PDF = "/api/method/crmconnect.api.print.pdf"


def records(kind: str) -> dict[str, dict]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in MODULE.glob(f"{kind}/*/*.json")]
    return {record["name"]: record for record in found}


WORKSPACE = records("workspace")["CRMConnect"]
BLOCKS = {
    "number_card": ("number_card_name", "number_cards"),
    "chart": ("chart_name", "charts"),
    "shortcut": ("shortcut_name", "shortcuts"),
    "card": ("card_name", "links"),
}


def test_each_block_of_the_workspace_is_found_by_its_label():
    """Frappe looks blocks up by label; one that it does not find is silently not shown."""
    missing = []
    for block in json.loads(WORKSPACE["content"]):
        if block["type"] in BLOCKS:
            key, table = BLOCKS[block["type"]]
            if block["data"][key] not in {row["label"] for row in WORKSPACE[table]}:
                missing.append(block["data"])
    assert not missing


@pytest.mark.parametrize("kind", ["number_card", "dashboard_chart"])
def test_cards_and_charts_are_ours_by_name_and_readable_by_who_reads_the_documents(kind):
    """Without a DocType Frappe shows a card to System Managers only."""
    for name, record in records(kind).items():
        assert name.startswith("Connect ") and record["document_type"].startswith("Connect "), name
    link, table = ("number_card_name", "number_cards") if kind == "number_card" else ("chart_name", "charts")
    listed = {row[link] for row in WORKSPACE[table]}
    assert listed == set(records(kind))


def test_filters_of_cards_charts_and_shortcuts_name_fields_that_exist(site):
    import frappe

    used = [
        (row[0], row[1])
        for kind in ("number_card", "dashboard_chart")
        for record in records(kind).values()
        for row in json.loads(record["filters_json"])
    ]
    for shortcut in WORKSPACE["shortcuts"]:
        used += [(shortcut["link_to"], field) for field in json.loads(shortcut["stats_filter"])]
    assert len(used) > 20
    assert not [(d, f) for d, f in used if f != "docstatus" and not frappe.get_meta(d).has_field(f)]


def test_the_client_script_stays_small():
    script = (ROOT / "crmconnect" / "public" / "js" / "actions.bundle.js").read_text(encoding="utf-8")
    assert script.count("\n") <= 100
    assert not re.search(r"\bimport\b|\brequire\(", script)


def test_staff_get_a_pdf_of_what_they_may_print(make, http):
    import frappe

    invoice = make.invoice(issued=True)
    finance, stranger = make.user("Connect Finance"), make.user("Connect Sales Agent")
    frappe.db.commit()
    answer = http.token(finance).get(PDF, {"doctype": "Connect Invoice", "name": invoice.name}).expect(200)
    assert answer.body.startswith(b"%PDF-") and "application/pdf" in answer.headers["Content-Type"]
    own = "/api/method/frappe.utils.print_format.download_pdf"
    answer = http.token(finance).get(own, {"doctype": "Connect Invoice", "name": invoice.name, "format": "Standard"})
    assert answer.expect(200).body.startswith(b"%PDF-")
    for client in (http, http.token(stranger)):
        for path in (PDF, own):
            assert client.get(path, {"doctype": "Connect Invoice", "name": invoice.name}).status in (401, 403)
    assert http.token(finance).get(PDF, {"doctype": "User", "name": finance}).status == 404


def test_the_sums_on_the_cards_are_of_what_the_user_sees_in_the_companys_currency(make, as_user):
    from crmconnect.api import desk

    before = desk.outstanding()["value"]
    invoice = make.invoice(issued=True)
    expected = round(invoice.outstanding_amount * invoice.exchange_rate, 2)
    assert desk.outstanding()["value"] == pytest.approx(before + expected)
    with as_user(make.user("Connect Sales Agent")):
        assert desk.outstanding()["value"] == 0
        assert desk.is_staff()


def test_the_weighted_pipeline_counts_open_opportunities_only(make):
    import frappe

    from crmconnect.api import desk

    before = desk.weighted_pipeline()["value"]
    lead = make.opportunity()
    assert lead.weighted_value > 0
    assert desk.weighted_pipeline()["value"] == pytest.approx(before + lead.weighted_value)
    frappe.db.set_value("Connect Lead", lead.name, "is_lost", 1)
    assert desk.weighted_pipeline()["value"] == pytest.approx(before)


@pytest.mark.only_embedded(reason="a bench has the Desk")
def test_where_there_is_no_desk_its_page_is_nobodys_home(site):
    from frappe.website.utils import get_apps

    assert [app for app in get_apps() if app["route"].startswith("/app")] == []
