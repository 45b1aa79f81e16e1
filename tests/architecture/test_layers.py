"""Who may import whom."""

import re

from tests.architecture.source import Module, modules

# Rules are plain functions on plain values; these core modules are too.
PURE = re.compile(r"(^|/)(rules(/.*)?|machines?)\.py$|^core/(machine|money)\.py$|^demo/mailbox\.py$")
# Modules of the app's root that a host reads before it is connected.
UNCONNECTED = ("__init__.py", "hooks.py")
AREAS = ("parties", "leads", "sales", "invoicing", "payments", "purchasing", "warehouse", "shipping", "efactura")


def test_rules_know_nothing_of_the_host() -> None:
    offenders = [m.name for m in modules() if PURE.search(m.name) and m.imports_frappe]
    assert not offenders, f"rules must be plain functions on plain values: {offenders}"


def test_rules_are_there_to_be_checked() -> None:
    assert any(PURE.search(m.name) for m in modules())


def test_what_a_host_reads_before_it_is_connected_imports_nothing_of_it() -> None:
    assert not [m.name for m in modules() if m.name in UNCONNECTED and m.imports_frappe]


def test_every_area_keeps_its_rules_apart() -> None:
    """Wherever an area's services talk to the host, its arithmetic and decisions stand in rules or in a machine."""
    speaking = {m.name.split("/")[0] for m in modules() if _own_area(m) and m.imports_frappe}
    thinking = {m.name.split("/")[0] for m in modules() if PURE.search(m.name)}
    assert not speaking - thinking - {"parties"}, "parties are records: their checks are in core and python-stdnum"


def test_core_does_not_know_the_areas() -> None:
    offenders = [
        f"{m.at(node)} imports {name}"
        for m in modules()
        if m.name.startswith("core/")
        for name, node in m.imports()
        if _area(name)
    ]
    assert not offenders, offenders


def test_no_area_calls_another_areas_service_to_react_to_it() -> None:
    """Reactions are wired in hooks.py; an area may build on what precedes it in the flow, never backwards."""
    offenders = [
        f"{m.at(node)} imports {name}"
        for m in modules()
        for name, node in m.imports()
        if (target := _area(name)) and (own := _own_area(m)) and AREAS.index(target) > AREAS.index(own)
        if not m.allowed(node)
    ]
    assert not offenders, offenders


def _area(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "crmconnect" and parts[1] in AREAS else ""


def _own_area(module: Module) -> str:
    first = module.name.split("/")[0]
    return first if first in AREAS else ""
