"""How much a deal asks of the database: few statements, independent of its lines, and each of them finds its rows."""

import re
from collections.abc import Callable

import frappe
import pytest

from benchmarks import cycle

pytestmark = pytest.mark.only_embedded(reason="the runtime counts its statements")

#: The most statements of a deal of five lines, and of each further line. MariaDB locks a row that it has read before
#: by reading it again; SQLite has one lock for all.
LIMITS = {"sqlite": 150, "mariadb": 180}
PER_LINE = 2
#: Tables that grow with the business; lists that an administrator keeps (units, taxes, statuses) stay small.
GROWING = {
    "Connect Lead", "Connect Client", "Connect Contact", "Connect Proposal", "Connect Proposal Item",
    "Connect Document File",
    "Connect Sales Order", "Connect Sales Order Item", "Connect Invoice", "Connect Invoice Item", "Connect Invoice Tax",
    "Connect Payment", "Connect Payment Allocation", "Connect Contract", "Connect Portal Link", "Comment", "Version",
    "Email Queue", "Email Queue Recipient", "Notification Log", "User",
}  # fmt: skip


def trace(work: Callable[[], object]) -> list[str]:
    """The statements that `work` makes."""
    frappe.db.trace = made = []
    try:
        work()
    finally:
        frappe.db.trace = None
    return made


@pytest.fixture
def warm(site: str) -> None:
    """What a process reads once (settings, defaults, templates) is read."""
    frappe.conf.mail_server = frappe.conf.mail_server or "127.0.0.1"
    cycle.run(1)


@pytest.mark.parametrize("lines", [5, 50, 200])
def test_a_deal_takes_few_statements_however_many_lines_it_has(warm, lines: int) -> None:
    made = trace(lambda: cycle.run(lines))
    assert len(made) <= LIMITS[frappe.db.db_type] + PER_LINE * max(lines - 5, 0)


def test_the_lines_of_a_document_are_read_and_written_together(warm) -> None:
    few, many = trace(lambda: cycle.run(5)), trace(lambda: cycle.run(50))
    assert len(many) - len(few) <= 5


@pytest.mark.only_sqlite(reason="says in words how it finds rows")
def test_every_question_of_a_deal_is_answered_by_an_index(warm) -> None:
    scans = {query: found for query in _questions(_a_deal_and_what_follows) if (found := _scans(query))}
    assert not scans


def _a_deal_and_what_follows() -> None:
    from crmconnect.core import trace as graph
    from crmconnect.invoicing import overdue
    from crmconnect.parties import clients
    from crmconnect.portal import links
    from crmconnect.sales import orders

    name = cycle.run(2)
    invoice = frappe.get_doc("Connect Invoice", name)
    graph.of("Connect Invoice", name)
    clients.outstanding(invoice.client)
    clients.advances(invoice.client)
    frappe.get_doc("Connect Payment", frappe.db.get_value("Connect Payment", {"client": invoice.client})).cancel()
    frappe.get_doc("Connect Invoice", name).cancel()
    other = frappe.get_doc("Connect Invoice", cycle.run(2))
    frappe.get_doc("Connect Invoice", other.create_credit_note()["name"]).submit()
    links.revoke_all(frappe.get_doc("Connect Proposal", invoice.proposal))
    orders.expire_orders()
    overdue.run()


def _questions(work: Callable[[], object]) -> set[str]:
    return {query for query in trace(work) if query.lower().startswith("select")}


def _scans(query: str) -> list[str]:
    """The growing tables that SQLite would read from one end to the other."""
    text = re.sub(r"(\bin\s+)%(\(\w+\))?s", r"\1(NULL)", query, flags=re.IGNORECASE)
    text = re.sub(r"%(\(\w+\))?s", "NULL", text)
    plan = frappe.db.sql(f"EXPLAIN QUERY PLAN {text}", as_dict=True)
    whole = re.compile(r"SCAN (?:TABLE )?`?tab([^`]+?)`?(?: USING.*)?$")
    tables = [found.group(1) for row in plan if (found := whole.match(row.detail))]
    return [table for table in tables if table in GROWING]
