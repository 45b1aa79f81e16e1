"""Values and errors of Python expressions, as recorded from a genuine server.

Cases of one `sequence` belong together and run in order in one transaction; the others stand alone. What is left out
stands in LEFT_OUT with its reason.
"""

import datetime
import importlib.util
import itertools
import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "contract"
PRESENT = (VECTORS / "python_vectors.json").exists()
RECORD = json.loads((VECTORS / "python_vectors.json").read_text()) if PRESENT else {"cases": [], "helpers": ""}

pytestmark = pytest.mark.skipif(not PRESENT, reason="the recorded vectors do not stand beside the clone")

TODAY = "answers today's date, which was another day when it was recorded"
LEFT_OUT: dict[str, str] = {
    "py-0164": TODAY,
    "py-0412": "markdownify has changed its line breaks since it was recorded",
    "py-0746": "the genuine server answers a distinct list in an order of its own; ours keeps the order asked for",
    "py-0963": "a name that is too long is refused before the database is asked, by CharacterLengthExceededError",
}


# Functions of Frappe that no app of ours calls; what calls one of them is not compared.
NOT_SERVED = frozenset(
    """add_years ceil comma_and comma_or compare days_diff duration_to_seconds evaluate_filters filter_strip_join floor
    get_abbr get_date_str get_datetime_str get_precision get_string_between get_url_to_list get_user_default get_value
    get_weekday global_date_format guess_date_format has_common in_words is_last_day_of_the_month money_in_words
    month_diff new_line_sep remainder
    safe_div time_diff time_diff_in_seconds to_timedelta unique""".split()
)
CALLED = re.compile(r"\b(?:u|frappe)\.(?:data\.|defaults\.)?(\w+)\(")
OTHERS = re.compile(r"frappe\.qb\.get_query|\bExtract\b|Vec Name Auto|Vec Name Uuid")  # naming by counter and by UUID


def left_out(case: dict, host: str) -> str | None:
    """Why a case is not compared, if it is not."""
    if host == "bench":
        return LEFT_OUT.get(case["id"]) if LEFT_OUT.get(case["id"]) == TODAY else None
    if "mariadb" in case.get("tags", []) and host != "mariadb":
        return "depends on MariaDB"
    if unserved := NOT_SERVED & set(CALLED.findall(case["expr"])):
        return f"not served: {', '.join(sorted(unserved))}"
    if unserved := OTHERS.search(case["expr"]):
        return f"not served: {unserved[0]}"
    return LEFT_OUT.get(case["id"])


def groups() -> list[Any]:
    """One parameter per lone case and per sequence."""
    cases = sorted(RECORD["cases"], key=lambda case: case["seq"])
    found = []
    for sequence, members in itertools.groupby(cases, key=lambda case: case.get("sequence")):
        members = list(members)
        if sequence is None:
            found += [pytest.param([case], id=f"{case['id']} {case['expr'][:50]}") for case in members]
        else:
            found.append(pytest.param(members, id=f"sequence {sequence}"))
    return found


@pytest.fixture(scope="module")
def encoded() -> Any:
    spec = importlib.util.spec_from_file_location("vecenc", VECTORS / "tools" / "vecenc.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda value: json.loads(json.dumps(module.enc(value)))


@pytest.fixture
def names(vec_site: Any) -> Any:
    """The namespace of the expressions, as Administrator, undone afterwards."""
    import frappe

    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.clear_messages()
    namespace: dict[str, Any] = {}
    exec(RECORD["helpers"], namespace)
    yield namespace
    frappe.db.rollback()
    frappe.set_user("Administrator")


def evaluate(case: dict, names: dict) -> Any:
    if "now" not in case:
        return eval(case["expr"], names)
    moment = datetime.datetime.fromisoformat(case["now"])
    with patch("frappe.utils.data.now_datetime", lambda: moment), patch("frappe.utils.now_datetime", lambda: moment):
        return eval(case["expr"], names)


def difference(case: dict, names: dict, encoded: Any) -> str | None:
    """What is not as it was recorded."""
    expected = case.get("error") or f"{json.dumps(case['result'], sort_keys=True)} ({case['type']})"
    try:
        value = evaluate(case, names)
        got = f"{json.dumps(encoded(value), sort_keys=True)} ({type(value).__name__})"
    except Exception as error:
        got = type(error).__name__
    return None if got == expected else f"{case['id']} {case['expr']}: wanted {expected}, got {got}"


@pytest.mark.parametrize("cases", groups())
def test_expressions_answer_as_recorded(cases: list[dict], names: dict, encoded: Any, host: Any) -> None:
    reasons = [left_out(case, host.name) for case in cases]
    if all(reasons):
        pytest.skip(reasons[0])
    wrong = []
    for case, reason in zip(cases, reasons, strict=True):
        problem = difference(case, names, encoded)
        if problem and not reason:
            wrong.append(problem)
    assert not wrong, "\n".join(wrong)


def test_what_is_left_out_is_among_the_cases() -> None:
    assert LEFT_OUT.keys() <= {case["id"] for case in RECORD["cases"]}


@pytest.mark.only_embedded(reason="is about what the runtime leaves out")
def test_what_is_not_served_is_not_half_there() -> None:
    import frappe.utils

    assert not [name for name in NOT_SERVED - {"compare"} if callable(getattr(frappe.utils.data, name, None))]
