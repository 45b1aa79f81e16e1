"""What a new site starts with stays an administrator's, and nothing of it outlives the app."""

import json
from pathlib import Path

import pytest

from tests.embedded.sites import new_site
from tests.install import edits
from tests.support.hosts import ROOT

APP = "crmconnect"
FIXTURES = ROOT / APP / "fixtures"


def names_in(fixture: str) -> set[str]:
    return {record["name"] for record in json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))}


@pytest.fixture
def own_site(host, tmp_path: Path):
    """A site of its own with the app, because migrating and uninstalling commit."""
    with new_site(host, tmp_path / "sites", (APP,)) as site:
        yield site


def test_each_seeded_record_is_there(site):
    import frappe

    missing = [
        (doctype, name)
        for doctype, name in edits.seeded()
        if not frappe.db.exists(doctype, edits.stored_name(doctype, name) or "")
    ]
    assert not missing


def test_edits_of_an_administrator_survive_seeding_again(site):
    from crmconnect.install import seed

    edits.edit_all()
    seed.run()
    seed.run()
    assert edits.lost_edits() == []


def test_a_deleted_seed_is_not_brought_back(site):
    import frappe

    from crmconnect.install import seed

    frappe.delete_doc("Connect Lost Reason", "Fără buget", force=True)
    seed.run()
    assert not frappe.db.exists("Connect Lost Reason", "Fără buget")


@pytest.mark.only_embedded(reason="a bench migrates by its own command; docs/bench.md says how it was done there")
def test_edits_of_an_administrator_survive_two_migrations(own_site, tmp_path):
    import frappe
    from frappe.migrate import migrate

    sites = str(tmp_path / "sites")
    edits.edit_all()
    frappe.db.commit()
    for _ in range(2):
        migrate(own_site, sites_path=sites)
        frappe.init(own_site, sites_path=sites, force=True)
        frappe.connect()
    assert edits.lost_edits() == []


@pytest.mark.only_embedded(reason="uninstalling drops the tables of the site that all tests share")
def test_uninstalling_leaves_nothing_of_ours_and_the_app_can_come_back(own_site):
    import frappe
    from frappe import installer

    make_others_workflow()
    installer.remove_app(APP, yes=True, no_backup=True)
    assert remains() == {}
    assert frappe.db.exists("Workflow State", "Sent"), "another app's Workflow still needs it"
    installer.install_app(APP)
    assert frappe.db.exists("Workflow", "Connect Invoice") and frappe.db.exists("Connect Unit", "buc")


def make_others_workflow() -> None:
    """A Workflow of somebody else's that uses a state and an action of ours, and one of an administrator's on ours."""
    import frappe

    for name, doctype in (("Note flow", "Note"), ("Our campaigns", "Connect Campaign")):
        states = [{"state": s, "doc_status": "0", "allow_edit": "System Manager"} for s in ("Draft", "Sent")]
        step = {"state": "Draft", "action": "Send", "next_state": "Sent", "allowed": "System Manager"}
        if not frappe.db.exists("DocType", doctype):
            doctype = "ToDo"
        values = {"workflow_name": name, "document_type": doctype, "workflow_state_field": "workflow_state"}
        frappe.get_doc({"doctype": "Workflow", **values, "states": states, "transitions": [step]}).insert()


def remains() -> dict[str, list[str]]:
    """What of ours is still stored after uninstalling."""
    import frappe

    asked = {
        "Role": {"name": ("like", "Connect %")},
        "Has Role": {"role": ("like", "Connect %")},
        "DocType": {"name": ("like", "Connect %")},
        "Module Def": {"app_name": APP},
        "Workflow": {"document_type": ("like", "Connect %")},
        "Print Format": {"doc_type": ("like", "Connect %")},
        "Custom DocPerm": {"parent": ("like", "Connect %")},
        "Custom Field": {"dt": ("like", "Connect %")},
        "Property Setter": {"doc_type": ("like", "Connect %")},
        "Email Template": {"name": ("in", [n for d, n, _v in edits.seeds() if d == "Email Template"])},
        "Scheduled Job Type": {"method": ("like", f"{APP}.%")},
        "Workflow State": {"name": ("in", sorted(names_in("workflow_state") - {"Draft", "Sent", "Rejected"}))},
        "Workflow Action Master": {"name": ("in", sorted(names_in("workflow_action_master") - {"Send", "Reject"}))},
    }
    found = {doctype: frappe.get_all(doctype, filters=filters, pluck="name") for doctype, filters in asked.items()}
    found["Singles"] = list(frappe.db.get_singles_dict("Connect Settings"))
    found["defaults"] = [key for key in ("crmconnect_seeded",) if frappe.db.get_global(key)]
    return {key: names for key, names in found.items() if names}
