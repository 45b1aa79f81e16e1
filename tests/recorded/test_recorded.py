"""The app answers here what it answered on a genuine Frappe.

`make record BENCH=… SITE=… URL=…` runs the cases there and writes `answers.json`; every other run compares with it.
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.recorded.cases import CASES
from tests.support.factories import Make, unique
from tests.support.http import Answer, Http

RECORDED = Path(__file__).parent / "answers.json"
# What differs from run to run, in the order in which it is looked for.
VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<date>"),
    (re.compile(r"\b[A-Z]{2,4}-\d+\b"), "<number>"),
    (re.compile(r"\bRO\d{6,10}\b"), "<vat number>"),
    (re.compile(r"/p/[\w-]{20,}"), "/p/<token>"),
    (re.compile(r"https?://[\w.:-]+"), "<host>"),
    (re.compile(r"^[a-z0-9]{10}$|\b(?=\w*\d)[a-z0-9]{10}\b"), "<hash>"),
)
DROPPED = {"__frappe_exc_id", "exc", "exception", "_exc_source", "owner", "modified_by"}


def play(http: Http, make: Make) -> dict[str, Any]:
    """Run every case in order; answers status and scrubbed body by the case's name."""
    agent = make.user("Connect Sales Agent", full_name="Ana Rusu")
    callers = {"guest": http, "agent": http.token(agent)}
    api, names, answers = http.token("Administrator"), {"unique": unique(), "agent": agent}, {}
    for case, verb, path, body in CASES:
        caller = callers.get(case.partition(":")[0], api)
        path, body = _filled(path, names), _filled(body, names)
        sent = {"params": body} if verb == "GET" else {"data": body}
        answer = caller.request(verb, quote(path), **sent)
        answers[case] = {"status": answer.status, "body": scrub(_body(answer), names)}
        document = None if answers[case]["body"] == "<page>" else answer.data
        if isinstance(document, dict) and document.get("name"):
            names[case] = document["name"]
    return answers


def _filled(value: Any, names: dict[str, str]) -> Any:
    text = json.dumps(value)
    for key, name in names.items():
        text = text.replace("{" + key + "}", json.dumps(name)[1:-1])
    return json.loads(text)


def _body(answer: Answer) -> Any:
    if "json" not in answer.headers.get("Content-Type", ""):
        return "<page>"
    content = answer.json
    if isinstance(content, dict) and "_server_messages" in content:
        messages = json.loads(content["_server_messages"])
        content["_server_messages"] = [json.loads(message) for message in messages]
    return content


def scrub(value: Any, names: dict[str, str]) -> Any:
    """The value without what differs from run to run."""
    if isinstance(value, dict):
        return {key: scrub(item, names) for key, item in sorted(value.items()) if key not in DROPPED}
    if isinstance(value, list):
        return [scrub(item, names) for item in value]
    if isinstance(value, str):
        for key, name in names.items():
            value = value.replace(name, f"<{key}>")
        for pattern, mark in VOLATILE:
            value = pattern.sub(mark, value)
    return value


def differences(want: Any, got: Any, where: str) -> list[str]:
    """Every place where an answer is not as it was recorded."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [
            problem
            for key in sorted(want.keys() | got.keys())
            for problem in differences(want.get(key, "(absent)"), got.get(key, "(absent)"), f"{where}: {key}")
        ]
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        pairs = enumerate(zip(want, got, strict=True))
        return [problem for row, (a, b) in pairs for problem in differences(a, b, f"{where}[{row}]")]
    return [] if want == got else [f"{where}: wanted {want!r}, got {got!r}"]


def test_the_app_answers_as_on_a_genuine_frappe(http: Http, make: Make, request: pytest.FixtureRequest) -> None:
    answers = play(http, make)
    if request.config.getoption("--record"):
        RECORDED.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    if not RECORDED.exists():
        pytest.skip("nothing recorded yet: make record BENCH=/path/to/bench SITE=name URL=http://…")
    expected = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert not [problem for case in expected for problem in differences(expected[case], answers[case], case)]


def test_two_runs_on_this_host_are_the_same(http: Http, make: Make) -> None:
    """What a recording holds is what the app does, not when or as which number it did it."""
    first, second = play(http, make), play(http, make)
    assert first == second
    assert {case: answer["status"] for case, answer in first.items() if answer["status"] >= 500} == {}
