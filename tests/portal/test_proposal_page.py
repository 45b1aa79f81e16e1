"""The private page of a proposal (rows 85–94, 106–108)."""

import datetime
import re

import frappe
import pytest

from crmconnect.core import clock
from crmconnect.portal import links
from tests.portal.support import FORM, answer, bell, client_of, fresh, history, path_of, sent
from tests.support.factories import Make, unique
from tests.support.http import Http

DAY = datetime.timedelta(days=1)
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel; EE)"


@pytest.fixture
def client(http: Http) -> Http:
    return client_of(http)


def test_the_client_opening_the_link_makes_it_reviewed_and_tells_the_agent_once(make: Make, client: Http) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    path = sent(proposal)
    for _ in range(2):
        client.get(path).expect()
    assert (fresh(proposal).status, fresh(proposal).status_code) == ("Reviewed", 1)
    assert len([s for s in bell(agent, proposal) if "opened" in s]) == 1
    link = frappe.get_doc(links.DOCTYPE, {"document_name": proposal.name})
    assert link.open_count == 2 and link.first_opened_at


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": SCANNER},
        {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Microsoft Office Outlook"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Moz": "prefetch"},
    ],
    ids=lambda headers: " ".join(headers.values())[:30],
)
def test_scanners_and_prefetching_do_not_count(make: Make, http: Http, headers: dict[str, str]) -> None:
    proposal = make.proposal()
    client_of(http, **headers).get(sent(proposal)).expect()
    assert fresh(proposal).status == "Sent manually"


def test_head_does_not_count(make: Make, client: Http) -> None:
    proposal = make.proposal()
    assert client.request("HEAD", sent(proposal)).expect().body == b""
    assert fresh(proposal).status == "Sent manually"


def test_staff_do_not_count_but_a_logged_in_client_does(make: Make, http: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    staff = http.login(make.user("Connect Sales Agent"), "parola-Lunga-7")
    page = staff.get(path, headers={"Accept": "text/html"}).expect().text
    assert fresh(proposal).status == "Sent manually" and "notice info" in page
    visitor = make.user(user_type="Website User")
    assert frappe.db.get_value("User", visitor, "user_type") == "Website User"
    http.login(visitor, "parola-Lunga-7").get(path).expect()
    assert fresh(proposal).status == "Reviewed"


def test_wrong_revoked_expired_and_draft_links_answer_alike(make: Make, client: Http) -> None:
    revoked, expired, draft, gone = (make.proposal() for _ in range(4))
    paths = [sent(doc) for doc in (revoked, expired, gone)]
    draft_path = f"/p/{links.link_of(draft)}"
    frappe.db.set_value(links.DOCTYPE, {"document_name": revoked.name}, "revoked", 1)
    frappe.db.set_value(links.DOCTYPE, {"document_name": expired.name}, "expires_on", clock.today() - DAY)
    frappe.db.set_value(links.DOCTYPE, {"document_name": gone.name}, "document_name", "PRO-none")
    paths += [draft_path, "/p/unknown", "/p/" + "A" * 43, "/p/" + "x" * 3000, "/p/%00", "/p/' or 1=1 --"]
    answers = [client.get(path) for path in paths]
    assert {a.status for a in answers} == {404}
    assert len({a.text for a in answers}) == 1 and "not available" in answers[0].text
    posted = [answer(client, path, answer="accept") for path in paths]
    assert {a.status for a in posted} == {404} and {a.text for a in posted} == {answers[0].text}


def test_a_link_is_right_to_the_letter(make: Make, client: Http) -> None:
    path = sent(make.proposal())
    assert client.get("/p/" + path[3:].swapcase()).status == 404


def test_accepting_through_the_plain_form(make: Make, client: Http) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal(assigned_to=agent)
    path = sent(proposal)
    page = client.get(path).expect().text
    form = re.search(r'<form id="accept" method="post">(.*?)</form>', page, re.S).group(1)
    assert 'name="answer" value="accept"' in form and "csrf_token" not in form
    done = answer(client, path, answer="accept", signed_by="Ana Ionescu").expect().text
    doc = fresh(proposal)
    assert (doc.status, doc.status_code, doc.decided_by) == ("Accepted", 3, "Ana Ionescu")
    assert 'role="status"' in done and "<form" not in done and "Ana Ionescu" in done
    assert len([s for s in bell(agent, proposal) if "accepted" in s]) == 1
    assert len([line for line in history(proposal) if line.endswith("Accepted")]) == 1


def test_rejecting_asks_a_reason(make: Make, client: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    refused = answer(client, path, answer="reject", reason="   ")
    assert refused.status == 417 and 'role="alert"' in refused.text
    assert fresh(proposal).status == "Sent manually"
    answer(client, path, answer="reject", reason="Prețul e prea mare").expect()
    doc = fresh(proposal)
    assert (doc.status, doc.status_code, doc.decision_reason) == ("Rejected", 2, "Prețul e prea mare")


def test_requesting_changes_hides_the_unfinished_version(make: Make, client: Http) -> None:
    agent = make.user("Connect Sales Agent")
    proposal = make.proposal([{"item_name": "Cuptor vechi"}], assigned_to=agent)
    path = sent(proposal)
    assert answer(client, path, answer="request_changes", comment="").status == 417
    page = answer(client, path, answer="request_changes", comment="Fără montaj").expect().text
    doc = fresh(proposal)
    assert (doc.status, doc.status_code, doc.decision_reason) == ("Revised", 5, "Fără montaj")
    assert any("Fără montaj" in s for s in bell(agent, proposal))
    assert "Cuptor vechi" not in page
    assert client.get(f"/api/method/crmconnect.api.portal.pdf?token={path[3:]}").status == 404


def test_a_proposal_sent_again_is_answered_under_the_same_link(make: Make, client: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    answer(client, path, answer="request_changes", comment="Mai ieftin").expect()
    again = fresh(proposal)
    again.mark_sent()
    frappe.db.commit()
    assert path_of(again) == path
    answer(client, path, answer="accept").expect()
    assert fresh(proposal).status == "Accepted"


@pytest.mark.parametrize("second", ["accept", "reject", "request_changes"])
def test_answering_twice_is_refused(make: Make, client: Http, second: str) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    answer(client, path, answer="reject", reason="Nu").expect()
    refused = answer(client, path, answer=second, reason="da", comment="da")
    assert refused.status == 417 and "<form" not in refused.text
    assert fresh(proposal).status == "Rejected"


def test_an_expired_proposal_offers_no_accept_and_refuses_a_direct_one(make: Make, client: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    frappe.db.set_value(proposal.doctype, proposal.name, {"date": clock.today() - DAY, "open_till": clock.today()})
    assert 'id="accept"' in client.get(path).expect().text
    frappe.db.set_value(proposal.doctype, proposal.name, "open_till", clock.today() - DAY)
    page = client.get(path).expect().text
    assert 'id="accept"' not in page and 'id="reject"' in page and 'id="request_changes"' in page
    assert answer(client, path, answer="accept", signed_by="Ana", reason="totuși").status == 417
    assert fresh(proposal).status == "Reviewed"
    answer(client, path, answer="reject", reason="Prea târziu").expect()


@pytest.mark.parametrize("name", ["", "delete", "__class__", "send", "view"])
def test_other_answers_are_refused(make: Make, client: Http, name: str) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    assert answer(client, path, answer=name).status == 417
    assert fresh(proposal).status == "Sent manually"


def test_other_verbs_do_nothing(make: Make, client: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    for verb in ("PUT", "DELETE", "PATCH"):
        assert 400 <= client.request(verb, path, data="answer=accept", headers=FORM).status < 500
    client.get(f"{path}?answer=accept").expect()
    assert fresh(proposal).status == "Reviewed"


def test_a_session_with_a_csrf_token_finds_it_in_the_forms(make: Make, http: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    user = make.user("Connect Sales Agent", full_name="Vlad Ene")
    staff = http.login(user, "parola-Lunga-7")
    token = staff.headers.pop("X-Frappe-CSRF-Token")
    staff.headers["Accept"] = "text/html"
    assert answer(staff, path, answer="accept").status == 400
    page = staff.get(path).expect().text
    assert re.search(r'name="csrf_token" value="([^"]+)"', page).group(1) == token
    answer(staff, path, answer="accept", signed_by="Ana Ionescu", csrf_token=token).expect()
    assert fresh(proposal).decided_by.startswith("Ana Ionescu, ") and "Vlad Ene" in fresh(proposal).decided_by


def test_a_session_without_a_csrf_token_may_answer(make: Make, http: Http) -> None:
    proposal, path = (p := make.proposal()), sent(p)
    staff = http.login(make.user("Connect Sales Agent"), "parola-Lunga-7", csrf=False)
    answer(staff, path, answer="accept").expect()
    assert fresh(proposal).status == "Accepted"


def test_nothing_internal_is_on_the_page(make: Make, client: Http) -> None:
    proposal = make.proposal(internal_notes="marja 40 %", assigned_to=make.user("Connect Sales Agent"))
    page = client.get(sent(proposal)).expect().text
    assert "marja 40" not in page and "conect.example" not in page


def test_private_pages_are_kept_from_caches_search_engines_and_other_sites(make: Make, client: Http) -> None:
    path = sent(make.proposal())
    for address in (path, f"/api/method/crmconnect.api.portal.pdf?token={path[3:]}", "/p/unknown"):
        headers = client.get(address).headers
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
    page = client.get(path)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text and 'content="noindex' in page.text


def test_too_many_requests_of_one_address_are_refused(make: Make, client: Http, monkeypatch) -> None:
    path = sent(make.proposal())
    as_json = {"Accept": "application/json"}  # to others a genuine Frappe says 500 instead of 429
    pdf, unknown = "/api/method/crmconnect.api.portal.pdf?token=", unique()
    answers = [client.get(pdf + unknown, headers=as_json).status for _n in range(61)]
    assert answers[:3] == [404, 404, 404] and answers[-1] == 429
    client.get(path).expect()


WORDS = {"ro": ("Oferta", "10.016,92 RON", "22.12.2026"), "en": ("Proposal", "10,016.92 RON", "22 Dec 2026")}


@pytest.mark.parametrize("language", WORDS)
def test_the_page_speaks_the_clients_language(make: Make, client: Http, language: str) -> None:
    proposal = make.proposal(
        [{"item_name": "x", "rate": 10016.92, "tax": make.tax(0, "Z").name}],
        client=make.client(language=language).name,
        open_till="2026-12-22",
        date="2026-11-22",
    )
    page = client.get(sent(proposal), headers={"Accept-Language": "de"}).expect().text
    assert f'<html lang="{language}"' in page
    for word in WORDS[language]:
        assert word in page
