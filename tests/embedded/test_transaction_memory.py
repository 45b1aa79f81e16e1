"""A transaction reads a document once, and never answers what is no longer so."""

import threading
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.database import get_db

from tests.embedded.db_site import db, db_site  # noqa: F401

ORDER = "Db Order"


def statements(work: Any) -> list[str]:
    """The statements that `work` makes."""
    frappe.db.trace = made = []
    try:
        work()
    finally:
        frappe.db.trace = None
    return made


@pytest.fixture
def other(db) -> Iterator[Any]:
    """A second connection to the same site; what it committed is put back."""
    connection = get_db()
    yield connection
    db.rollback()
    connection.rollback()
    connection.sql("update `tabDb Order` set note='first' where name='O-1'")
    connection.commit()
    connection.close()


def test_a_document_is_read_once_in_a_transaction(db):
    first = frappe.get_doc(ORDER, "O-1")
    assert statements(lambda: frappe.get_doc(ORDER, "O-1")) == []
    assert frappe.get_doc(ORDER, "O-1").as_dict() == first.as_dict()


def test_what_is_handed_out_is_the_callers_own(db):
    first = frappe.get_doc(ORDER, "O-1")
    first.note, first.items[0].qty = "changed in memory", 999
    again = frappe.get_doc(ORDER, "O-1")
    assert again.note == "first" and again.items[0].qty != 999


@pytest.mark.parametrize(
    "write",
    [
        lambda: frappe.db.set_value(ORDER, "O-1", "note", "second"),
        lambda: frappe.db.sql("update `tabDb Order` set note='second' where name='O-1'"),
        lambda: frappe.db.sql("update /* a remark */ `tabDb Order` set note='second'"),
        lambda: frappe.db.bulk_update(ORDER, {"O-1": {"note": "second"}}),
        lambda: frappe.get_doc(ORDER, "O-1").db_set("note", "second"),
        lambda: frappe.get_doc(ORDER, "O-1").update({"note": "second"}).save(),
    ],
)
def test_own_writes_are_seen(db, write):
    frappe.get_doc(ORDER, "O-1")
    write()
    assert frappe.get_doc(ORDER, "O-1").note == "second"


def maria() -> bool:
    return frappe.db.db_type == "mariadb"


def test_rows_deleted_or_added_are_seen(db):
    frappe.get_doc(ORDER, "O-1")
    frappe.db.delete("Db Order Item", {"parent": "O-1"})
    assert frappe.get_doc(ORDER, "O-1").items == []


def test_a_savepoint_undone_is_undone_here_too(db):
    frappe.db.savepoint("here")
    frappe.db.set_value(ORDER, "O-1", "note", "second")
    assert frappe.get_doc(ORDER, "O-1").note == "second"
    frappe.db.rollback(save_point="here")
    assert frappe.get_doc(ORDER, "O-1").note == "first"


def test_the_next_transaction_sees_what_others_committed(db, other):
    frappe.get_doc(ORDER, "O-1")
    frappe.db.rollback()
    other.begin(write=True)
    other.sql("update `tabDb Order` set note='theirs' where name='O-1'")
    other.commit()
    assert frappe.get_doc(ORDER, "O-1").note == "theirs"


def test_a_lock_asked_for_later_never_gives_an_old_row(db, other):
    db.rollback()
    db.begin(write=False)
    assert frappe.get_doc(ORDER, "O-1").note == "first"
    other.begin(write=True)
    other.sql("update `tabDb Order` set note='theirs' where name='O-1'")
    other.commit()
    try:
        assert frappe.get_doc(ORDER, "O-1", for_update=True).note == "theirs"
    except frappe.QueryDeadlockError:
        assert not maria()  # SQLite refuses to write on an old snapshot; whoever asked begins again


def test_a_row_read_under_lock_is_locked(db, other):
    db.rollback()
    db.begin(write=False)
    frappe.get_doc(ORDER, "O-1")
    frappe.get_doc(ORDER, "O-1", for_update=True)
    if maria():
        other.sql("set innodb_lock_wait_timeout=1")
        with pytest.raises(frappe.QueryTimeoutError):
            other.sql("update `tabDb Order` set note='theirs' where name='O-1'")
        other.sql("set innodb_lock_wait_timeout=default")
    else:
        assert db._lock.held


def test_links_of_a_document_are_asked_for_together_and_once(db):
    values = {"doctype": ORDER, "client": "Alfa SRL", "status": "Open"}
    frappe.get_doc({**values, "name": "N-1"}).insert()
    made = statements(lambda: frappe.get_doc({**values, "name": "N-2"}).insert())
    assert not [query for query in made if query.startswith("SELECT") and "tabDb Client" in query]


def test_a_link_to_what_was_deleted_meanwhile_is_refused(db):
    frappe.get_doc({"doctype": "Db Client", "title": "Gone"}).insert()
    values = {"doctype": ORDER, "client": "Gone", "status": "Open"}
    frappe.get_doc({**values, "name": "N-1"}).insert()
    frappe.db.delete("Db Client", {"name": "Gone"})
    with pytest.raises(frappe.LinkValidationError):
        frappe.get_doc({**values, "name": "N-2"}).insert()


def test_a_link_to_what_a_savepoint_took_back_is_refused(db):
    frappe.db.savepoint("here")
    frappe.get_doc({"doctype": "Db Client", "title": "Undone"}).insert()
    frappe.db.rollback(save_point="here")
    with pytest.raises(frappe.LinkValidationError):
        frappe.get_doc({"doctype": ORDER, "name": "N-1", "client": "Undone", "status": "Open"}).insert()


def test_no_thread_waits_for_another_ones_metadata(db, monkeypatch):
    """The lock of Python 3.11's `cached_property` is shared by all documents: it may not be held during a query."""
    from frappe.model.base_document import BaseDocument

    entered, may_go_on = threading.Event(), threading.Event()

    def slow(document: Any) -> str:
        if document.slow:
            entered.set()
            assert may_go_on.wait(10)
        return "meta"

    lazy = BaseDocument.__dict__["meta"]
    monkeypatch.setattr(lazy, "func", slow)
    documents = [BaseDocument.__new__(BaseDocument) for _ in range(2)]
    documents[0].slow, documents[1].slow = True, False
    thread = threading.Thread(target=lambda: documents[0].meta)
    thread.start()
    assert entered.wait(10)
    other = threading.Thread(target=lambda: (documents[1].meta, may_go_on.set()))
    other.start()
    other.join(5)
    finished = not other.is_alive()
    may_go_on.set()
    thread.join()
    other.join()
    assert finished
