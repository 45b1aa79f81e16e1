"""The clock: what is due is queued once, however long nobody looked; a failing event spoils nothing."""

import datetime
import threading

import frappe
import pytest
from frappe.utils import scheduler
from frappe.utils.job_worker import ProcessLock, lock_path, run_pending_jobs

TARGETS = "opsapp.targets"
EVENTS = {
    "hourly": [f"{TARGETS}.hourly_note"],
    "daily_long": [f"{TARGETS}.failing_event"],
    "cron": {"*/5 * * * *": [f"{TARGETS}.hourly_note"], "0 6 * * 1": [f"{TARGETS}.hourly_note"]},
}


@pytest.fixture
def events(bare):
    scheduler.sync_jobs(EVENTS)
    scheduler.enable_scheduler()
    frappe.db.delete("Scheduled Job Log")
    frappe.db.commit()
    yield
    scheduler.sync_jobs()
    frappe.db.commit()


def rows() -> dict:
    found = frappe.get_all("Scheduled Job Type", fields=["*"])
    return {(row.method.rsplit(".", 1)[1], row.frequency, row.cron_format or ""): row for row in found}


def set_last_run(frequency: str, moment: str) -> None:
    frappe.db.set_value("Scheduled Job Type", {"frequency": frequency}, "last_execution", moment, update_modified=False)


def test_events_of_the_hooks_become_rows_and_go_with_them(events):
    assert set(rows()) == {
        ("hourly_note", "Hourly", ""),
        ("failing_event", "Daily Long", ""),
        ("hourly_note", "Cron", "*/5 * * * *"),
        ("hourly_note", "Cron", "0 6 * * 1"),
    }
    scheduler.sync_jobs({"hourly": EVENTS["hourly"]})
    assert set(rows()) == {("hourly_note", "Hourly", "")}


def test_a_second_sync_keeps_what_an_administrator_stopped(events):
    name = rows()["hourly_note", "Hourly", ""].name
    frappe.db.set_value("Scheduled Job Type", name, "stopped", 1)
    scheduler.sync_jobs(EVENTS)
    assert rows()["hourly_note", "Hourly", ""].stopped == 1
    assert rows()["hourly_note", "Hourly", ""].name == name


def test_the_framework_brings_its_own_events(bare):
    assert {"flush", "clear_old_jobs"} <= {name for name, _frequency, _pattern in rows()}


@pytest.mark.parametrize(
    ("frequency", "last", "due"),
    [
        ("Hourly", "2026-11-22 10:15:00", "2026-11-22 11:00:00"),
        ("Daily", "2026-11-22 10:15:00", "2026-11-23 00:00:00"),
        ("Daily", "2026-02-28 23:59:59", "2026-03-01 00:00:00"),
        ("Weekly", "2026-11-22 10:15:00", "2026-11-29 00:00:00"),
        ("Monthly Long", "2026-11-22 10:15:00", "2026-12-01 00:00:00"),
        ("Yearly", "2026-11-22 10:15:00", "2027-01-01 00:00:00"),
        ("All", "2026-11-22 10:15:00", "2026-11-22 10:16:00"),
    ],
)
def test_the_next_run_follows_the_last_one(bare, frequency, last, due):
    job = frappe.get_doc({"doctype": "Scheduled Job Type", "frequency": frequency, "last_execution": last})
    assert str(job.get_next_execution()) == due
    assert job.is_event_due(job.get_next_execution())
    assert not job.is_event_due(job.get_next_execution() - datetime.timedelta(seconds=1))


def test_three_missed_days_are_made_up_once(events):
    for frequency in ("Hourly", "Cron"):
        set_last_run(frequency, str(frappe.utils.now_datetime()))
    set_last_run("Daily Long", str(frappe.utils.add_days(None, -3)))
    assert scheduler.enqueue_events() == [f"{TARGETS}.failing_event"]
    frappe.db.commit()
    assert scheduler.enqueue_events() == []
    run_pending_jobs()
    assert scheduler.enqueue_events() == []


def test_a_run_is_logged_and_its_work_committed(events, notes):
    for frequency in ("Daily Long", "Cron"):
        set_last_run(frequency, str(frappe.utils.now_datetime()))
    set_last_run("Hourly", "2026-01-01 00:00:00")
    scheduler.enqueue_events()
    run_pending_jobs()
    assert notes() == ["hourly"]
    [log] = frappe.get_all("Scheduled Job Log", fields=["status", "scheduled_job_type"])
    assert log.status == "Complete"
    assert (
        frappe.utils.get_datetime(rows()["hourly_note", "Hourly", ""].last_execution).year
        == frappe.utils.getdate().year
    )


def test_a_failing_event_is_undone_logged_and_counts_as_run(events, notes):
    scheduler.trigger_event("daily_long")
    assert notes() == []
    [log] = frappe.get_all("Scheduled Job Log", fields=["status", "details"])
    assert log.status == "Failed" and "on purpose" in log.details
    assert frappe.db.count("Error Log") == 1
    assert rows()["failing_event", "Daily Long", ""].last_execution


def test_a_stopped_job_is_not_queued(events):
    frappe.db.set_value(
        "Scheduled Job Type", {"name": ["!=", ""]}, {"stopped": 1, "last_execution": "2020-01-01 00:00:00"}
    )
    assert scheduler.enqueue_events() == []


def test_a_bad_cron_pattern_is_refused(bare):
    job = {"doctype": "Scheduled Job Type", "method": f"{TARGETS}.hourly_note", "frequency": "Cron"}
    with pytest.raises(frappe.ValidationError, match="not a valid Cron"):
        frappe.get_doc({**job, "cron_format": "61 * * * *"}).insert()
    with pytest.raises(frappe.ValidationError, match="required"):
        frappe.get_doc(job).insert()


def test_a_disabled_scheduler_queues_nothing(events, bare):
    frappe.db.set_value("Scheduled Job Type", {"name": ["!=", ""]}, "last_execution", "2020-01-01 00:00:00")
    scheduler.disable_scheduler()
    frappe.db.commit()
    tick_elsewhere(bare)
    frappe.db.rollback()
    assert frappe.db.count("Background Job") == 0
    scheduler.enable_scheduler()
    frappe.db.commit()
    tick_elsewhere(bare)
    frappe.db.rollback()
    assert frappe.db.count("Background Job") == 4


def tick_elsewhere(bare) -> None:
    thread = threading.Thread(target=scheduler._tick, args=(bare.name, str(bare.sites)))
    thread.start()
    thread.join(30)


def test_only_one_process_holds_the_clock(bare):
    first, second = ProcessLock(lock_path("scheduler")), ProcessLock(lock_path("scheduler"))
    assert first.acquire() and not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
