"""Background jobs: durable, in the caller's transaction, run once, as their user, never lost with a process."""

import datetime
import os
import signal
import subprocess
import threading
import time
from decimal import Decimal
from pathlib import Path

import frappe
import pytest
from frappe.utils import background_jobs, job_values
from frappe.utils.job_worker import Worker, claim, run_pending_jobs, site_context
from opsapp import targets as ops_targets

from tests.embedded.bare import BareSite

TARGETS = "opsapp.targets"


def jobs(**filters) -> list:
    return frappe.get_all("Background Job", filters=filters, fields=["*"], order_by="creation asc")


def test_a_job_runs_after_the_commit_and_its_work_is_kept(bare, notes):
    job = frappe.enqueue(f"{TARGETS}.write_note", text="from a job")
    assert job.get_status() == "queued" and notes() == []
    assert run_pending_jobs() == 1
    assert notes() == ["from a job"]
    assert job.get_status() == "finished"


def test_a_job_tied_to_the_commit_is_dropped_with_the_rollback(bare):
    assert frappe.enqueue(f"{TARGETS}.write_note", text="never", enqueue_after_commit=True) is None
    frappe.db.rollback()
    frappe.db.commit()
    assert jobs() == []


def test_a_plain_job_outlives_the_rollback_of_its_caller(bare, notes):
    frappe.get_doc({"doctype": "ToDo", "description": "lost"}).insert()
    frappe.enqueue(f"{TARGETS}.write_note", text="kept")
    frappe.db.rollback()
    assert len(jobs(status="queued")) == 1
    run_pending_jobs()
    assert notes() == ["kept"]


def test_a_job_does_not_vanish_with_a_savepoint(bare):
    frappe.db.savepoint("before_job")
    frappe.enqueue(f"{TARGETS}.write_note", text="kept", enqueue_after_commit=True)
    frappe.db.rollback(save_point="before_job")
    frappe.db.commit()
    assert len(jobs()) == 1


def test_several_jobs_of_one_transaction_are_written_with_one_statement(bare):
    for number in range(5):
        frappe.enqueue(f"{TARGETS}.write_note", text=str(number), enqueue_after_commit=True)
    before = frappe.db.statement_count
    frappe.db.commit()
    assert len(jobs()) == 5
    written = [query for query in [frappe.db.statement_count - before] if query]
    assert written[0] <= 5  # begin, insert, commit and the reading above


def test_arguments_keep_their_types(bare):
    values = {
        "day": datetime.date(2026, 11, 22),
        "moment": datetime.datetime(2026, 11, 22, 14, 30, 5, 250),
        "span": datetime.timedelta(minutes=90),
        "amount": Decimal("10.10"),
        "pair": (1, "ș"),
        "names": {"a", "b"},
        "raw": b"\x00\xff",
        "nested": {"list": [Decimal("1"), None, True], 5: "number as key"},
        "tagged": {"__value_type__": "date", "value": "not a date"},
    }
    frappe.enqueue(f"{TARGETS}.remember", **values)
    run_pending_jobs()
    assert ops_targets.attempts == [("Administrator", values)]


@pytest.mark.parametrize("value", [object(), lambda: None, threading.Lock(), float])
def test_an_argument_that_is_not_plain_data_is_refused_at_once(bare, value):
    with pytest.raises(TypeError, match="cannot carry"):
        frappe.enqueue(f"{TARGETS}.remember", value=value)
    frappe.db.commit()
    assert jobs() == []


def test_reading_arguments_never_runs_code():
    text = '{"__value_type__": "os.system", "value": "true"}'
    with pytest.raises(KeyError):
        job_values.loads(text)


def test_a_function_inside_a_function_is_refused(bare):
    def inner() -> None: ...

    with pytest.raises(ValueError, match="function of a module"):
        frappe.enqueue(inner)


def test_an_unknown_queue_is_refused(bare):
    with pytest.raises(frappe.ValidationError, match="Queue should be one of"):
        frappe.enqueue(f"{TARGETS}.remember", queue="urgent")


def test_now_runs_in_the_caller_and_answers_the_result(bare):
    assert frappe.enqueue(f"{TARGETS}.answer", now=True, a=2, b=3) == {"sum": 5}
    frappe.db.commit()
    assert jobs() == []


def test_a_job_runs_as_the_user_who_queued_it(bare):
    frappe.set_user("Guest")
    frappe.enqueue(f"{TARGETS}.remember", mark=1)
    frappe.set_user("Administrator")
    run_pending_jobs()
    assert ops_targets.attempts == [("Guest", {"mark": 1})]


def test_a_failed_job_leaves_an_error_log_and_nothing_else(bare, notes):
    frappe.enqueue(f"{TARGETS}.write_and_fail", text="half", password="geheim-123", on_failure=ops_targets.on_failure)
    run_pending_jobs()
    assert notes() == []
    [job] = jobs()
    assert job.status == "failed" and job.error.startswith("ValidationError")
    [log] = frappe.get_all("Error Log", fields=["method", "error"])
    assert log.method == f"{TARGETS}.write_and_fail" and "on purpose" in log.error
    assert "geheim-123" not in log.error
    assert ops_targets.attempts == [
        ("failure", f"{TARGETS}.write_and_fail", "ValidationError", "the job failed on purpose")
    ]


def test_a_finished_job_forgets_its_arguments_and_tells_its_callback(bare):
    frappe.enqueue(f"{TARGETS}.answer", a=1, b=1, on_success=ops_targets.on_success)
    run_pending_jobs()
    assert jobs()[0].arguments is None
    assert ops_targets.attempts == [("success", f"{TARGETS}.answer", {"sum": 2})]


def test_a_deadlock_runs_the_job_again_from_the_start(bare, notes):
    frappe.enqueue(f"{TARGETS}.fail_twice", text="third time")
    run_pending_jobs()
    assert notes() == ["third time"] and len(ops_targets.attempts) == 3
    assert jobs()[0].status == "finished"


def test_a_job_over_its_time_is_stopped(bare):
    frappe.enqueue(f"{TARGETS}.sleep_long", timeout=1)
    started = time.monotonic()
    run_pending_jobs()
    assert time.monotonic() - started < 10
    assert jobs()[0].status == "failed" and "JobTimeoutError" in jobs()[0].error


def test_short_jobs_go_before_long_ones_and_at_front_before_all_of_its_queue(bare):
    for queue, mark, front in (("long", 1, False), ("default", 2, False), ("short", 3, False), ("default", 4, True)):
        frappe.enqueue(f"{TARGETS}.remember", queue=queue, at_front=front, mark=mark)
    run_pending_jobs()
    assert [values["mark"] for _user, values in ops_targets.attempts] == [3, 4, 2, 1]


def test_a_worker_of_one_queue_leaves_the_others_alone(bare):
    frappe.enqueue(f"{TARGETS}.remember", queue="long", mark=1)
    frappe.db.commit()
    assert claim("someone", ["short", "default"]) is None
    assert claim("someone", ["long"]).queue == "long"


def test_deduplication_keeps_one_job_of_an_id_until_it_has_run(bare):
    def ask():
        return frappe.enqueue(f"{TARGETS}.remember", job_id="the one", deduplicate=True, mark=1)

    assert ask() and ask() is None
    assert background_jobs.is_job_enqueued("the one")
    frappe.db.commit()
    assert ask() is None
    run_pending_jobs()
    assert not background_jobs.is_job_enqueued("the one")
    assert ask()
    with pytest.raises(frappe.ValidationError, match="job_id"):
        frappe.enqueue(f"{TARGETS}.remember", deduplicate=True)


def test_two_transactions_that_queue_the_same_id_at_once_make_one_job(bare):
    ready = threading.Barrier(2)

    def ask() -> None:
        with site_context(bare.name, str(bare.sites)):
            frappe.enqueue(f"{TARGETS}.remember", job_id="race", deduplicate=True)
            ready.wait(10)
            try:
                frappe.db.commit()
            except frappe.QueryDeadlockError:  # SQLite: the other one wrote after we had read
                frappe.db.rollback()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    frappe.db.rollback()
    assert len(jobs()) == 1


def test_workers_in_parallel_never_run_a_job_twice(bare, tmp_path):
    path = tmp_path / "lines.txt"
    for number in range(24):
        frappe.enqueue(f"{TARGETS}.append_line", path=str(path), line=str(number))
    frappe.db.commit()
    workers = [Worker(bare.name, str(bare.sites)) for _ in range(4)]
    threads = [threading.Thread(target=worker.run, args=(threading.Event(), True)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(map(int, path.read_text().split())) == list(range(24))
    frappe.db.rollback()
    assert {job.status for job in jobs()} == {"finished"}


def start_worker(site: BareSite) -> "subprocess.Popen[str]":
    return site.command("worker", start_new_session=True)


def wait_for(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def test_a_job_whose_worker_was_killed_runs_again_and_only_its_second_work_stays(bare, tmp_path, notes):
    marker = tmp_path / "started"
    frappe.enqueue(f"{TARGETS}.write_then_hang", text="once", marker=str(marker))
    frappe.db.commit()
    process = start_worker(bare)
    try:
        wait_for(marker.exists)
        assert claim("another worker") is None
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert run_pending_jobs() == 1
    assert notes() == ["once"]
    assert jobs()[0].status == "finished" and jobs()[0].attempts == 2


def test_a_job_that_ends_its_worker_every_time_is_given_up(bare):
    frappe.enqueue(f"{TARGETS}.remember", mark=1)
    frappe.db.commit()
    for _ in range(3):
        assert claim("a worker that died")
        recover_once()
    assert jobs()[0].status == "failed"
    assert frappe.db.count("Error Log") == 1


def recover_once() -> None:
    from frappe.utils.job_worker import recover_abandoned_jobs

    assert recover_abandoned_jobs() == 1


def test_a_worker_process_stops_on_sigterm_and_takes_new_jobs_at_once(bare, tmp_path):
    path = tmp_path / "lines.txt"
    process = start_worker(bare)
    try:
        frappe.enqueue(f"{TARGETS}.append_line", path=str(path), line="done")
        frappe.db.commit()
        wait_for(path.exists)
        process.terminate()
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.communicate()
    assert not list(Path(bare.folder, "locks").glob("worker-*"))


def test_old_jobs_are_forgotten(bare):
    frappe.enqueue(f"{TARGETS}.remember", mark=1)
    frappe.enqueue(f"{TARGETS}.write_and_fail", text="x")
    run_pending_jobs()
    frappe.db.set_value(
        "Background Job", {"name": ["!=", ""]}, "modified", "2020-01-01 00:00:00", update_modified=False
    )
    background_jobs.clear_old_jobs()
    assert jobs() == []
