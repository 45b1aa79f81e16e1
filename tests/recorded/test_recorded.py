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
from tests.support.factories import unique
from tests.support.http import Answer, Http

RECORDED = Path(__file__).parent / "answers.json"
# What differs from run to run, in the order in which it is looked for.
VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<date>"),
    (re.compile(r"\b[A-Z]{2,4}-\d+\b"), "<number>"),
    (re.compile(r"/p/[\w-]{20,}"), "/p/<token>"),
    (re.compile(r"https?://[\w.:-]+"), "<host>"),
    (re.compile(r"\b(?=\w*\d)[a-z0-9]{10}\b"), "<hash>"),
)
DROPPED = {"__frappe_exc_id", "exc", "exception", "_exc_source", "owner", "modified_by"}


def play(http: Http) -> dict[str, Any]:
    """Run every case in order; answers status and scrubbed body by the case's name."""
    api, names, answers = http.token("Administrator"), {"unique": unique()}, {}
    for case, verb, path, body in CASES:
        path, body = _filled(path, names), _filled(body, names)
        answer = api.request(verb, quote(path), data=body)
        answers[case] = {"status": answer.status, "body": scrub(_body(answer), names)}
        if isinstance(answer.data, dict) and answer.data.get("name"):
            names[case] = answer.data["name"]
    return answers


def _filled(value: Any, names: dict[str, str]) -> Any:
    text = json.dumps(value)
    for key, name in names.items():
        text = text.replace("{" + key + "}", json.dumps(name)[1:-1])
    return json.loads(text)


def _body(answer: Answer) -> Any:
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


def test_the_app_answers_as_on_a_genuine_frappe(http: Http, request: pytest.FixtureRequest) -> None:
    answers = play(http)
    if request.config.getoption("--record"):
        RECORDED.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    if not RECORDED.exists():
        pytest.skip("nothing recorded yet: make record BENCH=/path/to/bench SITE=name URL=http://…")
    expected = json.loads(RECORDED.read_text(encoding="utf-8"))
    for case in expected:
        assert answers[case] == expected[case], case


def test_two_runs_on_this_host_are_the_same(http: Http) -> None:
    """What a recording holds is what the app does, not when or as which number it did it."""
    first, second = play(http), play(http)
    assert first == second
    assert {case: answer["status"] for case, answer in first.items() if answer["status"] >= 500} == {}
