"""The state machines: the numbers that integrators rely on, and moves that cannot leave them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmconnect.core.machine import Machine, State, move
from crmconnect.invoicing.machine import INVOICE
from crmconnect.sales.machines import ORDER, PROPOSAL

MACHINES = (PROPOSAL, ORDER, INVOICE)


def test_the_status_codes_are_those_of_the_documents() -> None:
    assert {s.label: s.code for s in PROPOSAL.states} == {
        "Draft": 6,
        "Sent": 4,
        "Reviewed": 1,
        "Sent manually": 7,
        "Accepted": 3,
        "Rejected": 2,
        "Revised": 5,
    }
    assert {s.label: s.code for s in ORDER.states} == {
        "Draft": 1,
        "Sent": 2,
        "Declined": 3,
        "Accepted": 4,
        "Expired": 5,
    }
    assert {s.label: s.code for s in INVOICE.states} == {
        "Draft": 6,
        "Unpaid": 1,
        "Partially Paid": 3,
        "Paid": 2,
        "Overdue": 4,
        "Cancelled": 5,
    }


@given(st.sampled_from(MACHINES), st.lists(st.integers(0, 30), max_size=12))
def test_every_walk_stays_inside_the_machine(machine: Machine, choices: list[int]) -> None:
    state = machine.initial.label
    for choice in choices:
        possible = [m for m in machine.moves if state in m.sources]
        if not possible:
            break
        taken = possible[choice % len(possible)]
        assert machine.move(taken.action, state) is not None
        state = taken.target
    assert machine.state(state)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.doctype)
def test_an_action_leads_to_one_place_from_each_state(machine: Machine) -> None:
    seen = [(m.action, source) for m in machine.moves for source in m.sources]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.doctype)
def test_a_cancelled_document_never_comes_back(machine: Machine) -> None:
    order = {s.label: s.docstatus for s in machine.states}
    assert all(order[source] <= order[m.target] for m in machine.moves for source in m.sources)


def test_a_proposal_that_was_answered_yes_is_closed() -> None:
    assert not [m for m in PROPOSAL.moves if "Accepted" in m.sources]
    assert not PROPOSAL.may_edit("Accepted", "items") and PROPOSAL.may_edit("Draft", "items")


def test_a_move_to_an_unknown_state_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="Nowhere"):
        Machine("X", (State("Draft"),), (move("go", "Draft", "Nowhere"),))
