"""The clock: once a minute the due jobs of `scheduler_events` are queued. One process at a time holds the clock."""

import threading
import time
from contextlib import suppress

import frappe
from frappe.utils.data import cint
from frappe.utils.job_worker import ProcessLock, lock_path, site_context

TICK_SECONDS = 60
DOCTYPE = "Scheduled Job Type"


def is_scheduler_disabled(verbose: bool = False) -> bool:
    """Whether the site's configuration or System Settings switch the scheduler off."""
    if cint(frappe.conf.get("disable_scheduler")):
        return True
    return not cint(frappe.db.get_single_value("System Settings", "enable_scheduler"))


def is_scheduler_inactive(verbose: bool = False) -> bool:
    """Disabled, paused, or the site is in maintenance."""
    paused = frappe.conf.get("maintenance_mode") or frappe.conf.get("pause_scheduler")
    return bool(paused) or is_scheduler_disabled()


def toggle_scheduler(enable: bool) -> None:
    """Switch System Settings' `enable_scheduler`; the caller commits."""
    frappe.db.set_single_value("System Settings", "enable_scheduler", int(enable))


def enable_scheduler() -> None:
    """See `toggle_scheduler`."""
    toggle_scheduler(True)


def disable_scheduler() -> None:
    """See `toggle_scheduler`."""
    toggle_scheduler(False)


@frappe.whitelist()
def get_scheduler_status() -> dict[str, str]:
    """{"status": "active" or "inactive"}."""
    return {"status": "inactive" if is_scheduler_inactive() else "active"}


def enqueue_events() -> list[str]:
    """Queue the jobs that are due; answers their functions. A bad pattern is logged and skipped."""
    queued = []
    for name in frappe.get_all(DOCTYPE, filters={"stopped": 0}, pluck="name"):
        job_type = frappe.get_doc(DOCTYPE, name)
        try:
            if job_type.enqueue():
                queued.append(job_type.method)
        except ValueError:
            frappe.log_error(title=f"Scheduled job {job_type.method}")
    return queued


def trigger_event(event: str) -> list[str]:
    """Run the functions of one event (`daily`, `hourly_long`, a cron pattern …) now, one after the other."""
    field, value = ("cron_format", event) if " " in event else ("frequency", event.replace("_", " ").title())
    names = frappe.get_all(DOCTYPE, filters={field: value}, pluck="name")
    for name in names:
        frappe.get_doc(DOCTYPE, name).execute()
    return names


def sync_jobs(hooks: dict | None = None) -> None:
    """Make the rows equal to the apps' `scheduler_events`; a row keeps its `stopped` and `last_execution`."""
    wanted = _wanted_events(frappe.get_hooks("scheduler_events") if hooks is None else hooks)
    rows = frappe.get_all(DOCTYPE, fields=["name", "method", "frequency", "cron_format"])
    present = {(row.method, row.frequency, row.cron_format or ""): row.name for row in rows}
    for key in present.keys() - wanted:
        frappe.delete_doc(DOCTYPE, present[key], ignore_permissions=True, force=True)
    for method, frequency, cron_format in sorted(wanted - present.keys()):
        frappe.get_attr(method)
        values = {"method": method, "frequency": frequency, "cron_format": cron_format}
        frappe.get_doc({"doctype": DOCTYPE, **values}).insert(ignore_permissions=True)


def _wanted_events(hooks: dict) -> set[tuple[str, str, str]]:
    """(function, frequency, cron pattern) of every scheduler event."""
    wanted = set()
    for event, methods in (hooks or {}).items():
        if event == "cron":
            wanted |= {(method, "Cron", pattern) for pattern, names in methods.items() for method in names}
        else:
            wanted |= {(method, event.replace("_", " ").title(), "") for method in methods}
    return wanted


def run_scheduler(site: str, sites_path: str, stop: threading.Event) -> None:
    """Tick until `stop` is set. Only the process that holds the site's scheduler lock does anything."""
    frappe.init(site, sites_path=sites_path, force=True)
    lock, held = ProcessLock(lock_path("scheduler")), False
    tick = cint(frappe.conf.get("scheduler_tick_interval")) or TICK_SECONDS
    frappe.destroy()
    try:
        while not stop.is_set():
            held = held or lock.acquire()
            if held:
                _tick(site, sites_path)
            stop.wait(tick - time.time() % tick if held else min(tick, 10))
    finally:
        lock.release()


def _tick(site: str, sites_path: str) -> None:
    """One look at the clock; trouble is kept in the Error Log and the next tick tries again."""
    with suppress(Exception), site_context(site, sites_path):
        try:
            frappe.db.begin(write=False)
            if not is_scheduler_inactive():
                enqueue_events()
            frappe.db.commit()
        except Exception:
            frappe.db.rollback()
            frappe.log_error(title="Scheduler")
            frappe.db.commit()
