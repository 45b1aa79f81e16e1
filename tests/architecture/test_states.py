"""The state machines agree with the DocTypes that carry them and with the numbers that integrators rely on."""

import importlib
from functools import cache

import pytest

from crmconnect.core.machine import Machine
from tests.architecture.source import doctypes, modules

CODES = {
    "Connect Proposal": {
        "Draft": 6, "Sent": 4, "Reviewed": 1, "Sent manually": 7, "Accepted": 3, "Rejected": 2, "Revised": 5,
    },
    "Connect Sales Order": {"Draft": 1, "Sent": 2, "Declined": 3, "Accepted": 4, "Expired": 5},
    "Connect Invoice": {"Draft": 6, "Unpaid": 1, "Partially Paid": 3, "Paid": 2, "Overdue": 4, "Cancelled": 5},
}  # fmt: skip


@cache
def machines() -> dict[str, Machine]:
    """Every machine declared in a module of the app that is plain data."""
    found = {}
    for module in modules():
        if not module.imports_frappe and "Machine" in module.text:
            for value in vars(importlib.import_module(module.dotted)).values():
                if isinstance(value, Machine):
                    found[value.doctype] = value
    return found


def test_the_documents_with_codes_have_a_machine() -> None:
    assert set(CODES) <= set(machines())


@pytest.mark.parametrize("doctype", CODES)
def test_the_numbers_of_the_states_are_those_promised(doctype: str) -> None:
    assert {state.label: state.code for state in machines()[doctype].states} == CODES[doctype]


def test_the_options_of_a_status_field_are_the_machines_states() -> None:
    for doctype, machine in machines().items():
        field = next(f for f in doctypes()[doctype]["fields"] if f["fieldname"] == "status")
        if field["fieldtype"] == "Select":
            assert [o for o in field["options"].split("\n") if o] == [s.label for s in machine.states], doctype
        assert field.get("default") in (None, "", machine.initial.label), doctype


def test_every_state_can_be_reached() -> None:
    for doctype, machine in machines().items():
        targets = {move.target for move in machine.moves} | {machine.initial.label}
        assert targets == {state.label for state in machine.states}, doctype


def test_the_fields_open_in_a_state_exist() -> None:
    for doctype, machine in machines().items():
        fields = {field["fieldname"] for field in doctypes()[doctype]["fields"]} | {"*"}
        for state in machine.states:
            assert state.editable <= fields, f"{doctype} {state.label}: {sorted(state.editable - fields)}"
