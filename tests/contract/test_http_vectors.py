"""Every recorded HTTP case of a genuine server, replayed in order against the runtime."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import frappe
import frappe.app
import pytest

from tests.contract.http_replay import VECTORS, Replayer, load
from tests.support.hosts import Host

FILES = ("http_v1.json", "http_v2.json")
DIFFERENCES = Path(__file__).resolve().parents[2] / "docs" / "embedded" / "differences.md"
PRESENT = (VECTORS / FILES[0]).exists()

pytestmark = pytest.mark.skipif(not PRESENT, reason="the recorded vectors do not stand beside the clone")


def documented() -> dict[str, str]:
    """Case id → why it may differ, from the tables of the page."""
    found = {}
    for line in DIFFERENCES.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 2:
            found.update(dict.fromkeys(re.findall(r"\bv[12]-\d{3}\b", cells[0]), cells[1]))
    return found


def fill_like_the_recorder(site: Any) -> None:
    """A Time field without a value takes the clock of the insert; this is the recorder's."""
    site.connect()
    frappe.db.set_value("Vec Types", "T2", "f_time", "04:44:00.162230", update_modified=False)
    frappe.db.commit()
    frappe.destroy()


FILE_THERE = "a file of that name was there when it was recorded"
ON_BENCH = {
    "v1-245": "the page that answers it depends on the server's configuration",
    "v2-245": "the page that answers it depends on the server's configuration",
    "v1-690": FILE_THERE,
    "v2-685": FILE_THERE,
    "v1-070": "its rows come in an order of their own",
    "v2-070": "its rows come in an order of their own",
    "v2-506": "the first of several links is found in an order of its own",
}

CASES = {name: load(name) for name in FILES} if PRESENT else {}
ALLOWED = documented()
_results: dict[str, dict[str, list[str]]] = {}


def results_of(name: str, factory: Any, url: str | None = None) -> dict[str, list[str]]:
    """Differences by case id; the file is replayed once, whole and in order, on a fresh site."""
    if name not in _results:
        with ThreadPoolExecutor(1) as apart:  # whatever this thread is connected to stays so
            _results[name] = apart.submit(replay, name, factory.copy, url).result()
    return _results[name]


def replay(name: str, copy: Callable[[], Any], url: str | None) -> dict[str, list[str]]:
    site = copy()
    fill_like_the_recorder(site)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frappe.app, "_sites_path", str(site.sites))
        replayer = Replayer(frappe.app.application, site.site, url)
        return {case["id"]: diff for case, diff in replayer.run(CASES[name])}


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{case['id']} {case['title']}") for name in CASES for case in CASES[name]],
)
def test_answers_as_recorded(name: str, case: dict, vec_factory, host: Host) -> None:
    differences = results_of(name, vec_factory, host.url)[case["id"]]
    allowed = ON_BENCH if host.name == "bench" else ALLOWED
    if case["id"] in allowed:
        pytest.skip(f"differs on purpose: {allowed[case['id']]}")
    assert not differences, json.dumps(differences[:6], ensure_ascii=False, indent=1)


@pytest.mark.only_embedded(reason="the page is about the runtime")
@pytest.mark.parametrize("name", FILES)
def test_the_page_of_differences_lists_exactly_the_cases_that_differ(name: str, vec_factory) -> None:
    differing = {case for case, diff in results_of(name, vec_factory).items() if diff}
    listed = {case for case in ALLOWED if case.startswith(name[5:7])}
    assert listed == differing


def test_only_holes_quirks_and_calls_not_served_differ() -> None:
    cases = {case["id"]: case for name in CASES for case in CASES[name]}
    for case_id, reason in ALLOWED.items():
        tags = set(cases[case_id].get("tags") or [])
        assert tags & {"hole", "quirk", "mariadb"} or reason.startswith(("follows from", "not served")), case_id
