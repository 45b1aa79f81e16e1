"""Transactions: callbacks, savepoints, the fair queue of writers, and what happens when somebody dies."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe import context
from frappe.database import get_db, savepoint

from tests.embedded.db_site import db, db_site  # noqa: F401

WRITERS, SECONDS = 8, 2.0


def connect(sites: str, site: str) -> Any:
    """Database of the site in this process or thread, beside whatever else is connected."""
    frappe.init(site, sites_path=sites, force=True)
    frappe.local.db = get_db()
    return frappe.local.db


def where() -> tuple[str, str]:
    return str(frappe.local.sites_path), frappe.local.site


@pytest.fixture
def other(db) -> Iterator[Any]:
    """A second connection to the same site."""
    connection = get_db()
    yield connection
    connection.close()


@pytest.fixture
def counter(db) -> Iterator[str]:
    """A committed row that many may count up."""
    db.sql("delete from `tabSeries` where name='HOT'")
    db.sql("insert into `tabSeries` (name, current) values ('HOT', 0)")
    db.commit()
    yield "HOT"
    db.rollback()
    db.sql("delete from `tabSeries` where name='HOT'")
    db.commit()


def value(connection: Any) -> int:
    return connection.sql("select current from `tabSeries` where name='HOT'")[0][0]


def count_up(connection: Any) -> None:
    """Read under lock, then write: the update is lost when two may do it at once."""
    current = connection.sql("select current from `tabSeries` where name='HOT' for update")[0][0]
    connection.sql("update `tabSeries` set current=%s where name='HOT'", current + 1)
    connection.commit()


def _writer(sites: str, site: str, start: Any, results: Any) -> None:
    connection = connect(sites, site)
    start.wait()
    done, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        connection.begin(write=True)
        count_up(connection)
        done += 1
    results.put(done)


def test_eight_writers_of_one_row_lose_nothing_and_nobody_starves(db, counter):
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(WRITERS), spawn.Queue()
    processes = [spawn.Process(target=_writer, args=(*where(), start, results)) for _ in range(WRITERS)]
    for process in processes:
        process.start()
    done = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert value(db) == sum(done)
    assert min(done) * 4 > max(done), done


def test_threads_of_one_process_queue_as_well(db, counter):
    sites, site = where()

    def work() -> None:
        token = context._scope.set(None)
        try:
            connection = connect(sites, site)
            for _ in range(25):
                connection.begin(write=True)
                count_up(connection)
            connection.close()
        finally:
            context._scope.reset(token)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(db) == 100


def _hold_and_wait(sites: str, site: str, ready: Any) -> None:
    connection = connect(sites, site)
    connection.begin(write=True)
    connection.sql("update `tabSeries` set current=99 where name='HOT'")
    ready.set()
    time.sleep(60)


def test_a_killed_writer_leaves_neither_a_lock_nor_half_a_change(db, counter):
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=_hold_and_wait, args=(*where(), ready))
    process.start()
    assert ready.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    db.begin(write=True)
    count_up(db)
    assert value(db) == 1


def test_a_forgotten_connection_lets_go_of_the_lock(db, counter):
    forgotten = get_db()
    forgotten.begin(write=True)
    forgotten.sql("update `tabSeries` set current=7 where name='HOT'")
    del forgotten
    count_up(db)
    assert value(db) == 1


@pytest.mark.only_sqlite(reason="MariaDB waits for rows, not for the database")
def test_a_thread_does_not_wait_for_itself(db, other, counter):
    db.sql("update `tabSeries` set current=1 where name='HOT'")
    with pytest.raises(frappe.QueryTimeoutError):
        other.sql("update `tabSeries` set current=2 where name='HOT'")


def test_readers_see_their_snapshot_and_are_not_kept_waiting(db, other, counter):
    other.begin(write=False)
    assert value(other) == 0
    db.sql("update `tabSeries` set current=5 where name='HOT'")
    assert value(other) == 0
    db.commit()
    assert value(other) == 0
    other.rollback()
    assert value(other) == 5


@pytest.mark.only_sqlite(reason="MariaDB's locking reads see the newest rows")
def test_writing_after_an_outdated_read_is_a_deadlock(db, other, counter):
    other.begin(write=False)
    assert value(other) == 0
    count_up(db)
    with pytest.raises(frappe.QueryDeadlockError):
        other.sql("update `tabSeries` set current=2 where name='HOT'")
    other.rollback()
    count_up(other)
    assert value(db) == 2


@pytest.mark.only_sqlite(reason="MariaDB's locking reads see the newest rows")
def test_a_locking_read_in_a_reading_transaction_takes_the_write_lock(db, other, counter):
    other.begin(write=False)
    assert value(other) == 0
    other.sql("select current from `tabSeries` where name='HOT' for update")
    assert other._lock.held
    other.rollback()
    assert not other._lock.held


def test_commit_and_rollback_run_their_callbacks(db):
    seen: list[str] = []
    db.before_commit.add(lambda: seen.append("before"))
    db.after_commit.add(lambda: seen.append("after"))
    db.after_rollback.add(lambda: seen.append("never"))
    db.commit()
    db.commit()
    assert seen == ["before", "after"]
    db.after_commit.add(lambda: seen.append("never"))
    db.before_rollback.add(lambda: seen.append("undo"))
    db.after_rollback.add(lambda: seen.append("undone"))
    db.rollback()
    db.commit()
    assert seen == ["before", "after", "undo", "undone"]


def test_what_a_before_commit_callback_writes_is_committed(db, counter):
    db.before_commit.add(lambda: db.sql("update `tabSeries` set current=3 where name='HOT'"))
    db.commit()
    db.rollback()
    assert value(db) == 3


def test_commit_inside_document_events_is_ignored(db, counter):
    db.sql("update `tabSeries` set current=8 where name='HOT'")
    db._disable_transaction_control += 1
    try:
        with pytest.warns(UserWarning):
            db.commit()
        with pytest.warns(UserWarning):
            db.rollback()
    finally:
        db._disable_transaction_control -= 1
    assert value(db) == 8
    db.rollback()
    assert value(db) == 0


def test_savepoints(db, counter):
    db.sql("update `tabSeries` set current=1 where name='HOT'")
    db.savepoint("one")
    db.sql("update `tabSeries` set current=2 where name='HOT'")
    db.rollback(save_point="one")
    assert value(db) == 1
    db.release_savepoint("one")
    with savepoint(catch=ZeroDivisionError):
        db.sql("update `tabSeries` set current=9 where name='HOT'")
        raise ZeroDivisionError
    with savepoint():
        db.sql("update `tabSeries` set current=current+10 where name='HOT'")
    assert value(db) == 11
    with pytest.raises(frappe.ValidationError):
        db.savepoint("a; drop table x")


def test_a_savepoint_does_not_make_a_reader_a_writer(db):
    db.rollback()
    reader = get_db()
    reader.begin(write=False)
    reader.sql("select 1")
    reader.savepoint("here")
    if db.db_type == "sqlite":
        assert not reader._lock.held
    reader.close()


@pytest.mark.only_mariadb(reason="row locks")
def test_mariadb_lock_waits_and_deadlocks_are_frappes_errors(db, other, counter):
    db.sql("select current from `tabSeries` where name='HOT' for update")
    other.sql("set innodb_lock_wait_timeout=1")
    with pytest.raises(frappe.QueryTimeoutError):
        other.sql("update `tabSeries` set current=2 where name='HOT'")
    assert other.sql("select current from `tabSeries` where name='HOT' for update skip locked") == ()
    with pytest.raises(frappe.QueryTimeoutError):
        other.sql("select current from `tabSeries` where name='HOT' for update nowait")
    other.sql("set innodb_lock_wait_timeout=default")


def test_an_interrupted_transaction_is_not_left_in_the_pool(db, counter):
    first = get_db()
    db.rollback()
    first.begin(write=True)
    first.sql("update `tabSeries` set current=4 where name='HOT'")
    first.close()
    second = get_db()
    assert value(second) == 0
    second.close()
