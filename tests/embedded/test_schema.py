"""Tables follow their DocTypes: made, widened and indexed, never narrowed, alike on SQLite and MariaDB."""

import time
from typing import Any

import frappe
import pytest
from frappe.database import schema
from frappe.database.schema import Column, Table

from tests.embedded.db_site import db, db_site  # noqa: F401


def field(fieldname: str, fieldtype: str = "Data", **more: Any) -> frappe._dict:
    return frappe._dict(fieldname=fieldname, fieldtype=fieldtype, **more)


def doctype(name: str, *fields: frappe._dict, **more: Any) -> frappe._dict:
    """Metadata as `sync_doctype` reads it."""
    return frappe._dict({"name": name, "fields": list(fields), "sort_field": "creation", "sort_order": "desc", **more})


@pytest.fixture
def fresh(db):
    """Names of tables that the test makes; dropped at the end."""
    names = ["Sch Thing", "Sch Row"]
    yield db
    db.rollback()
    for name in names:
        db.sql_ddl(f"drop table if exists `tab{name}`")
    db.commit()


def columns(name: str = "Sch Thing") -> dict[str, frappe._dict]:
    return {c.name: c for c in frappe.db.get_table_columns_description(f"tab{name}")}


def indexes(name: str = "Sch Thing") -> set[tuple]:
    return {(tuple(i.columns), i.unique) for i in frappe.db.get_indexes(f"tab{name}")}


def test_every_field_type_has_its_column_and_those_without_value_have_none(fresh):
    from frappe.model import data_fieldtypes, no_value_fields

    kinds = [*data_fieldtypes, *no_value_fields]
    fields = [field(f"f{number}", kind) for number, kind in enumerate(kinds)]
    schema.sync_doctype(doctype("Sch Thing", *fields))
    present = set(fresh.get_table_columns("Sch Thing"))
    assert {kinds[int(name[1:])] for name in present if name[0] == "f"} == set(data_fieldtypes)
    assert present >= {"name", "creation", "modified", "modified_by", "owner", "docstatus", "idx", "_assign"}


def test_defaults_and_emptiness(fresh):
    schema.sync_doctype(
        doctype(
            "Sch Thing",
            field("number", "Int", default="7"),
            field("flag", "Check", default="1"),
            field("price", "Currency"),
            field("text", default="it's \\ x"),
            field("day", "Date", default="Today"),
            field("who", "Link", default="__user"),
            field("stars", "Rating"),
        )
    )
    fresh.sql("insert into `tabSch Thing` (name) values ('a')")
    row = fresh.get_value("Sch Thing", "a", ["number", "flag", "price", "text", "day", "who", "stars"])
    assert row == (7, 1, 0.0, "it's \\ x", None, None, 0.0)


def test_unique_fields_and_search_indexes(fresh):
    meta = doctype("Sch Thing", field("code", unique=1), field("kind", search_index=1), field("text", "Text", unique=1))
    schema.sync_doctype(meta)
    assert indexes() >= {(("code",), True), (("kind",), False), (("creation",), False), (("modified",), False)}
    assert (("text",), True) not in indexes()
    meta.fields[0].unique = 0
    schema.sync_doctype(meta)
    assert (("code",), True) not in indexes()
    meta.fields[1].update(unique=1, search_index=0)
    schema.sync_doctype(meta)
    assert (("kind",), True) in indexes()


def test_making_a_field_unique_names_it_when_values_repeat(fresh):
    meta = doctype("Sch Thing", field("code"))
    schema.sync_doctype(meta)
    fresh.bulk_insert("Sch Thing", ["name", "code"], [("a", "X"), ("b", "x")])
    meta.fields[0].unique = 1
    with pytest.raises(frappe.ValidationError, match="code"):
        schema.sync_doctype(meta)


def test_child_tables_have_parent_columns_and_their_index(fresh):
    schema.sync_doctype(doctype("Sch Row", field("item"), istable=1))
    assert {"parent", "parenttype", "parentfield"} <= set(columns("Sch Row"))
    assert "_assign" not in columns("Sch Row")
    assert (("parent",), False) in indexes("Sch Row")


def test_changes_add_and_widen_and_keep_what_is_there(fresh):
    meta = doctype(
        "Sch Thing", field("short", length=10), field("number", "Int"), field("old"), field("code", unique=1)
    )
    schema.sync_doctype(meta)
    fresh.sql("insert into `tabSch Thing` (name, short, number, old, code) values ('a', 'x', 5, 'kept', 'C')")
    fresh.commit()
    fresh.add_index("Sch Thing", ["short", "number"])
    meta.fields = [
        field("short", length=200),
        field("number", "Int", length=20),
        field("code", unique=1),
        field("new", "Int", default="3"),
    ]
    schema.sync_doctype(meta)
    long = "y" * 200
    fresh.sql("update `tabSch Thing` set short=%s, number=%s", (long, 2**40))
    assert fresh.get_value("Sch Thing", "a", ["short", "number", "old", "new"]) == (long, 2**40, "kept", 3)
    assert indexes() >= {(("short", "number"), False), (("code",), True), (("creation",), False)}
    meta.fields[0].length = 20
    schema.sync_doctype(meta)
    assert fresh.get_value("Sch Thing", "a", "short") == long, "a column is never narrowed"


def test_text_becomes_longer_text(fresh):
    meta = doctype("Sch Thing", field("note"))
    schema.sync_doctype(meta)
    meta.fields = [field("note", "Small Text")]
    schema.sync_doctype(meta)
    fresh.sql("insert into `tabSch Thing` (name, note) values ('a', %s)", "x" * 500)
    meta.fields = [field("note", "Long Text")]
    schema.sync_doctype(meta)
    assert len(fresh.get_value("Sch Thing", "a", "note")) == 500


def test_a_second_sync_changes_nothing(fresh):
    meta = doctype("Sch Thing", field("a", unique=1), field("b", "Currency"), field("c", "JSON"), field("d", "Time"))
    schema.sync_doctype(meta)
    fresh.trace = []
    try:
        schema.sync_doctype(meta)
        assert [s for s in fresh.trace if s.split()[0].lower() in ("create", "alter", "drop")] == []
    finally:
        fresh.trace = None


def test_single_and_virtual_doctypes_have_no_table(fresh):
    schema.sync_doctype(doctype("Sch Thing", field("a"), issingle=1))
    schema.sync_doctype(doctype("Sch Thing", field("a"), is_virtual=1))
    assert not fresh.table_exists("Sch Thing", cached=False)


def test_indexes_are_made_once(fresh):
    schema.sync_doctype(doctype("Sch Thing", field("a"), field("b")))
    for _ in range(2):
        fresh.add_index("Sch Thing", ["a", "b"])
        fresh.add_unique("Sch Thing", ["b", "a"])
    assert fresh.has_index("tabSch Thing", "a_b_index")
    assert indexes() >= {(("a", "b"), False), (("b", "a"), True)}


@pytest.mark.parametrize("name", ["a b", "a-b", "a`b", "a;b", "x" * 65])
def test_illegal_field_names_are_refused(fresh, name):
    with pytest.raises(frappe.ValidationError):
        schema.sync_doctype(doctype("Sch Thing", field(name)))


def test_identifiers_cannot_break_out(db):
    for hostile in ("x` (a int); drop table `tabUser", "x\0"):
        with pytest.raises(frappe.ValidationError):
            schema.sync_table(Table(hostile, [Column("name", "varchar(140)")]))


def test_system_tables_can_be_made_again(db):
    schema.create_system_tables()
    for name in ("tabSeries", "tabSingles", "tabDefaultValue", "tabSessions", "__Auth", "__UserSettings"):
        assert db.table_exists(name)


@pytest.mark.only_sqlite(reason="schema changes commit on MariaDB")
def test_a_rollback_undoes_the_schema_and_what_was_learnt(db):
    schema.sync_doctype(doctype("Sch Thing", field("a")))
    assert db.table_exists("Sch Thing")
    db.rollback()
    assert not db.table_exists("Sch Thing")


@pytest.mark.only_sqlite(reason="a figure for SQLite")
def test_ninety_tables_take_less_than_two_seconds(db):
    fields = [field(f"f{number}", kind) for number, kind in enumerate(["Data", "Link", "Currency", "Date", "Int"] * 5)]
    start = time.perf_counter()
    for number in range(90):
        schema.sync_doctype(doctype(f"Sch {number}", *fields))
    assert time.perf_counter() - start < 2
