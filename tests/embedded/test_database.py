"""`frappe.db`: statements, values and their types, errors, alike on SQLite and MariaDB."""

import datetime
from decimal import Decimal

import frappe
import pytest
from frappe.database import dialect

from tests.embedded.db_site import db, db_site  # noqa: F401


def test_values_are_bound_and_never_become_statements(db):
    nasty = "x'); drop table `tabDb Client`; -- %s \\ \" ` \n"
    db.set_value("Db Client", "Zeta", "vat", nasty)
    assert db.get_value("Db Client", {"vat": nasty}) == "Zeta"
    assert db.sql("select vat from `tabDb Client` where vat=%(v)s", {"v": nasty}) == ((nasty,),)
    assert db.sql(f"select name from `tabDb Client` where vat={db.escape(nasty, percent=False)}") == (("Zeta",),)


def test_a_sequence_is_a_list_in_parentheses(db):
    names = db.sql("select name from `tabDb Order` where name in %s order by name", [("O-1", "O-3")], pluck=True)
    assert names == ["O-1", "O-3"]
    assert db.sql("select name from `tabDb Order` where name in %(none)s", {"none": []}) == ()


def test_percent_signs_double_only_where_values_are_given(db):
    assert db.sql("select count(*) from `tabDb Order` where note like '%off'") == ((1,),)
    assert db.sql("select count(*) from `tabDb Order` where note like '%%off' and 1=%s", 1) == ((1,),)


def test_too_few_or_too_many_values_are_refused(db):
    with pytest.raises((TypeError, db.ProgrammingError)):
        db.sql("select %s, %s", (1,))
    with pytest.raises((TypeError, db.ProgrammingError)):
        db.sql("select %s", (1, 2))


def test_shapes_of_results(db):
    query = "select name, total from `tabDb Order` where name='O-1'"
    assert db.sql(query) == (("O-1", 20.0),)
    assert db.sql(query, as_list=True) == [["O-1", 20.0]]
    assert db.sql(query, as_dict=True, update={"x": 1}) == [{"name": "O-1", "total": 20.0, "x": 1}]
    assert db.sql(query, pluck=True) == ["O-1"]
    assert db.sql("update `tabDb Order` set total=total where 1=0") == ()


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("creation", datetime.datetime),
        ("order_date", datetime.date),
        ("due_at", datetime.datetime),
        ("at", datetime.timedelta),
        ("total", float),
        ("quantity", int),
        ("done", int),
        ("docstatus", int),
        ("name", str),
    ],
)
def test_columns_have_mariadbs_types(db, field, kind):
    value = db.get_value("Db Order", "O-2", field)
    assert type(value) is kind


def test_microseconds_survive(db):
    assert db.get_value("Db Order", "O-4", "due_at") == datetime.datetime(1999, 12, 31, 23, 59, 59, 123456)
    assert db.get_value("Db Order", "O-4", "at") == datetime.timedelta(seconds=86399.5)


def test_aggregates_have_mariadbs_types_too(db):
    row = db.sql(
        """select sum(quantity), count(*), avg(total), max(order_date), min(due_at), max(name), ifnull(sum(total), 0)
        from `tabDb Order` where client='Alfa SRL'"""
    )[0]
    assert row == (
        0.0,
        2,
        11.125,
        datetime.date(2026, 2, 28),
        datetime.datetime(2026, 1, 12, 8, 30),
        "O-3",
        22.25,
    )
    assert [type(v) for v in row[:3]] == [float, int, float]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3.5),
        ("ifnull(null, 'x')", "x"),
        ("year('2026-03-09')", 2026),
        ("month('2026-03-09')", 3),
        ("'Ștefan' = 'stefan '", 1),
        ("'abc' like '_B%'", 1),
        ("'50%' like '50\\\\%'", 1),
        ("'500' like '50\\\\%'", 0),
        ("upper('ș')", "Ș"),
        ("substring('abc', 2)", "bc"),
        ('"text"', "text"),
        ("'it''s' ", "it's"),
        ("'a\\nb'", "a\nb"),
    ],
)
def test_expressions_of_mariadb(db, expression, expected):
    literals = {"'Ștefan' = 'stefan '": "title = 'stefan & fiii '"}
    if expression in literals:
        query = "select title = 'stefan & fiii ' from `tabDb Client` where title like 'Ștefan%'"
    else:
        query = f"select {expression}"
    assert db.sql(query)[0][0] == expected


def test_text_compares_without_case_and_accents(db):
    assert db.get_value("Db Client", "ALFA srl", "name") == "Alfa SRL"
    assert db.exists("Db Client", "stefan & fiii") == "Ștefan & Fiii"
    names = db.sql("select name from `tabDb Client` order by name", pluck=True)
    assert names == ["Alfa SRL", "Beta SA", "percent 100% _x_", "Ștefan & Fiii", "Zeta"]


def test_moments_compare_by_what_they_mean(db):
    def count(condition: str) -> int:
        return db.sql(f"select count(*) from `tabDb Order` where {condition}")[0][0]

    assert count("order_date = '2026-01-10 00:00:00'") == 1
    assert count("due_at = '2026-01-12 08:30:00.000000'") == 1
    assert count("due_at >= '2026-01-12'") == 2
    assert count("due_at <= '2026-01-12 08:30'") in (1, 2)
    assert count("at > '12:00:00'") == 2


def test_get_value_in_every_shape(db):
    assert db.get_value("Db Client", "Alfa SRL", "vat") == "RO1"
    assert db.get_value("Db Client", "Alfa SRL", ["vat", "db_group"]) == ("RO1", "Shops")
    assert db.get_value("Db Client", "Alfa SRL", ["vat"], as_dict=True) == {"vat": "RO1"}
    assert db.get_value("Db Client", {"vat": ["like", "RO%"]}, "name", order_by="name asc") == "Alfa SRL"
    assert db.get_value("Db Client", {"db_group": ["is", "not set"]}, order_by="name asc") == "percent 100% _x_"
    assert db.get_value("Db Client", {"vat": None}) == "Zeta"
    assert db.get_value("Db Client", [["vat", "=", "RO2"]]) == "Beta SA"
    assert db.get_value("Db Client", {"db_group": ["descendants of", "All"]}, order_by="name asc") == "Alfa SRL"
    assert db.get_value("Db Order", {"client": "Alfa SRL"}, "sum(total)") == 22.25
    assert db.get_value("Db Client", "Alfa SRL", "vat as tax", as_dict=True) == {"tax": "RO1"}
    assert db.get_value("Db Client", "Nobody", "vat") is None
    assert db.get_value("Db Nothing", "x") is None


def test_get_values(db):
    assert db.get_values("Db Client", ["Zeta", "Beta SA"], "vat", order_by="name") == ((None,), ("RO2",))
    assert db.get_values("Db Order", {"status": "Open"}, "client", pluck=True, order_by="name asc") == [
        "Alfa SRL",
        "Beta SA",
    ]
    assert db.get_values("Db Order", {"status": "Open"}, "name", limit=1, order_by="name asc") == (("O-1",),)
    assert db.get_values("Db Order", {"client": "Alfa SRL"}, "client", distinct=True) == (("Alfa SRL",),)


def test_the_cache_of_values_ends_with_a_change(db):
    assert db.get_value("Db Client", "Zeta", "db_group", cache=True) == "Public"
    before = db.statement_count
    assert db.get_value("Db Client", "Zeta", "db_group", cache=True) == "Public"
    assert db.statement_count == before
    db.set_value("Db Client", "Zeta", "db_group", "Shops")
    assert db.get_value("Db Client", "Zeta", "db_group", cache=True) == "Shops"


def test_set_value_stamps_unless_told_not_to(db):
    before = db.get_value("Db Client", "Zeta", "modified")
    db.set_value("Db Client", "Zeta", "vat", "A", update_modified=False)
    assert db.get_value("Db Client", "Zeta", ["vat", "modified"]) == ("A", before)
    changes = {"vat": "B"}
    db.set_value("Db Client", {"name": "Zeta"}, changes)
    assert db.get_value("Db Client", "Zeta", "modified") > before
    assert changes == {"vat": "B"}, "the caller's dict stays as it was"


def test_set_value_clears_the_cached_document(db):
    assert frappe.get_cached_doc("Db Client", "Zeta").vat is None
    db.set_value("Db Client", "Zeta", "vat", "C")
    assert frappe.get_cached_doc("Db Client", "Zeta").vat == "C"


def test_bulk_update_is_one_statement(db):
    frappe.utils.now()  # the zone of the site is known from here on
    before = db.statement_count
    db.bulk_update("Db Order", {"O-1": {"total": 1, "note": "n"}, "O-2": {"total": 2}})
    assert db.statement_count == before + 1
    assert db.get_values("Db Order", ["O-1", "O-2"], ["total", "note"], order_by="name asc") == (
        (1.0, "n"),
        (2.0, None),
    )


def test_bulk_insert_in_one_statement_and_without_duplicates(db):
    before = db.statement_count
    db.bulk_insert("Db Client", ["name", "title"], [("New", "New"), ("Newer", "Newer")])
    assert db.statement_count == before + 1
    db.bulk_insert("Db Client", ["name", "title"], [("NEW", "again"), ("Last", "Last")], ignore_duplicates=True)
    assert db.count("Db Client") == 8
    assert db.get_value("Db Client", "Last", "title") == "Last"


def test_exists_count_and_delete(db):
    assert db.exists("Db Client", {"vat": "RO2"}) == "Beta SA"
    assert db.exists({"doctype": "Db Client", "vat": "RO2"}) == "Beta SA"
    assert db.exists("Db Settings", "Db Settings") == "Db Settings"
    assert db.exists("DocType", "Db Client") == "Db Client"
    assert db.exists("Db Client", "") is None
    assert db.count("Db Order", {"total": [">", 2]}) == 3
    assert db.count("Db Order", {"status": ["in", ["Open", "Paid"]]}) == 4
    assert db.delete("Db Order", {"status": "Paid"}) == ()
    assert db.count("Db Order") == 2


def test_an_empty_column_equals_nothing_but_none(db):
    assert db.count("Db Order", {"note": ["!=", "first"]}) == 2, "lists count the empty ones, SQL does not"
    assert db.count("Db Order", {"note": None}) == 1
    assert db.count("Db Order", {"note": ["!=", None]}) == 3
    assert db.count("Db Order", {"note": ["is", "not set"]}) == 2
    with pytest.raises(frappe.ValidationError):
        db.delete("Db Order", {"note`": ["like", "x"]})


def test_values_that_no_column_can_hold_are_refused(db):
    for value in (float("inf"), float("nan"), {"a": 1}):
        with pytest.raises((db.DataError, db.ProgrammingError, ValueError)):
            db.set_value("Db Order", "O-1", "total", value)


def test_single_doctypes(db):
    db.set_single_value("Db Settings", {"days": 9, "since": "2026-01-02", "rate": "2.5"})
    assert db.get_single_value("Db Settings", "days") == 9
    assert db.get_single_value("Db Settings", "since") == datetime.date(2026, 1, 2)
    assert db.get_value("Db Settings", None, "days") == "9"
    assert db.get_value("Db Settings", "Db Settings", ["days", "rate"], as_dict=True) == {"days": "9", "rate": "2.5"}
    assert db.get_singles_dict("Db Settings", cast=True).rate == 2.5
    with pytest.raises(db.InvalidColumnName):
        db.get_single_value("Db Settings", "nothing")


def test_defaults(db):
    db.set_global("colour", "red")
    assert db.get_global("colour") == "red"
    db.set_default("shape", "round")
    assert db.get_default("shape") == "round"


@pytest.mark.parametrize(
    ("statement", "error", "predicate"),
    [
        ("select nix from `tabDb Client`", "OperationalError", "is_missing_column"),
        ("select * from `tabNothing`", "ProgrammingError", "is_table_missing"),
        ("selec", "ProgrammingError", None),
        ("insert into `tabDb Client` (name) values ('ZETA')", "IntegrityError", "is_primary_key_violation"),
        ("insert into `tabDb Client` (name, vat) values ('q', 'ro1')", "IntegrityError", "is_unique_key_violation"),
        ("insert into `tabDb Order` (name, quantity) values ('q', null)", "IntegrityError", None),
    ],
)
def test_errors_have_one_vocabulary(db, statement, error, predicate):
    with pytest.raises(getattr(db, error)) as caught:
        db.sql(statement)
    if predicate == "is_primary_key_violation":
        assert "PRIMARY" in str(caught.value)
    if predicate == "is_unique_key_violation":
        assert str(caught.value).split("'")[-2] == "vat" and not db.is_primary_key_violation(caught.value)
    if predicate:
        assert getattr(db, predicate)(caught.value)


def test_numbers_are_stored_with_nine_decimals(db):
    db.set_value("Db Order", "O-1", "total", 0.1 + 0.2)
    assert db.get_value("Db Order", "O-1", "total") == 0.3
    db.set_value("Db Order", "O-1", "total", Decimal("12.345678901"))
    assert db.get_value("Db Order", "O-1", "total") == 12.345678901


def test_statements_are_counted_and_traced(db):
    db.trace = []
    try:
        before = db.statement_count
        db.sql("select 1")
        assert (db.statement_count, db.trace) == (before + 1, ["select 1"])
    finally:
        db.trace = None


def test_nothing_is_written_in_a_read_only_transaction(db):
    db.rollback()
    db.begin(read_only=True)
    try:
        with pytest.raises(frappe.InReadOnlyMode):
            db.set_value("Db Order", "O-1", "total", 1)
    finally:
        db.rollback()
        db.begin()


@pytest.mark.parametrize(
    ("mariadb", "sqlite"),
    [
        ("select 'a%%b', %s", "select 'a%b', ?"),
        ("select `a` / `b` from t", "select `a` *1.0/ `b` from t"),
        ("select 'x\\'y' from t for update", "select 'x''y' from t"),
        ("insert ignore into t values (%s)", "INSERT OR IGNORE into t values (?)"),
        ("select '?', %s", "select '?', ?"),
    ],
)
def test_statements_for_sqlite(mariadb, sqlite):
    assert dialect.translate(mariadb, "%s" in mariadb).text == sqlite


def test_a_question_mark_in_a_text_is_no_placeholder(db):
    assert db.sql("select '?', %s from `tabDb Order` where name in %s", ("x", ("O-1",))) == (("?", "x"),)
