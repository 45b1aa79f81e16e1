"""A deal from lead to money, in process, against hand-written SQL; its statements."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import frappe

from benchmarks import cycle, sites
from benchmarks.floor import Floor
from benchmarks.measure import Result, interleaved, ratio, spell

GOAL = 15
STATEMENTS, PER_LINE = 150, 2


def measure(rounds: int) -> Iterator[Result]:
    """The ratio to the floor, the number of statements at 5, 50 and 200 lines."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sites.create(folder, "deal.localhost")
        with sites.connected(folder, "deal.localhost"):
            cycle.run()
            floor = Floor(folder / "floor.db", str(sites.file_of(folder, "deal.localhost")))
            contestants = {"app": cycle.run, "floor": floor.deal}
            times = interleaved(contestants, rounds, clock=time.process_time)
            floor.close()
            yield ratio("deal of 5 lines against hand-written SQL", times, "app", "floor", GOAL)
            yield from statements()


def statements() -> Iterator[Result]:
    """How many statements a deal takes, by its lines."""
    for lines in (5, 50, 200):
        before = frappe.db.statement_count
        cycle.run(lines)
        goal = STATEMENTS + PER_LINE * (lines - 5)
        yield Result(f"statements of a deal of {lines} lines", frappe.db.statement_count - before, goal, unit="")


def on_mariadb(url: str, rounds: int) -> str:
    """The same deal on MariaDB: no goal, a figure."""
    import pymysql

    database = "cc_benchmark"
    options = sites.mariadb_options(url, database)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            sites.create(Path(temporary), "deal.localhost", **options)
            with sites.connected(Path(temporary), "deal.localhost"):
                times = interleaved({"app": cycle.run}, rounds)
                before = frappe.db.statement_count
                cycle.run()
                count = frappe.db.statement_count - before
        return f"deal of 5 lines on MariaDB: {spell(times['app'])}, {count} statements"
    except pymysql.err.OperationalError as error:
        return f"no MariaDB ({error.args[-1]})"
    finally:
        _drop(options, database)


def _drop(options: dict, database: str) -> None:
    import pymysql

    try:
        connection = pymysql.connect(
            host=options["db_host"],
            port=options["db_port"],
            user=options["db_root_username"],
            password=options["db_root_password"],
        )
    except pymysql.err.OperationalError:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{database}`")
        for host in ("localhost", "127.0.0.1", "%"):
            cursor.execute(f"DROP USER IF EXISTS '{database}'@'{host}'")
    connection.close()
