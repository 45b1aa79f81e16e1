"""Whose documents a user sees, over lists and single documents alike (rows 1–4, DESIGN §5)."""

import pytest

from tests.support.factories import Make
from tests.support.http import Http


def names(client: Http, doctype: str) -> set[str]:
    return {row["name"] for row in client.list(doctype, limit_page_length=0).expect().data}


def test_an_agent_sees_his_own_documents_only(http: Http, make: Make) -> None:
    ana, ion = make.user("Connect Sales Agent"), make.user("Connect Sales Agent")
    mine, other = make.lead(assigned_to=ana), make.lead(assigned_to=ion)
    client = http.token(ana)
    assert mine.name in names(client, "Connect Lead") and other.name not in names(client, "Connect Lead")
    client.read("Connect Lead", mine.name).expect()
    client.read("Connect Lead", other.name).expect(403)
    client.update("Connect Lead", other.name, phone="1").expect(403)
    client.act("Connect Lead", other.name, "mark_junk").expect(403)
    client.get("/api/method/crmconnect.api.trace.trace", {"doctype": "Connect Lead", "name": other.name}).expect(403)


def test_a_manager_sees_the_teams_he_manages(http: Http, make: Make) -> None:
    boss = make.user("Connect Sales Manager")
    member, stranger = make.user("Connect Sales Agent"), make.user("Connect Sales Agent")
    make.doc("Connect Team", team_name=f"Echipa {boss}", manager=boss, members=[{"user": member}])
    seen, hidden = make.proposal(assigned_to=member), make.proposal(assigned_to=stranger)
    client = http.token(boss)
    assert seen.name in names(client, "Connect Proposal") and hidden.name not in names(client, "Connect Proposal")


def test_members_see_each_other_where_the_team_says_so(http: Http, make: Make) -> None:
    one, two = make.user("Connect Sales Agent"), make.user("Connect Sales Agent")
    lead = make.lead(assigned_to=two)
    http.token(one).read("Connect Lead", lead.name).expect(403)
    team = {"manager": make.user("Connect Sales Manager"), "members_see_team": 1}
    make.doc("Connect Team", team_name=f"Deschisă {one}", members=[{"user": one}, {"user": two}], **team)
    http.token(one).read("Connect Lead", lead.name).expect()


def test_an_sdr_sees_leads_that_nobody_has_and_no_purchase_price(http: Http, make: Make) -> None:
    sdr = make.user("Connect SDR")
    lead = make.lead(assigned_to=None)
    item = make.item(purchase_rate=12.5)
    client = http.token(sdr)
    client.read("Connect Lead", lead.name).expect()
    assert not client.read("Connect Item", item.name).expect().data.get("purchase_rate")
    client.read("Connect Item Cost", item.name).expect(403)
    assert http.token("Administrator").read("Connect Item", item.name).data["purchase_rate"] == 12.5


def test_finance_issues_and_an_agent_does_not(http: Http, make: Make) -> None:
    agent, finance = make.user("Connect Sales Agent"), make.user("Connect Finance")
    invoice = make.invoice(assigned_to=agent)
    http.token(agent).act("Connect Invoice", invoice.name, "submit").expect(403)
    http.token(agent).update("Connect Invoice", invoice.name, docstatus=1).expect(403)
    http.token(finance).act("Connect Invoice", invoice.name, "submit").expect()
    http.token(agent).act("Connect Invoice", invoice.name, "record_payment").expect(403)
    http.token(finance).act("Connect Invoice", invoice.name, "record_payment").expect()


@pytest.mark.parametrize("role", ["Connect Client User", "Connect Vendor User"])
def test_portal_users_have_no_access_over_rest(http: Http, make: Make, role: str) -> None:
    user = make.user(role, user_type="Website User")
    proposal = make.proposal()
    http.token(user).read("Connect Proposal", proposal.name).expect(403)
    http.token(user).list("Connect Invoice").expect(403)


def test_a_guest_sees_nothing(http: Http, make: Make) -> None:
    proposal = make.proposal()
    http.read("Connect Proposal", proposal.name).expect(403)
    http.act("Connect Proposal", proposal.name, "mark_sent").expect(403)
    http.get("/api/method/crmconnect.api.actions.available", {"doctype": "Connect Proposal", "name": "x"}).expect(403)


def test_the_actions_offered_follow_rights_and_state(http: Http, make: Make) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    query = {"doctype": "Connect Proposal", "name": proposal.name}
    found = {a["name"]: a for a in http.token(agent).get("/api/method/crmconnect.api.actions.available", query).data}
    assert found["send"]["enabled"] and not found["accept"]["enabled"]
    assert "possible only when" in found["accept"]["reason"]
    assert [arg["fieldname"] for arg in found["reject"]["args"]] == ["reason"]
