"""A site with a few DocTypes and records for the tests of the database layer."""

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.embedded.sample_app import ALL, SampleApp, field, make_app, rule
from tests.embedded.sites import new_site

MANAGER, CLERK, OUTSIDER = "manager@db.example", "clerk@db.example", "outsider@db.example"
GROUPS = (("All", None, 1, 8), ("Retail", "All", 2, 5), ("Shops", "Retail", 3, 4), ("Public", "All", 6, 7))
CLIENTS = (
    ("Alfa SRL", "RO1", "Shops", 1000.5),
    ("Beta SA", "RO2", "Retail", 250),
    ("Ștefan & Fiii", "RO3", None, 0),
    ("Zeta", None, "Public", 99.99),
    ("percent 100% _x_", "it's", None, 5),
)
ORDERS = (
    (
        "O-1",
        "Alfa SRL",
        "Open",
        "2026-01-10",
        "2026-01-12 08:30:00",
        "08:30:00",
        20,
        "first",
        [("Bolt", 10), ("Nut", 5)],
    ),
    ("O-2", "Beta SA", "Open", "2026-01-31", "2026-01-31 13:14:15.5", "13:14:15.5", 240, None, [("Panel", 2)]),
    ("O-3", "Alfa SRL", "Paid", "2026-02-28", None, None, 2.25, "", [("Nut", 3)]),
    ("O-4", "Zeta", "Paid", None, "1999-12-31 23:59:59.123456", "23:59:59.5", -1, "50% off", []),
)


def write_doctypes(app: SampleApp) -> None:
    rules = [rule("Db Manager", ALL), rule("Db Manager", "read write", permlevel=1)]
    clerk = [rule("Db Clerk", "read write create")]
    app.write_doctype(
        "Db Group",
        autoname="field:title",
        is_tree=1,
        fields=[
            field("title"),
            field("parent_db_group", "Link", options="Db Group"),
            field("lft", "Int"),
            field("rgt", "Int"),
        ],
        permissions=rules + clerk,
    )
    app.write_doctype(
        "Db Client",
        autoname="field:title",
        fields=[
            field("title", reqd=1),
            field("vat", unique=1),
            field("db_group", "Link", options="Db Group"),
            field("credit", "Currency", permlevel=1),
        ],
        permissions=rules + clerk,
    )
    app.write_doctype(
        "Db Order",
        autoname="prompt",
        fields=[
            field("client", "Link", options="Db Client"),
            field("status", "Select", options="Open\nPaid", search_index=1),
            field("order_date", "Date"),
            field("due_at", "Datetime"),
            field("at", "Time"),
            field("total", "Currency"),
            field("quantity", "Int"),
            field("done", "Check"),
            field("note", "Small Text"),
            field("data", "JSON"),
            field("spent", "Duration"),
            field("items", "Table", options="Db Order Item"),
        ],
        permissions=[*rules, rule("Db Clerk", "read write create", if_owner=1)],
    )
    app.write_doctype("Db Order Item", istable=1, fields=[field("item"), field("qty", "Float")], permissions=[])
    app.write_doctype(
        "Db Settings",
        issingle=1,
        fields=[field("days", "Int"), field("company"), field("rate", "Float"), field("since", "Date")],
        permissions=rules,
    )


def _insert(doctype: str, **values: Any) -> Any:
    return frappe.get_doc({"doctype": doctype, **values}).insert()


def fill() -> None:
    for role in ("Db Manager", "Db Clerk"):
        if not frappe.db.exists("Role", role):
            _insert("Role", role_name=role)
    for email, role in ((MANAGER, "Db Manager"), (CLERK, "Db Clerk"), (OUTSIDER, None)):
        roles = [{"role": role}] if role else []
        _insert("User", email=email, first_name=email.split("@")[0], send_welcome_email=0, roles=roles)
    columns = ["name", "title", "parent_db_group", "lft", "rgt"]
    frappe.db.bulk_insert("Db Group", columns, [(name, name, *rest) for name, *rest in GROUPS])
    for title, vat, group, credit in CLIENTS:
        _insert("Db Client", title=title, vat=vat, db_group=group, credit=credit)
    for name, client, status, day, due, at, total, note, items in ORDERS:
        rows = [{"item": item, "qty": qty} for item, qty in items]
        order = frappe.get_doc({"doctype": "Db Order", "name": name, "client": client, "status": status, "items": rows})
        order.update({"order_date": day, "due_at": due, "at": at, "total": total, "note": note})
        order.insert(set_name=name)
        frappe.db.set_value("Db Order", name, {"at": at, "note": note}, update_modified=False)
    frappe.db.commit()


@pytest.fixture(scope="module")
def db_site(host: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with the DocTypes and records above."""
    if host.name == "bench":
        pytest.skip("concerns the embedded runtime")
    if host.unavailable:
        pytest.skip(host.unavailable)
    app = make_app(tmp_path_factory.mktemp("dbapp"))
    write_doctypes(app)
    with new_site(host, tmp_path_factory.mktemp("dbsites"), (app.name,)) as site:
        fill()
        yield site


@pytest.fixture
def db(db_site: str) -> Iterator[Any]:
    """`frappe.db` of that site; what the test writes is rolled back."""
    frappe.set_user("Administrator")
    frappe.db.begin(write=True)
    yield frappe.db
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.clear_cache()
