"""Numbers, Workflows, seeded records, scope and leaving a site."""

import frappe
import pytest

from crmconnect.core import numbering, scope
from crmconnect.install import seed, templates, uninstall, workflows
from tests.portal.support import fresh
from tests.support.factories import Make
from tests.support.http import Http


def test_a_number_taken_in_vain_is_given_again_nowhere_but_leaves_no_gap(make: Make) -> None:
    company = make.company().name
    series = numbering.series_name("Connect Invoice", company)
    first = numbering.take(series, "Connect Invoice", company)
    frappe.db.commit()
    frappe.db.savepoint("sp_before")
    second = numbering.take(series, "Connect Invoice", company)
    frappe.db.rollback(save_point="sp_before")
    assert numbering.take(series, "Connect Invoice", company) == second != first


def test_an_issue_that_fails_takes_no_number(make: Make) -> None:
    company = make.company().name
    first = make.invoice(company=company, issued=True)
    late = make.invoice(company=company, date=frappe.utils.add_days(first.date, -1), due_date=first.date)
    frappe.db.commit()
    with pytest.raises(frappe.ValidationError, match="before"):
        late.submit()
    frappe.db.rollback()
    second = make.invoice(company=company, issued=True)
    assert (first.number[-3:], second.number[-3:]) == ("001", "002")


@pytest.mark.parametrize("machine", workflows.MACHINES, ids=lambda machine: machine.doctype)
def test_a_workflow_says_the_same_as_its_machine(site: str, machine) -> None:
    stored = frappe.get_doc("Workflow", machine.doctype)
    assert [(s.state, int(s.doc_status)) for s in stored.states] == [(s.label, s.docstatus) for s in machine.states]
    rows = {(t.state, t.action, t.next_state, t.allowed) for t in stored.transitions}
    wanted = {(r["state"], r["action"], r["next_state"], r["allowed"]) for r in workflows.transitions_of(machine)}
    assert rows == wanted
    moves = {(source, m.target) for m in machine.moves if m.by_person for source in m.sources if source != m.target}
    assert {(state, target) for state, _action, target, _role in rows} == moves


def test_migrating_twice_keeps_an_administrators_edit_and_deletion(site: str) -> None:
    edited, deleted = (("Email Template", name) for _d, name, _v in templates.email_templates()[:2])
    frappe.db.set_value(*edited, "subject", "Alt subiect")
    frappe.delete_doc(*deleted)
    before = {d: frappe.db.count(d) for d in ("Connect Tax", "Connect Unit", "Workflow", "Email Template")}
    for _ in range(2):
        seed.run()
    assert frappe.db.get_value(*edited, "subject") == "Alt subiect"
    assert not frappe.db.exists(*deleted)
    assert {d: frappe.db.count(d) for d in before} == before


def test_amounts_in_lei_have_their_sign_behind_unless_somebody_edited_the_currency(site: str) -> None:
    untouched = {"symbol_on_right": 0, "creation": "2026-01-01 10:00:00", "modified": "2026-01-01 10:00:00"}
    frappe.db.set_value("Currency", "RON", untouched, update_modified=False)
    seed.write_lei()
    assert frappe.db.get_value("Currency", "RON", ["symbol_on_right", "enabled"]) == (1, 1)
    frappe.db.set_value("Currency", "RON", "symbol_on_right", 0)
    seed.write_lei()
    assert frappe.db.get_value("Currency", "RON", "symbol_on_right") == 0


def test_a_changed_workflow_role_survives_a_migrate_but_opens_no_state(site: str, make: Make) -> None:
    stored = frappe.get_doc("Workflow", "Connect Proposal")
    stored.transitions[0].allowed = "Connect Finance"
    stored.save()
    seed.run()
    assert frappe.get_doc("Workflow", "Connect Proposal").transitions[0].allowed == "Connect Finance"
    with pytest.raises(frappe.ValidationError):
        make.proposal().accept()


def test_a_new_team_mate_and_a_lost_role_are_seen_at_once(make: Make, http: Http) -> None:
    boss, agent = make.user("Connect Sales Manager"), make.user("Connect Sales Agent")
    other = make.user("Connect Sales Agent")
    theirs, foreign = make.proposal(assigned_to=agent), make.proposal(assigned_to=other)
    team = make.doc("Connect Team", team_name=f"Echipa {agent}", manager=boss, members=[{"user": agent}])
    client = http.token(boss)
    assert client.read(theirs.doctype, theirs.name).status == 200
    assert client.read(foreign.doctype, foreign.name).status == 403
    team.append("members", {"user": other})
    team.save()
    assert client.read(foreign.doctype, foreign.name).status == 200
    frappe.get_doc("User", boss).remove_roles("Connect Sales Manager")
    assert client.read(theirs.doctype, theirs.name).status == 403
    assert scope.visible_users("Administrator") is None


def test_a_closed_field_is_refused_and_an_open_one_is_not(make: Make, http: Http) -> None:
    proposal = make.proposal()
    proposal.mark_sent()
    admin = http.token("Administrator")
    answer = admin.update(proposal.doctype, proposal.name, subject="Alt subiect")
    assert answer.status == 417 and "Subject" in answer.messages
    admin.update(proposal.doctype, proposal.name, internal_notes="sunat").expect()
    assert fresh(proposal).internal_notes == "sunat"


def test_leaving_a_site_removes_what_is_ours(site: str) -> None:
    uninstall.run()
    assert not [m.doctype for m in workflows.MACHINES if frappe.db.exists("Workflow", m.doctype)]
    assert not frappe.get_all("Role", {"name": ("like", "Connect %")})
    assert not frappe.get_all("Has Role", {"role": ("like", "Connect %")})
    assert not frappe.get_all("Print Format", {"name": ("like", "Connect %")})
    assert not frappe.get_all("Email Template", {"name": ("like", "Connect %")})
