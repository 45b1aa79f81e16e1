"""The order of events of every operation on a document, as recorded from a genuine server."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "contract"
PRESENT = (VECTORS / "lifecycle.json").exists()
RECORD = json.loads((VECTORS / "lifecycle.json").read_text()) if PRESENT else {"cases": [], "helpers": ""}

pytestmark = pytest.mark.skipif(not PRESENT, reason="the recorded vectors do not stand beside the clone")


def encoded(value: Any) -> Any:
    """A value as the vectors write it."""
    spec = importlib.util.spec_from_file_location("vecenc", VECTORS / "tools" / "vecenc.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return json.loads(json.dumps(module.enc(value)))


def start(case: dict) -> dict[str, Any]:
    import frappe

    frappe.db.rollback()
    frappe.clear_cache()
    frappe.set_user("Administrator")
    frappe.clear_messages()
    frappe.flags.vec_trace = None
    names: dict[str, Any] = {"frappe": frappe}
    exec(RECORD["helpers"], names)
    exec(case["setup"], names)
    return names


def run(case: dict, names: dict[str, Any]) -> tuple[list[str], str | None]:
    import frappe

    frappe.flags.vec_trace = []
    error = None
    try:
        exec(case["run"], names)
    except Exception as raised:
        error = type(raised).__name__
    events, frappe.flags.vec_trace = list(frappe.flags.vec_trace), None
    return events, error


def after(case: dict, names: dict[str, Any]) -> Any:
    try:
        return encoded(eval(case["after"]["expr"], names))
    except Exception as raised:
        return {"error": type(raised).__name__}


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['id']} {c['title']}") for c in RECORD["cases"]])
def test_events_come_in_the_recorded_order(case: dict, vec_site: Any) -> None:
    names = start(case)
    events, error = run(case, names)
    assert error == (case["error"] or {}).get("class")
    assert events == case["events"]
    if "after" in case:
        assert after(case, names) == case["after"]["result"]


@pytest.fixture(autouse=True)
def leave_nothing_behind() -> Any:
    import frappe

    yield
    if frappe.db:
        frappe.set_user("Administrator")
        frappe.db.rollback()
        frappe.flags.vec_trace = None
