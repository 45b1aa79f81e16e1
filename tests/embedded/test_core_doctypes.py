"""The core DocTypes: sound definitions, and a list of them in the documentation that is true."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYOUT = ("Section Break", "Column Break", "Tab Break")


@cache
def doctypes() -> dict[str, dict]:
    files = (ROOT / "embedded" / "src" / "frappe").glob("*/doctype/*/*.json")
    records = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return {record["name"]: record for record in records}


@cache
def documented() -> dict[str, set[str]]:
    """Fields by DocType as the API list tells them."""
    found = {}
    for line in (ROOT / "embedded" / "API.md").read_text(encoding="utf-8").splitlines():
        cells = line.strip().strip("|").split(" | ")
        name = re.match(r"`([A-Z][A-Za-z ]+)`", cells[0].strip())
        if len(cells) == 2 and name and name.group(1) in doctypes():
            found[name.group(1)] = {part.strip().split(" ")[0] for part in cells[1].split(",")}
    return found


@pytest.mark.parametrize("name", sorted(doctypes()))
def test_the_documentation_lists_its_fields(name):
    fields = {row["fieldname"] for row in doctypes()[name]["fields"] if row["fieldtype"] not in LAYOUT}
    assert documented().get(name) == fields


@pytest.mark.parametrize("name", sorted(doctypes()))
def test_its_definition_is_sound(name):
    record = doctypes()[name]
    names = [row["fieldname"] for row in record["fields"]]
    assert len(names) == len(set(names)) and record["field_order"] == names
    assert bool(record.get("istable")) == (not record["permissions"])
    for key in ("title_field", "image_field"):
        assert not record.get(key) or record[key] in names
    for field in (record.get("search_fields") or "").replace(" ", "").split(","):
        assert not field or field in names
    for row in record["fields"]:
        if row["fieldtype"] in ("Link", "Table"):
            assert row["options"] in doctypes(), row
        if row["fieldtype"] == "Dynamic Link":
            assert row["options"] in names, row


def test_nobody_but_managers_may_write_what_rights_are_made_of():
    for name in ("User", "Role", "Custom DocPerm", "User Permission", "DocShare", "Workflow", "Custom Field"):
        writers = {rule["role"] for rule in doctypes()[name]["permissions"] if rule.get("write") or rule.get("create")}
        assert writers <= {"System Manager", "Administrator"}, name
