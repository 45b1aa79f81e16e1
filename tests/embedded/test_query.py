"""Lists and built queries: fields, every operator, order, permissions, refusals, and the use of indexes."""

import datetime
import re

import frappe
import pytest
from frappe.model.db_query import DatabaseQuery
from frappe.query_builder import Case, Order
from frappe.query_builder.functions import Coalesce, Count, Date, IfNull, Max, Sum

from tests.embedded.db_site import CLERK, MANAGER, OUTSIDER, db, db_site  # noqa: F401


def orders(filters=None, **options) -> list[str]:
    return frappe.get_all("Db Order", filters=filters, pluck="name", order_by="name asc", **options)


def clients(filters=None, **options) -> list[str]:
    return frappe.get_all("Db Client", filters=filters, pluck="name", order_by="name asc", **options)


ALL_ORDERS = ["O-1", "O-2", "O-3", "O-4"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "Open"}, ["O-1", "O-2"]),
        ({"status": ["!=", "Open"]}, ["O-3", "O-4"]),
        ([["total", ">", 2.25]], ["O-1", "O-2"]),
        ([["total", ">=", "2.25"]], ["O-1", "O-2", "O-3"]),
        ([["total", "<", 0]], ["O-4"]),
        ([["total", "<=", 0]], ["O-4"]),
        ([["total", "between", [2, 20]]], ["O-1", "O-3"]),
        ([["Db Order", "client", "like", "%SRL"]], ["O-1", "O-3"]),
        ([["client", "not like", "%srl"]], ["O-2", "O-4"]),
        ([["client", "in", "Zeta,Beta SA"]], ["O-2", "O-4"]),
        ([["client", "in", ["Zeta"]]], ["O-4"]),
        ([["client", "not in", ["Zeta"]]], ["O-1", "O-2", "O-3"]),
        ([["note", "is", "set"]], ["O-1", "O-4"]),
        ([["note", "is", "not set"]], ["O-2", "O-3"]),
        ([["note", "=", ""]], ["O-2", "O-3"]),
        ([["note", "=", None]], ["O-2", "O-3"]),
        ([["note", "!=", "first"]], ["O-2", "O-3", "O-4"]),
        ([["note", "!=", ""]], ["O-1", "O-4"]),
        ([["note", "in", ["", "first"]]], ["O-1", "O-2", "O-3"]),
        ([["note", "in", []]], ["O-2", "O-3"]),
        ([["note", "not in", ["first"]]], ["O-2", "O-3", "O-4"]),
        ([["note", "not in", ["first", ""]]], ["O-4"]),
        ([["note", "<", "g"]], ALL_ORDERS),
        ([["note", "like", "50% off"]], ["O-4"]),
        ([["note", "like", "50\\% off"]], []),
        ([["order_date", "is", "not set"]], ["O-4"]),
        ([["order_date", "is", "set"]], ["O-1", "O-2", "O-3"]),
        ([["order_date", "<", "2026-01-31"]], ["O-1", "O-4"]),
        ([["order_date", ">=", datetime.date(2026, 1, 31)]], ["O-2", "O-3"]),
        ([["order_date", "between", ["2026-01-01", "2026-01-31"]]], ["O-1", "O-2"]),
        ([["due_at", "between", ["2026-01-12", "2026-01-31"]]], ["O-1", "O-2"]),
        ([["due_at", "=", "2026-01-12 08:30:00"]], ["O-1"]),
        ([["due_at", ">", "2026-01-12"]], ["O-1", "O-2"]),
        ([["at", ">", "12:00:00"]], ["O-2", "O-4"]),
        ([["total", "is", "set"]], ALL_ORDERS),
        ([["quantity", "is", "not set"]], ALL_ORDERS),
        ([["docstatus", "=", 0]], ALL_ORDERS),
        ([["docstatus", "in", [1, 2]]], []),
        ([["done", "=", False]], ALL_ORDERS),
        ([["client", "=", "alfa srl"]], ["O-1", "O-3"]),
        ({"client": "Alfa SRL", "status": "Paid"}, ["O-3"]),
        ([{"client": "Alfa SRL"}, ["status", "=", "Paid"]], ["O-3"]),
        (["client", "=", "Zeta"], ["O-4"]),
        ('[["client", "=", "Zeta"]]', ["O-4"]),
        ([["item", "=", "Nut"]], ["O-1", "O-3"]),
        ([["Db Order Item", "qty", ">", 5]], ["O-1"]),
        ([["creation", "timespan", "today"]], ALL_ORDERS),
        ([["order_date", "timespan", "no such span"]], []),
        ([["order_date", "previous", "1 week"]], []),
        ([["order_date", "next", "1 year"]], []),
    ],
)
def test_operators(db, filters, expected):
    assert orders(filters) == expected


@pytest.mark.parametrize(
    ("operator", "node", "expected"),
    [
        ("descendants of", "All", ["Alfa SRL", "Beta SA", "Zeta"]),
        ("descendants of", "Retail", ["Alfa SRL"]),
        ("descendants of (inclusive)", "Retail", ["Alfa SRL", "Beta SA"]),
        ("not descendants of", "Retail", ["Beta SA", "percent 100% _x_", "Ștefan & Fiii", "Zeta"]),
        ("ancestors of", "Shops", ["Beta SA"]),
        ("not ancestors of", "Shops", ["Alfa SRL", "percent 100% _x_", "Ștefan & Fiii", "Zeta"]),
    ],
)
def test_trees(db, operator, node, expected):
    assert clients([["db_group", operator, node]]) == expected


def test_or_filters(db):
    assert orders({"status": "Open"}, or_filters={"client": "Beta SA", "total": 20}) == ["O-1", "O-2"]
    assert orders(or_filters=[["name", "=", "O-1"], ["name", "=", "O-4"]]) == ["O-1", "O-4"]


def test_fields_of_links_children_and_aggregates(db):
    rows = frappe.get_all(
        "Db Order", fields=["name", "client.vat as tax", "items.item", "items.qty"], order_by="name asc, items.idx asc"
    )
    assert [(r.name, r.tax, r.item, r.qty) for r in rows] == [
        ("O-1", "RO1", "Bolt", 10.0),
        ("O-1", "RO1", "Nut", 5.0),
        ("O-2", "RO2", "Panel", 2.0),
        ("O-3", "RO1", "Nut", 3.0),
        ("O-4", None, None, None),
    ]
    rows = frappe.get_all(
        "Db Order",
        fields=["status", "count(name) as n", "sum(total) as s"],
        group_by="status",
        order_by="n desc, status asc",
    )
    assert [(r.status, r.n, r.s) for r in rows] == [("Open", 2, 260.0), ("Paid", 2, 1.25)]
    assert frappe.get_all("Db Order", fields=["count(*) as n"])[0].n == 4
    assert frappe.get_all("Db Order", fields=["`tabDb Order`.`total`"], filters={"name": "O-1"})[0].total == 20


def test_shapes_and_paging(db):
    assert orders(limit=2) == ["O-1", "O-2"]
    assert orders(limit_start=1, limit_page_length=2) == ["O-2", "O-3"]
    assert orders(start=3, page_length=5) == ["O-4"]
    assert frappe.get_all("Db Order", fields=["name"], as_list=True, order_by="name", limit=1) == (("O-1",),)
    assert set(frappe.get_all("Db Order", pluck="client", distinct=True)) == {"Alfa SRL", "Beta SA", "Zeta"}
    assert frappe.get_all("Db Order", "name", {"name": "O-1"}) == [{"name": "O-1"}]
    assert frappe.get_all("Db Order", {"name": "O-1"}, ["name"]) == [{"name": "O-1"}]
    row = frappe.get_all("Db Order", fields="*", filters={"name": "O-2"}, update={"extra": 1})[0]
    assert (row.client, row.order_date, row.extra) == ("Beta SA", datetime.date(2026, 1, 31), 1)


def test_the_default_order_is_the_newest_first(db):
    assert frappe.get_all("Db Order", pluck="name") == ALL_ORDERS[::-1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"fields": ["name, (select 1)"]}, frappe.DataError),
        ({"fields": ["(select password from `__Auth` limit 1)"]}, frappe.DataError),
        ({"fields": ["sleep(1)"]}, frappe.DataError),
        ({"fields": ["version()"]}, frappe.DataError),
        ({"fields": ["load_file('/etc/passwd')"]}, frappe.DataError),
        ({"fields": ["@@version"]}, frappe.DataError),
        ({"fields": ["name; drop table x"]}, frappe.DataError),
        ({"fields": ["name/**/as x"]}, frappe.ValidationError),
        ({"fields": ["name -- x"]}, frappe.ValidationError),
        ({"fields": ["name) union select 1"]}, frappe.ValidationError),
        ({"fields": ["name as `a` from `tabUser`"]}, frappe.DataError),
        ({"order_by": "name; drop table x"}, frappe.ValidationError),
        ({"order_by": "(select 1 from `tabUser`)"}, frappe.ValidationError),
        ({"order_by": "sleep(5)"}, frappe.ValidationError),
        ({"order_by": "name, if(1,2,3)"}, frappe.DataError),
        ({"group_by": "name having 1=1"}, frappe.ValidationError),
        ({"group_by": "name; x"}, frappe.ValidationError),
        ({"filters": [["name) or (1=1", "=", "x"]]}, frappe.DataError),
        ({"filters": [["name", "= 1 or 1=1 --", "x"]]}, frappe.ValidationError),
        ({"filters": [["name`", "=", "x"]]}, frappe.DataError),
    ],
)
def test_injections_are_refused(db, options, error):
    with pytest.raises(error):
        frappe.get_all("Db Order", **{"fields": ["name"], **options})


def test_unknown_columns_are_the_databases_error(db):
    for options in ({"fields": ["nix"]}, {"order_by": "nix asc"}, {"filters": {"nix": 1}}):
        with pytest.raises(db.OperationalError):
            frappe.get_all("Db Order", **options)


def test_values_of_filters_stay_values(db):
    hostile = "' or 1=1 -- %s %(x)s %"
    assert orders({"client": hostile}) == []
    assert orders([["client", "in", [hostile, "Zeta"]]]) == ["O-4"]


def test_the_owner_rule_narrows_a_list(db):
    db.set_value("Db Order", "O-3", "owner", CLERK)
    frappe.set_user(CLERK)
    assert frappe.get_list("Db Order", pluck="name") == ["O-3"]
    assert len(frappe.get_all("Db Order")) == 4
    frappe.set_user(MANAGER)
    assert len(frappe.get_list("Db Order")) == 4


def test_without_a_role_there_is_no_list_but_for_shares(db):
    frappe.set_user(OUTSIDER)
    with pytest.raises(frappe.PermissionError):
        frappe.get_list("Db Order")


def test_shared_rows_join_the_own_ones(db):
    frappe.share.add("Db Order", "O-1", CLERK)
    frappe.set_user(CLERK)
    assert frappe.get_list("Db Order", pluck="name") == ["O-1"]


def test_user_permissions_narrow_by_links(db):
    frappe.get_doc({"doctype": "User Permission", "user": MANAGER, "allow": "Db Client", "for_value": "Zeta"}).insert()
    frappe.set_user(MANAGER)
    assert frappe.get_list("Db Order", pluck="name") == ["O-4"]
    assert frappe.get_list("Db Client", pluck="name") == ["Zeta"]
    frappe.set_user("Administrator")
    db.set_value("Db Order", "O-2", "client", None)
    frappe.set_user(MANAGER)
    assert frappe.get_list("Db Order", pluck="name", order_by="name") == ["O-2", "O-4"]


def test_conditions_of_hooks_may_contain_percent_signs(db, monkeypatch):
    def condition(user, doctype=None):
        return "`tabDb Order`.`note` like '%off' or `tabDb Order`.`client` = " + frappe.db.escape("it's 5%")

    hooks = {"permission_query_conditions": {"Db Order": ["x.condition"]}}
    real_hooks, real_attr = frappe.get_hooks, frappe.get_attr
    monkeypatch.setattr(frappe, "get_hooks", lambda name=None, *a, **k: hooks.get(name) or real_hooks(name, *a, **k))
    monkeypatch.setattr(frappe, "get_attr", lambda path: condition if path == "x.condition" else real_attr(path))
    frappe.set_user(MANAGER)
    assert frappe.get_list("Db Order", pluck="name", filters={"status": "Paid"}) == ["O-4"]


def test_fields_above_the_users_level_are_left_out(db):
    frappe.set_user(CLERK)
    row = frappe.get_list("Db Client", fields=["name", "credit"], filters={"name": "Zeta"})[0]
    assert row == {"name": "Zeta"}
    assert "credit" not in frappe.get_list("Db Client", fields=["*"], limit=1)[0]
    assert frappe.get_list("Db Client", fields=["name", "credit"], as_list=True, filters={"name": "Zeta"}) == (
        ("Zeta", None),
    )
    assert frappe.get_list("Db Client", fields=["credit"]) == []
    assert (
        frappe.get_list("Db Client", fields=["name", "max(credit) as c"], group_by="name", limit=1)[0].get("c") is None
    )
    frappe.set_user(MANAGER)
    assert frappe.get_list("Db Client", fields=["credit"], filters={"name": "Zeta"})[0].credit == 99.99


def test_match_conditions_stand_alone(db):
    frappe.set_user(CLERK)
    condition = DatabaseQuery("Db Order").build_match_conditions()
    assert frappe.db.sql(f"select count(*) from `tabDb Order` where {condition}") == ((0,),)


# frappe.qb
def test_built_queries(db):
    order, client = frappe.qb.DocType("Db Order"), frappe.qb.DocType("Db Client")
    assert frappe.qb.from_(order).select(Sum(order.total)).run() == ((261.25,),)
    query = (
        frappe.qb.from_(order)
        .inner_join(client)
        .on(order.client == client.name)
        .select(order.client, Count("*").as_("n"), Max(order.order_date).as_("last"))
        .where(order.status.isin(["Open", "Paid"]) & (order.total > 0))
        .groupby(order.client)
        .having(Count("*") > 1)
        .orderby(order.client, order=Order.desc)
    )
    assert query.run(as_dict=True) == [{"client": "Alfa SRL", "n": 2, "last": datetime.date(2026, 2, 28)}]
    assert frappe.qb.from_(order).select(order.name).orderby(order.name).run(pluck=True) == ALL_ORDERS
    assert frappe.qb.from_(order).select(IfNull(order.note, "-")).where(order.name == "O-2").run() == (("-",),)
    assert frappe.qb.from_(order).select(Date(order.due_at)).where(order.name == "O-1").run() == (
        (datetime.date(2026, 1, 12),),
    )
    big = Case().when(order.total > 100, "big").else_("small")
    assert frappe.qb.from_(order).select(big).orderby(order.name).run(pluck=True) == ["small", "big", "small", "small"]
    assert frappe.qb.from_(client).select(Coalesce(client.db_group, client.vat)).where(client.name == "Zeta").run() == (
        ("Public",),
    )
    inner = frappe.qb.from_(order).select(order.total.as_("t")).as_("x")
    assert frappe.qb.from_(inner).select(Count("*")).run() == ((4,),)


def test_built_queries_bind_every_literal(db):
    order = frappe.qb.DocType("Db Order")
    text, values = frappe.qb.from_(order).select(order.name).where((order.note == "it's") & (order.total > 5)).walk()
    assert "it's" not in text and list(values.values()) == ["it's", 5]
    assert str(frappe.qb.from_(order).select(order.name).where(order.note == "x")) == (
        "SELECT `name` FROM `tabDb Order` WHERE `note`='x'"
    )


def test_built_changes(db):
    order = frappe.qb.DocType("Db Order")
    assert frappe.qb.update(order).set(order.note, "u").where(order.name == "O-1").run() == ()
    assert db.get_value("Db Order", "O-1", "note") == "u"
    frappe.qb.into("Db Client").columns("name", "title").insert("New", "New").run()
    assert db.exists("Db Client", "New")
    frappe.qb.from_(order).delete().where(order.status == "Paid").run()
    assert orders() == ["O-1", "O-2"]


def plan_of(db, **options) -> str:
    db.trace = []
    try:
        frappe.get_all("Db Order", **options)
        query = db.trace[-1].replace("%(", ":").replace(")s", "")
    finally:
        db.trace = None
    values = dict.fromkeys(re.findall(r":(\w+)", query), "2026-01-01")
    return " ".join(map(str, db._conn.execute("explain query plan " + query, values)))


@pytest.mark.only_sqlite(reason="EXPLAIN is SQLite's")
def test_a_filtered_list_uses_a_composite_index_however_filters_are_spelt(db):
    db.add_index("Db Order", ["status", "client", "order_date"], "list_index")
    filters = {"status": "Paid", "client": "Zeta", "order_date": [">", "2026-01-01"]}
    plan = plan_of(db, filters=filters, limit=20, order_by=None)
    assert "list_index (status=? AND client=? AND order_date>?)" in plan
    plan = plan_of(db, limit=20)
    assert ":creation" in plan and "TEMP B-TREE" not in plan
