"""The DocTypes: ours by name, complete, and pointing only at what exists."""

from typing import Any

import pytest

from tests.architecture.source import APP, core_doctypes, doctypes

NO_VALUE = ("Section Break", "Column Break", "Tab Break", "Button", "HTML", "Fold", "Heading")
ORDERED = ("asc", "desc", "ASC", "DESC")
LINK_FIELDS = ("Link", "Table", "Table MultiSelect")

ours = pytest.mark.parametrize("doc", doctypes().values(), ids=lambda doc: doc["name"])


def test_there_are_doctypes() -> None:
    assert len(doctypes()) > 10


@ours
def test_it_is_ours_by_name_and_module(doc: dict[str, Any]) -> None:
    assert doc["name"].startswith("Connect "), "another app on the same site may use the bare name"
    assert doc["module"] == "CRMConnect"
    assert not doc.get("custom")


@ours
def test_its_folder_and_controller_carry_its_name(doc: dict[str, Any]) -> None:
    name = doc["name"].lower().replace(" ", "_").replace("-", "_")
    folder = APP / "crmconnect" / "doctype" / name
    assert (folder / f"{name}.json").is_file() and (folder / f"{name}.py").is_file()
    assert (folder / "__init__.py").is_file()
    assert f"class {doc['name'].replace(' ', '').replace('-', '')}(" in (folder / f"{name}.py").read_text()


@ours
def test_somebody_may_do_something_with_it(doc: dict[str, Any]) -> None:
    if doc.get("istable"):
        assert not doc.get("permissions"), "rows have their document's permissions"
    else:
        assert doc.get("permissions"), "no permission row: nobody but Administrator could see it"
        assert all(row.get("role") for row in doc["permissions"])


@ours
def test_its_lists_have_an_order_and_its_records_a_title(doc: dict[str, Any]) -> None:
    if doc.get("istable") or doc.get("issingle"):
        return
    assert doc.get("sort_field"), "a list without an order differs from host to host"
    assert doc.get("sort_order") in ORDERED
    names = {field["fieldname"] for field in doc["fields"]}
    named_by_people = str(doc.get("autoname", "")).startswith(("field:", "prompt"))
    assert doc.get("title_field") in names or named_by_people, "what do people call a record of it?"


@ours
def test_every_field_has_a_name_and_a_label(doc: dict[str, Any]) -> None:
    names = [field["fieldname"] for field in doc["fields"]]
    assert len(names) == len(set(names)), "a field name stands twice"
    bare = [f["fieldname"] for f in doc["fields"] if f["fieldtype"] not in NO_VALUE and not f.get("label")]
    assert not bare, f"without label: {bare}"
    if order := doc.get("field_order"):
        assert sorted(order) == sorted(names)


@ours
def test_its_links_lead_somewhere(doc: dict[str, Any]) -> None:
    known = {**core_doctypes(), **doctypes()}
    names = {field["fieldname"] for field in doc["fields"]}
    wrong = []
    for field in doc["fields"]:
        target = field.get("options")
        if field["fieldtype"] in LINK_FIELDS and target not in known:
            wrong.append(f"{field['fieldname']} → {target}")
        elif field["fieldtype"] in ("Table", "Table MultiSelect") and not known[target].get("istable"):
            wrong.append(f"{field['fieldname']}: {target} is no child table")
        elif field["fieldtype"] == "Dynamic Link" and target not in names:
            wrong.append(f"{field['fieldname']} follows the field {target}, which is not there")
    assert not wrong, wrong


@ours
def test_what_it_fetches_exists(doc: dict[str, Any]) -> None:
    known = {**core_doctypes(), **doctypes()}
    links = {f["fieldname"]: f.get("options") for f in doc["fields"] if f["fieldtype"] == "Link"}
    wrong = []
    for field in doc["fields"]:
        if source := field.get("fetch_from"):
            link, _, fetched = source.partition(".")
            target = known.get(links.get(link) or "")
            if target is None or fetched not in {f["fieldname"] for f in target["fields"]} | {"name"}:
                wrong.append(f"{field['fieldname']} ← {source}")
    assert not wrong, wrong


@ours
def test_its_state_is_a_label_and_a_number_that_only_the_system_sets(doc: dict[str, Any]) -> None:
    fields = {field["fieldname"]: field for field in doc["fields"]}
    if "status_code" in fields:
        assert fields["status_code"].get("read_only")
        assert "status" in fields
        assert fields["status"].get("no_copy"), "a copy starts at the beginning"
