"""Who may import whom."""

import re

from tests.architecture.source import Module, modules

# Rules are plain functions on plain values; these core modules are too.
PURE = re.compile(r"(^|/)rules(/.*)?\.py$|^core/(machine|money)\.py$|^demo/mailbox\.py$")
# What talks to the host: services, actions and the calls from outside, core, wiring, set-up, pages.
HOST = re.compile(
    r"(^|/)(service|services|actions|api|events|jobs|pages|scope|mail|printing)\.py$"
    r"|^(core|api|install|patches|outbox|www|demo|portal)/"
    r"|^crmconnect/(doctype|report)/"
    r"|^[a-z_]+/services/"
)
AREAS = ("parties", "leads", "sales", "invoicing", "payments", "purchasing", "warehouse", "shipping", "efactura")


def test_rules_know_nothing_of_the_host() -> None:
    offenders = [m.name for m in modules() if PURE.search(m.name) and m.imports_frappe]
    assert not offenders, f"rules must be plain functions on plain values: {offenders}"


def test_rules_are_there_to_be_checked() -> None:
    assert any(PURE.search(m.name) for m in modules())


def test_only_the_layers_that_talk_to_the_host_import_it() -> None:
    offenders = [m.name for m in modules() if m.imports_frappe and not HOST.search(m.name) and not PURE.search(m.name)]
    assert not offenders, f"these import frappe but are no service, action, api, controller, core …: {offenders}"


def test_the_wiring_imports_nothing() -> None:
    hooks = next(m for m in modules() if m.name == "hooks.py")
    assert not hooks.imports_frappe, "a host reads hooks.py before it is connected"


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
