"""A list of 20 invoices with three filters: against the raw query, and from many rows against from few."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe

from benchmarks import cycle, serving, sites
from benchmarks.measure import Result, interleaved, ratio

FIELDS = ["name", "title", "number", "client", "client_name", "date", "due_date", "status", "grand_total", "currency"]
FILTERS = {"company": cycle.COMPANY, "status": "Unpaid", "date": [">=", "2023-06-01"]}
RAW = (
    f"SELECT {', '.join(FIELDS)} FROM `tabConnect Invoice`"
    " WHERE company=? AND status=? AND date>=? {rights} ORDER BY date DESC LIMIT 20"
)
AGENT = "agent@conect.example"
FINANCE = "finance@conect.example"
#: What the raw query has to ask besides, so that both answer the same rows: an agent sees a tenth of the invoices.
RIGHTS = {FINANCE: "", AGENT: f"AND (assigned_to='{AGENT}' OR owner='{AGENT}')"}
RAW_GOAL, SIZE_GOAL = 10, 1.5


def measure(few: int, many: int, rounds: int) -> Iterator[Result]:
    """In process as an agent and as finance, then over HTTP."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        names = {few: f"few{few}.localhost", many: f"many{many}.localhost"}
        for count, name in names.items():
            sites.create(folder, name)
            with sites.connected(folder, name):
                _users()
            sites.fill_invoices(folder, name, count)
        yield from _in_process(folder, names[many], many, rounds)
        yield from _by_size(folder, names, rounds)


def _users() -> None:
    for email, role in ((AGENT, "Connect Sales Agent"), (FINANCE, "Connect Finance")):
        values = {"email": email, "first_name": email.split("@")[0], "send_welcome_email": 0, "roles": [{"role": role}]}
        frappe.get_doc({"doctype": "User", **values}).insert()
    frappe.db.commit()


def _get_list() -> Any:
    rows = frappe.get_list("Connect Invoice", filters=FILTERS, fields=FIELDS, order_by="date desc", limit=20)
    assert len(rows) == 20
    return rows


def _in_process(folder: Path, name: str, count: int, rounds: int) -> Iterator[Result]:
    with sites.connected(folder, name):
        connection = frappe.db._conn
        values = [FILTERS["company"], FILTERS["status"], "2023-06-01"]

        for user, rights in RIGHTS.items():
            frappe.set_user(user)
            raw = _raw(connection, RAW.replace("{rights}", rights), values)
            times = interleaved({"get_list": _get_list, "raw": raw}, rounds, 20, time.process_time)
            who = user.split("@")[0]
            yield ratio(f"list of 20 of {count:,} as {who} against the raw query", times, "get_list", "raw", RAW_GOAL)


def _raw(connection: Any, query: str, values: list[str]) -> Callable[[], None]:
    def ask() -> None:
        assert len(connection.execute(query, values).fetchall()) == 20

    return ask


def _by_size(folder: Path, names: dict[int, str], rounds: int) -> Iterator[Result]:
    """Two servers, one for each size, asked in turns."""
    few, many = names
    keys = {}
    for count, name in names.items():
        with sites.connected(folder, name):
            keys[count] = serving.token(FINANCE)
    with serving.site(folder, names[few]) as small, serving.site(folder, names[many]) as large:
        contestants: dict[str, Callable[[], object]] = {}
        clients = []
        for label, url, key in (("many", large, keys[many]), ("few", small, keys[few])):
            client = serving.Client(url)
            clients.append(client)
            contestants[label] = _asking(client, key)
        times = interleaved(contestants, rounds, repeat=10)
        for client in clients:
            client.close()
    yield ratio(f"list over HTTP from {many:,} against from {few:,}", times, "many", "few", SIZE_GOAL)


def _asking(client: Any, key: str) -> Callable[[], object]:
    query = {"filters": frappe.as_json(FILTERS), "fields": frappe.as_json(FIELDS), "order_by": "date desc"}
    request = serving.request("/api/resource/Connect Invoice", key, {**query, "limit_page_length": "20"})
    return lambda: client.ask(request)
