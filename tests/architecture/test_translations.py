"""Every text that a user reads is there in Romanian, says the same blanks, and no row is left over.

Read from the source: what is given to `_()`, the labels and reasons of actions, the DocTypes' own texts, roles, states
and the statuses of a new site. What an administrator edits (e-mails, print formats) and what templates say in whole
sentences (`connect_t`) is bilingual by itself.
"""

import ast
import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.architecture.source import APP, Module, doctypes, modules

BLANK = re.compile(r"\{\w*\}")
#: Options that are codes (S, AE, FIFO) are the same in every language.
CODE = re.compile(r"[A-Z]{1,4}")
#: Lists whose records are ours and in English; an administrator's own records are in his language.
SEEDED_IN_ENGLISH = ("Connect Lead Status", "Connect Opportunity Status", "Connect Contract Status")
Row = tuple[str, str, str]


def rows(language: str) -> list[Row]:
    """(source, translation, context) of each line of a catalogue."""
    text = (APP / "translations" / f"{language}.csv").read_text(encoding="utf-8")
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in csv.reader(text.splitlines())]


@cache
def texts() -> dict[str, str]:
    """Every text of the app in English, with a place where it stands."""
    found: dict[str, str] = {}
    for text, where in (*_from_python(), *_from_doctypes(), *_from_records(), *_from_pages(), *_from_desk()):
        if text:
            found.setdefault(text, where)
    return found


def _from_python() -> Iterator[tuple[str, str]]:
    constants = _constants()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                for value in _said_by(node):
                    yield _text_of(value, constants), module.at(node)
            elif isinstance(node, ast.Return) and module.path.name == "rules.py":
                yield from ((text, module.at(node)) for text in _sentences(node))
    start = next(m for m in modules() if m.name == "portal/start.py")
    yield from ((label, start.at(node)) for label, node in _labels_of_steps(start))


def _said_by(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that users read."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in ("_", "_lt", "action") and call.args:
        yield call.args[0]
    if name == "Argument":
        yield call.args[1]
    if name == "action":
        yield from (k.value for k in call.keywords if k.arg in ("why_not", "confirm", "group"))


def _text_of(value: ast.expr, constants: dict[str, str]) -> str:
    """A literal, or the constant of ours that is named; other expressions translate what is found elsewhere."""
    if isinstance(value, ast.Constant):
        return str(value.value)
    return constants.get(getattr(value, "id", getattr(value, "attr", "")), "")


def _constants() -> dict[str, str]:
    return {
        target.id: node.value.value
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _sentences(node: ast.Return) -> Iterator[str]:
    """Rules know no frappe: the reason they return is translated by whoever asked."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
            yield part.value


def _labels_of_steps(module: Module) -> Iterator[tuple[str, ast.AST]]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "STEPS":
            for step in ast.literal_eval(node.value):
                yield step[1], node


def _from_doctypes() -> Iterator[tuple[str, str]]:
    for name, doc in doctypes().items():
        yield name, name
        yield doc.get("description") or "", name
        yield from ((row["role"], name) for row in doc.get("permissions", []) if row["role"].startswith("Connect "))
        for field in doc["fields"]:
            yield from ((text, f"{name}.{field['fieldname']}") for text in _field_texts(field))


def _field_texts(field: dict[str, Any]) -> Iterator[str]:
    yield field.get("label") or ""
    yield field.get("description") or ""
    if field["fieldtype"] == "Select":
        yield from (o for o in (field.get("options") or "").split("\n") if not CODE.fullmatch(o))


def _from_records() -> Iterator[tuple[str, str]]:
    for name in ("role", "workflow_state", "workflow_action_master"):
        for record in json.loads((APP / "fixtures" / f"{name}.json").read_text(encoding="utf-8")):
            yield record["name"], f"fixtures/{name}.json"
    from crmconnect.install.records import RECORDS

    yield from ((name, "install/records.py") for doctype, name, _values in RECORDS if doctype in SEEDED_IN_ENGLISH)


def _from_pages() -> Iterator[tuple[str, str]]:
    for path in sorted(APP.rglob("*.html")):
        for text in re.findall(r"""(?<![\w.])_\(\s*["'](.+?)["']\s*[,)]""", path.read_text(encoding="utf-8")):
            yield text, path.relative_to(APP).as_posix()


def _from_desk() -> Iterator[tuple[str, str]]:
    """Client scripts, and the labels of the workspace with its cards, charts and shortcuts."""
    for path in sorted(p for folder in ("public/js", "crmconnect/doctype") for p in (APP / folder).rglob("*.js")):
        for text in re.findall(r"""__\(\s*["'](.+?)["']\s*[,)]""", path.read_text(encoding="utf-8")):
            yield text, path.relative_to(APP).as_posix()
    for path in sorted(APP.glob("crmconnect/workspace/*/*.json")):
        workspace = json.loads(path.read_text(encoding="utf-8"))
        for row in (row for k in ("shortcuts", "links", "charts", "number_cards") for row in workspace[k]):
            yield from ((row[key], path.name) for key in ("label", "format") if row.get(key))
        for block in json.loads(workspace["content"]):
            yield re.sub(r"<[^>]+>", "", block["data"].get("text", "")), path.name


def test_every_text_is_there_in_romanian() -> None:
    known = {source for source, _translation, context in rows("ro") if not context}
    missing = {text: where for text, where in texts().items() if text not in known}
    assert not missing, f"not in translations/ro.csv: {missing}"


@pytest.mark.parametrize("language", ["ro", "en"])
def test_no_row_is_left_over(language: str) -> None:
    unused = [source for source, _translation, _context in rows(language) if source not in texts()]
    assert not unused, f"no longer said by the app: {unused}"


@pytest.mark.parametrize("language", ["ro", "en"])
def test_no_row_stands_twice(language: str) -> None:
    keys = [(source, context) for source, _translation, context in rows(language)]
    assert not [key for key in set(keys) if keys.count(key) > 1]


@pytest.mark.parametrize("language", ["ro", "en"])
def test_the_blanks_are_the_same(language: str) -> None:
    wrong = [
        (source, translation)
        for source, translation, _context in rows(language)
        if sorted(BLANK.findall(source)) != sorted(BLANK.findall(translation))
    ]
    assert not wrong


def test_a_row_with_a_context_names_a_label_of_that_doctype() -> None:
    wrong = []
    for source, _translation, context in rows("ro"):
        labels = {field.get("label") for field in doctypes().get(context, {}).get("fields", [])}
        if context and source not in labels:
            wrong.append((source, context))
    assert not wrong


def test_romanian_is_written_with_its_own_letters_and_not_left_in_english() -> None:
    cedillas = [text for _source, text, _context in rows("ro") if set(text) & set("şţŞŢ")]
    assert not cedillas, "s and t with a cedilla are Turkish; Romanian has a comma below"
    empty = [source for source, text, _context in rows("ro") if not text.strip()]
    assert not empty


def test_doctypes_are_called_in_english_as_people_call_them() -> None:
    shown = {source: text for source, text, _context in rows("en")}
    assert sorted(shown) == sorted(doctypes()), "translations/en.csv names each DocType, and only those"
    assert not [text for text in shown.values() if text.startswith("Connect ")]
