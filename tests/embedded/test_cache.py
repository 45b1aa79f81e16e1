"""The cache: what one request, one process, and several processes see."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import frappe
import pytest
from frappe import cache_store, context, shared_store


class Database:
    """The part of a database connection that the cache talks to."""

    def __init__(self) -> None:
        from frappe.database.utils import CallbackManager

        self.after_commit, self.after_rollback = CallbackManager(), CallbackManager()

    def commit(self) -> None:
        self.after_rollback.reset()
        self.after_commit.run()
        cache_store.begin_transaction()

    def rollback(self) -> None:
        self.after_commit.reset()
        self.after_rollback.run()
        cache_store.begin_transaction()


@pytest.fixture
def site(tmp_path: Path):
    """A scope with a site's folder and something that commits."""
    before = dict(frappe.local)
    folder = tmp_path / "cache.localhost"
    folder.mkdir()
    (folder / "site_config.json").write_text("{}")
    enter(folder)
    yield folder
    context._scope.set(before)


def enter(folder: Path) -> Database:
    """Begin another request of the site."""
    context._scope.set({})
    frappe.init(folder.name, sites_path=str(folder.parent), force=True)
    frappe.local.db = Database()
    return frappe.local.db


def in_another_request(folder: Path, act) -> list:
    """What `act` answers in another thread's request."""
    answers: list = []

    def run() -> None:
        enter(folder)
        answers.append(act())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers


def in_another_process(folder: Path, code: str) -> str:
    program = f"import frappe\nfrappe.init({folder.name!r}, sites_path={str(folder.parent)!r})\n{code}\n"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_a_value_is_made_once(site: Path) -> None:
    made: list[int] = []
    for _time in range(3):
        assert frappe.cache.get_value("k", lambda: made.append(1) or {"a": 1}) == {"a": 1}
    assert made == [1]


def test_changing_an_answer_changes_nobody_elses(site: Path) -> None:
    frappe.cache.set_value("k", {"rows": [1]})
    frappe.cache.get_value("k")["rows"].append(2)
    assert in_another_request(site, lambda: frappe.cache.get_value("k")) == [{"rows": [1]}]


def test_the_client_cache_hands_out_one_object(site: Path) -> None:
    value = {"shared": True}
    frappe.client_cache.set_value("k", value)
    assert in_another_request(site, lambda: frappe.client_cache.get_value("k")) == [value]
    assert in_another_request(site, lambda: frappe.client_cache.get_value("k"))[0] is value


def test_values_expire(site: Path) -> None:
    frappe.cache.set_value("k", 1, expires_in_sec=0.05)
    assert frappe.cache.get_value("k") == 1
    time.sleep(0.08)
    assert frappe.cache.get_value("k") is None


def test_users_have_values_of_their_own(site: Path) -> None:
    frappe.cache.set_value("k", "a", user="ana@example.com")
    assert frappe.cache.get_value("k") is None
    assert frappe.cache.get_value("k", user="ana@example.com") == "a"


def test_keys_are_deleted_by_their_beginning(site: Path) -> None:
    for key in ("doc::a", "doc::b", "other"):
        frappe.cache.set_value(key, 1)
    frappe.cache.delete_keys("doc::")
    assert [frappe.cache.get_value(key) for key in ("doc::a", "doc::b", "other")] == [None, None, 1]


def test_other_processes_forget_a_group_of_keys(site: Path) -> None:
    for key in ("document_cache::Item::a", "document_cache::Client::b"):
        frappe.cache.set_value(key, "old")
    in_another_process(site, "frappe.cache.delete_keys('document_cache::Item::')")
    enter(site)
    values = [frappe.cache.get_value(key) for key in ("document_cache::Item::a", "document_cache::Client::b")]
    assert values == [None, "old"]


def test_what_a_transaction_computes_from_uncommitted_rows_is_its_own(site: Path) -> None:
    database = frappe.local.db
    frappe.cache.set_value("k", "old")
    database.commit()
    frappe.cache.delete_value("k")
    frappe.cache.set_value("k", "uncommitted")
    assert frappe.cache.get_value("k") == "uncommitted"
    assert in_another_request(site, lambda: frappe.cache.get_value("k")) == [None]
    database.rollback()
    assert frappe.cache.get_value("k") is None


def test_a_reader_with_an_old_snapshot_cannot_put_old_data_back(site: Path) -> None:
    started, changed = threading.Event(), threading.Event()

    def slow_reader() -> None:
        enter(site)
        started.set()
        changed.wait(5)
        frappe.cache.set_value("k", "read before the change")

    reader = threading.Thread(target=slow_reader)
    reader.start()
    started.wait(5)
    frappe.cache.delete_value("k")
    frappe.local.db.commit()
    changed.set()
    reader.join()
    assert in_another_request(site, lambda: frappe.cache.get_value("k")) == [None]


def test_other_processes_forget_what_is_deleted_after_commit(site: Path) -> None:
    frappe.cache.set_value("k", "old")
    frappe.local.db.commit()
    in_another_process(site, "frappe.cache.delete_value('k')")
    frappe.local.db.commit()
    assert frappe.cache.get_value("k") is None


def test_clearing_the_cache_clears_it_everywhere(site: Path) -> None:
    frappe.local.flags.in_install_db = True
    frappe.cache.set_value("k", "old")
    in_another_process(site, "frappe.local.flags.in_install_db = True\nfrappe.clear_cache()")
    enter(site)
    assert frappe.cache.get_value("k") is None


def test_counters_are_one_for_all_processes(site: Path) -> None:
    assert shared_store.increment("n", 2) == 2
    assert in_another_process(site, "from frappe import shared_store; print(shared_store.increment('n', 3))") == "5"
    assert frappe.cache.get_value("n", shared=True) == 5


def test_a_counter_starts_again_when_it_has_expired(site: Path) -> None:
    assert shared_store.increment("n", 1, 0.05) == 1
    assert shared_store.increment("n", 1, 0.05) == 2
    time.sleep(0.08)
    assert shared_store.increment("n", 1, 30) == 1
    assert 28 <= shared_store.ttl("n") <= 30
    assert shared_store.ttl("nothing") == -2


def test_counting_at_the_same_time_loses_nothing(site: Path) -> None:
    def count() -> None:
        enter(site)
        for _time in range(25):
            shared_store.increment("n")

    threads = [threading.Thread(target=count) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared_store.get("n") == 100


def test_shared_values_are_seen_by_other_processes(site: Path) -> None:
    frappe.cache.set_value("message", {"a": [1]}, expires_in_sec=60, shared=True)
    assert in_another_process(site, "print(frappe.cache.get_value('message', shared=True))") == "{'a': [1]}"
    frappe.cache.delete_value("message", shared=True)
    assert frappe.cache.get_value("message", shared=True) is None


def test_the_rate_limit_counts_by_address_and_value(site: Path) -> None:
    from frappe.rate_limiter import rate_limit
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    @rate_limit(key="email", limit=2, seconds=60)
    def ask() -> str:
        return "ok"

    frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())
    frappe.local.request_ip = "192.0.2.1"
    frappe.local.form_dict = frappe._dict(email="a@example.com")
    frappe.local.flags.in_install_db = True
    assert [ask(), ask()] == ["ok", "ok"]
    with pytest.raises(frappe.RateLimitExceededError):
        ask()
    frappe.local.form_dict.email = "b@example.com"
    assert ask() == "ok"
    frappe.local.request = None
    assert [ask() for _time in range(5)] == ["ok"] * 5
