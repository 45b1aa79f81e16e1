"""What every action checks, whoever calls it and however (DESIGN §4)."""

import json

import frappe
import pytest

from crmconnect.core import actions, retry
from crmconnect.core.actions import declared_on
from tests.concurrency.parallel import at_once, connected
from tests.portal.support import fresh, history
from tests.support.factories import Make
from tests.support.http import Http

RUN = "/api/method/run_doc_method"


@pytest.fixture
def admin(http: Http) -> Http:
    return http.token("Administrator")


@pytest.fixture
def invoice(make: Make):
    return make.invoice([{"item_name": "x", "rate": 100, "tax": make.tax(0, "Z").name}], issued=True)


def pay(http: Http, invoice, **arguments):
    return http.act(invoice.doctype, invoice.name, "record_payment", **arguments)


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_an_action_is_taken_with_post_only(admin: Http, invoice, verb: str) -> None:
    path = f"/api/v2/document/Connect Invoice/{invoice.name}/method/record_payment"
    refusals = (403, 405, 500) if verb == "HEAD" else (403, 405)  # a genuine v2 answers HEAD by 500
    assert admin.request(verb, path).status in refusals
    answer = admin.request(verb, RUN, params={"dt": invoice.doctype, "dn": invoice.name, "method": "record_payment"})
    assert answer.status in (403, 405)
    assert fresh(invoice).outstanding_amount == 100


def test_a_role_that_may_not_is_refused_and_shown_no_button(make: Make, http: Http, as_user, invoice) -> None:
    agent = make.user("Connect Sales Agent")
    frappe.db.set_value(invoice.doctype, invoice.name, "assigned_to", agent)
    assert pay(http.token(agent), invoice, amount=1).status == 403
    with as_user(agent):
        names = [row["name"] for row in actions.available(frappe.get_doc(invoice.doctype, invoice.name))]
    assert "send" in names and "record_payment" not in names


def test_a_document_outside_ones_scope_is_refused(make: Make, http: Http) -> None:
    proposal = make.proposal(assigned_to=make.user("Connect Sales Agent"))
    stranger = http.token(make.user("Connect Sales Agent"))
    assert stranger.act(proposal.doctype, proposal.name, "mark_sent").status == 403
    assert http.act(proposal.doctype, proposal.name, "mark_sent").status in (401, 403)
    assert fresh(proposal).status == "Draft"


def test_the_state_is_asked_and_the_refusal_says_which_states_would_do(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    answer = admin.act(proposal.doctype, proposal.name, "accept")
    assert answer.status == 417 and "Sent / Reviewed" in answer.messages


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"amount": "mult"}, "ValidationError", "Amount"),
        ({"amount": [1]}, "ValidationError", "Amount"),
        ({"amount": -5}, "ValidationError", "Amount"),
        ({"amount": 1, "date": "ieri"}, "ValidationError", "Date"),
        ({"amount": 1, "payment_mode": "Scoici"}, "LinkValidationError", "Payment method"),
        ({"amount": 1, "reference": {"a": 1}}, "ValidationError", "Reference"),
        ({"amount": 1, "reference": "x" * 200}, "CharacterLengthExceededError", "Reference"),
    ],
)
def test_arguments_are_checked_like_fields(admin: Http, invoice, arguments, error: str, says: str) -> None:
    answer = pay(admin, invoice, **arguments)
    assert (answer.status, answer.exc_type) == (417, error), answer.text
    assert says in answer.messages
    assert fresh(invoice).outstanding_amount == 100


def test_a_required_argument_is_asked_for(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    answer = admin.act(proposal.doctype, proposal.name, "extend_validity")
    assert (answer.status, answer.exc_type) == (417, "MandatoryError") and "Valid until" in answer.messages


def test_defaults_fill_what_is_not_sent_and_unknown_arguments_are_ignored(admin: Http, invoice) -> None:
    payment = pay(admin, invoice, nonsense=1, status="Paid", docs={}).expect().data
    assert payment["amount"] == 100 and payment["payment_mode"]
    assert fresh(invoice).status == "Paid"


@pytest.mark.parametrize("as_text", [True, False], ids=["text", "object"])
def test_arguments_come_as_one_through_the_first_version_too(admin: Http, invoice, as_text: bool) -> None:
    args = {"amount": 40}
    call = {"dt": invoice.doctype, "dn": invoice.name, "method": "record_payment"}
    admin.post(RUN, {**call, "args": json.dumps(args) if as_text else args}).expect()
    assert fresh(invoice).outstanding_amount == 60


def test_a_changed_document_refuses_who_looked_at_the_older_one(admin: Http, invoice) -> None:
    seen = str(invoice.modified)
    pay(admin, invoice, amount=1, modified=seen).expect()
    answer = pay(admin, invoice, amount=1, modified=seen)
    assert answer.exc_type == "TimestampMismatchError" and answer.status in (409, 417)
    pay(admin, invoice, amount=1, modified=str(fresh(invoice).modified)).expect()


def test_a_move_writes_one_line_of_history(admin: Http, make: Make) -> None:
    proposal = make.proposal()
    admin.act(proposal.doctype, proposal.name, "mark_sent").expect()
    admin.act(proposal.doctype, proposal.name, "accept", reason="La telefon").expect()
    lines = history(proposal)
    assert [line for line in lines if "→" in line] == ["Draft → Sent manually", "Sent manually → Accepted: La telefon"]


@pytest.mark.parametrize("error", [frappe.QueryDeadlockError, frappe.QueryTimeoutError])
def test_a_lost_lock_is_tried_again(site: str, error: type[Exception]) -> None:
    frappe.db.rollback()
    calls: list[int] = []

    def function() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise error(1213, "Deadlock found")
        return "done"

    assert retry.on_lost_lock(function) == "done"
    assert len(calls) == 3
    with pytest.raises(error):
        retry.on_lost_lock(lambda: (_ for _ in ()).throw(error(1213, "again")))


def test_a_call_within_a_call_keeps_what_the_outer_one_wrote(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frappe counts no writes any more once it went back to a savepoint."""
    frappe.db.rollback()
    starts: list[int] = []
    monkeypatch.setattr(retry, "_see_the_newest", lambda: starts.append(1))
    assert retry.on_lost_lock(lambda: retry.on_lost_lock(lambda: "done")) == "done"
    assert len(starts) == 1
    retry.on_lost_lock(lambda: None)
    assert len(starts) == 2


def test_inside_a_transaction_that_wrote_nothing_is_tried_again(make: Make) -> None:
    make.unit()
    calls: list[int] = []

    def function() -> None:
        calls.append(1)
        raise frappe.QueryDeadlockError(1213, "Deadlock found")

    with pytest.raises(frappe.QueryDeadlockError):
        retry.on_lost_lock(function)
    assert len(calls) == 1


@pytest.mark.only_mariadb(reason="provokes a deadlock of row locks")
def test_no_user_sees_a_real_deadlock(admin: Http, make: Make, host) -> None:
    import threading

    buyer = make.client().name
    invoices = sorted((make.invoice(client=buyer, issued=True) for _ in range(2)), key=lambda doc: doc.name)
    rows = [{"invoice": doc.name, "amount": 10} for doc in invoices]
    payment = make.payment(client=buyer, amount=20, allocations=rows, submitted=False)
    frappe.db.commit()
    holds_last = threading.Event()

    def blocker() -> None:
        """Locks the last invoice, then the first one: the other way round than the payment does; and is the heavier."""
        frappe.db.get_value("Connect Invoice", invoices[1].name, "name", for_update=True)
        for number in range(200):
            frappe.db.set_value("Connect Client", buyer, "phone", f"+4072212{number:04d}", update_modified=False)
            frappe.get_doc({"doctype": "ToDo", "description": f"greu {number}"}).insert()
        holds_last.set()
        frappe.db.sql("select sleep(1.5)")
        frappe.db.get_value("Connect Invoice", invoices[0].name, "name", for_update=True)

    def submit():
        holds_last.wait(60)
        return admin.act("Connect Payment", payment.name, "submit")

    results = at_once(connected(host.site, host.sites, blocker), submit)
    assert not isinstance(results[0], BaseException), results[0]
    assert results[1].expect().status == 200
    assert [fresh(doc).paid_amount for doc in invoices] == [10, 10]


def test_a_bulk_approval_keeps_what_went_well_and_says_nothing_of_a_lock(admin: Http, make: Make) -> None:
    docs = [make.order() for _ in range(2)]
    names = [docs[0].name, "EST-unknown", docs[1].name]
    call = {"docnames": json.dumps(names), "doctype": "Connect Sales Order", "action": "Accept"}
    answer = admin.post("/api/method/frappe.model.workflow.bulk_workflow_approval", call)
    assert answer.status in (200, 404)
    if answer.status == 200:
        assert [fresh(doc).status for doc in docs] == ["Accepted", "Accepted"]


DOCUMENTS = {
    "Connect Lead": "lead",
    "Connect Proposal": "proposal",
    "Connect Sales Order": "order",
    "Connect Contract": "contract",
    "Connect Invoice": "invoice",
    "Connect Payment": "payment",
}


@pytest.mark.parametrize("doctype", DOCUMENTS)
def test_every_action_is_reached_through_both_versions_and_by_nobody_unknown(
    admin: Http, http: Http, make: Make, doctype: str
) -> None:
    doc = getattr(make, DOCUMENTS[doctype])()
    frappe.db.commit()
    names = list(declared_on(type(doc)))
    assert names
    for name in names:
        assert http.act(doctype, doc.name, name).status in (401, 403), name
        assert http.post(RUN, {"dt": doctype, "dn": doc.name, "method": name}).status in (401, 403), name
        for answer in (
            admin.act(doctype, doc.name, name),
            admin.post(RUN, {"dt": doctype, "dn": doc.name, "method": name}),
        ):
            assert answer.status in (200, 409, 417), f"{name}: {answer.status} {answer.text[:300]}"


@pytest.mark.parametrize("role", ["Connect SDR", "Connect Sales Agent", "Connect Sales Manager", "Connect Finance"])
def test_what_is_offered_is_what_is_allowed(make: Make, http: Http, role: str) -> None:
    user = make.user(role)
    client = http.token(user)
    for kind in ("proposal", "order", "invoice"):
        doc = getattr(make, kind)(assigned_to=user)
        frappe.db.commit()
        params = {"doctype": doc.doctype, "name": doc.name}
        offered = client.get("/api/method/crmconnect.api.actions.available", params)
        if offered.status == 403:
            continue
        known = {row["name"]: row for row in offered.expect().data}
        for name in declared_on(type(doc)):
            if name not in known:
                assert client.act(doc.doctype, doc.name, name).status == 403, f"{role} {doc.doctype} {name}"
            elif not known[name]["enabled"]:
                assert known[name]["reason"]
                assert client.act(doc.doctype, doc.name, name).status == 417, f"{role} {doc.doctype} {name}"
