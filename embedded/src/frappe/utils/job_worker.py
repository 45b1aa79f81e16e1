"""Workers: claim a job, run it as its user in a transaction of its own, record how it ended.

A worker process holds a lock file for as long as it lives (the kernel drops the lock however it dies), so another
worker sees at once which started jobs were abandoned. Those run again, at most MAX_ATTEMPTS times.
"""

import contextvars
import ctypes
import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import frappe
from frappe.context import release_local
from frappe.database.utils import CallbackManager
from frappe.utils import job_values
from frappe.utils.background_jobs import DOCTYPE, WAITING, Job
from frappe.utils.data import add_to_date, now, now_datetime

MAX_ATTEMPTS = 3
MAX_RETRIES = 5
POLL_SECONDS = 1.0
RECOVERY_SECONDS = 15.0

_wake = threading.Condition()
_wakes = 0


class JobTimeoutError(Exception):
    """The job took longer than its timeout."""


def wake_workers() -> None:
    """Tell the workers of this process that there is something new; others look once a second."""
    global _wakes
    with _wake:
        _wakes += 1
        _wake.notify_all()


class ProcessLock:
    """A lock file held until this process ends; `acquire` says whether it was free."""

    def __init__(self, path: str):
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self, remove: bool = False) -> None:
        if remove:
            with suppress(OSError):
                os.unlink(self.path)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_path(name: str) -> str:
    """Path of a lock file of the current site."""
    return os.path.abspath(frappe.get_site_path("locks", f"{name}.lock"))


@contextmanager
def site_context(site: str, sites_path: str) -> Iterator[None]:
    """A connected site, dropped afterwards whatever happens."""
    frappe.init(site, sites_path=sites_path, force=True)
    try:
        frappe.connect()
        yield
    finally:
        frappe.destroy()


class Worker:
    """Runs the jobs of one site, one at a time. Several may run in one process or in several."""

    def __init__(self, site: str, sites_path: str = ".", queues: list[str] | None = None):
        self.site, self.sites_path, self.queues = site, sites_path, queues
        self.id = f"{os.getpid()}-{os.urandom(6).hex()}"
        self._lock: ProcessLock | None = None
        self._recovered = 0.0

    def run(self, stop: threading.Event, burst: bool = False) -> None:
        """Work until `stop` is set; with `burst` until nothing is left."""
        try:
            while not stop.is_set():
                seen = _wakes
                if self._safely_run_one():
                    continue
                if burst:
                    break
                with _wake:
                    _wake.wait_for(lambda seen=seen: _wakes != seen or stop.is_set(), timeout=POLL_SECONDS)
        finally:
            self.close()

    def run_one(self) -> bool:
        """Run the next job. False when none waits."""
        with site_context(self.site, self.sites_path):
            self._hold_lock()
            if time.monotonic() - self._recovered > RECOVERY_SECONDS:
                recover_abandoned_jobs()
                self._recovered = time.monotonic()
            job = claim(self.id, self.queues)
        if job:
            perform(job, self.site, self.sites_path)
        return bool(job)

    def close(self) -> None:
        """Say that this worker has ended."""
        if self._lock:
            self._lock.release(remove=True)
            self._lock = None

    def _hold_lock(self) -> None:
        if not self._lock:
            self._lock = ProcessLock(lock_path(f"worker-{self.id}"))
            self._lock.acquire()

    def _safely_run_one(self) -> bool:
        """A database that is away for a while must not end the worker."""
        try:
            return self.run_one()
        except Exception as error:
            print(f"worker: {type(error).__name__}: {error}", file=sys.stderr)
            time.sleep(POLL_SECONDS)
            return False


def run_pending_jobs(limit: int = 1000) -> int:
    """Commit, then run what waits in this thread, for tests and scripts; answers how many ran. The caller's connection
    stays.
    """
    frappe.db.commit()
    site, sites_path = frappe.local.site, frappe.local.sites_path
    done = contextvars.copy_context().run(_run_in_fresh_scope, Worker(site, sites_path), limit)
    frappe.db.rollback()
    return done


def _run_in_fresh_scope(worker: "Worker", limit: int) -> int:
    release_local()  # the caller's connection is not ours to close
    done = 0
    try:
        while done < limit and worker.run_one():
            done += 1
    finally:
        worker.close()
    return done


def claim(worker: str, queues: list[str] | None = None) -> frappe._dict | None:
    """Take the next waiting job for `worker`, by an update that only one of several can win."""
    filters: dict[str, Any] = {"status": "queued"}
    if queues:
        filters["queue"] = ["in", queues]
    frappe.db.begin(write=False)
    while True:
        name = frappe.db.get_value(DOCTYPE, filters, "name", order_by="priority asc, creation asc")
        frappe.db.commit()
        if not name:
            return None
        frappe.db.begin(write=True)
        job = frappe.qb.DocType(DOCTYPE)
        query = frappe.qb.update(job).set(job.status, "started").set(job.worker, worker)
        query = query.set(job.started_at, now()).set(job.modified, now()).set(job.attempts, job.attempts + 1)
        query.where((job.name == name) & (job.status == "queued")).run()
        row = frappe.db.get_value(DOCTYPE, {"name": name, "worker": worker, "status": "started"}, "*", as_dict=True)
        frappe.db.commit()
        frappe.db.begin(write=False)
        if row:
            return row


def recover_abandoned_jobs() -> int:
    """Queue the started jobs of dead processes again, or fail those that were tried too often."""
    started = frappe.get_all(DOCTYPE, filters={"status": "started"}, fields=["name", "worker", "attempts", "method"])
    frappe.db.rollback()
    recovered = 0
    for row in started:
        if not _is_dead(row.worker):
            continue
        again = row.attempts < MAX_ATTEMPTS
        values = {"status": "queued", "worker": None} if again else _ended("failed")
        frappe.db.begin(write=True)
        if not again:
            frappe.log_error(title=row.method, message=f"The job's process ended {row.attempts} times; given up.")
        _update_where(row, values)
        frappe.db.commit()
        recovered += 1
    return recovered


def _is_dead(worker: str | None) -> bool:
    path = lock_path(f"worker-{worker}")
    if not worker or not os.path.exists(path):
        return True
    lock = ProcessLock(path)
    dead = lock.acquire()
    if dead:
        lock.release(remove=True)
    return dead


def _update_where(row: frappe._dict, values: dict[str, Any]) -> None:
    """Change a job only if it is still the one that was looked at."""
    job = frappe.qb.DocType(DOCTYPE)
    query = frappe.qb.update(job).set(job.modified, now())
    for field, value in values.items():
        query = query.set(job[field], value)
    query.where((job.name == row.name) & (job.worker == row.worker) & (job.status == "started")).run()


def perform(job: frappe._dict, site: str, sites_path: str) -> None:
    """Run a claimed job to its end; a deadlock or RetryBackgroundJobError runs it again, up to five times."""
    for retry in range(MAX_RETRIES + 1):
        with site_context(site, sites_path):
            try:
                _run_once(job)
                return
            except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.RetryBackgroundJobError) as error:
                frappe.db.rollback()
                if retry == MAX_RETRIES:
                    _fail(job, error)
                    return
            except (Exception, SystemExit) as error:
                _fail(job, error)
                return
        time.sleep(0.1 * 2**retry)


def _run_once(job: frappe._dict) -> None:
    """The work and the row's new status are one transaction."""
    arguments = job_values.loads(job.arguments) or {}
    frappe.set_user(job.user)
    frappe.db.begin(write=True)
    frappe.local.job = frappe._dict(
        site=frappe.local.site, method=job.method, job_name=job.method, kwargs=arguments, user=job.user,
        after_job=CallbackManager(),
    )  # fmt: skip
    for hook in frappe.get_hooks("before_job"):
        frappe.call(hook, method=job.method, kwargs=arguments, transaction_type="job")
    with time_limit(job.timeout):
        result = frappe.get_attr(job.method)(**arguments)
    _update_where(job, _ended("finished"))
    if job.on_success:
        frappe.get_attr(job.on_success)(Job(job), None, result)
    frappe.db.commit()
    for hook in frappe.get_hooks("after_job"):
        frappe.call(hook, method=job.method, kwargs=arguments, result=result)
    frappe.local.job.after_job.run()


def _ended(status: str) -> dict[str, Any]:
    """A finished job forgets its arguments: they may hold what nobody should read later."""
    kept: dict[str, Any] = {} if status == "failed" else {"arguments": None}
    return {"status": status, "ended_at": now(), "dedupe_key": None, **kept}


def _fail(job: frappe._dict, error: BaseException) -> None:
    """Undo the job's work, keep an Error Log and the failed row, tell `on_failure`."""
    frappe.db.rollback()
    frappe.set_user(job.user)
    frappe.db.begin(write=True)
    log = frappe.log_error(title=job.method)
    _update_where(job, {**_ended("failed"), "error": f"{type(error).__name__} ({getattr(log, 'name', '')})"})
    frappe.db.commit()
    if job.on_failure:
        try:
            frappe.get_attr(job.on_failure)(Job(job), None, type(error), error, error.__traceback__)
            frappe.db.commit()
        except Exception:
            frappe.db.rollback()
            frappe.log_error(title=job.on_failure)
            frappe.db.commit()


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise JobTimeoutError in this thread after `seconds`, at its next Python instruction, not in a blocking call."""
    thread = ctypes.c_ulong(threading.get_ident())
    guard, over = threading.Lock(), []

    def interrupt() -> None:
        with guard:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(JobTimeoutError))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with guard:
            over.append(True)
        timer.cancel()


def pending_count() -> int:
    """How many jobs wait or run."""
    return frappe.db.count(DOCTYPE, {"status": ["in", WAITING]})


def stale_jobs(minutes: int = 60) -> int:
    """How many jobs have waited longer than `minutes`: a sign that no worker runs."""
    before = add_to_date(now_datetime(), minutes=-minutes)
    return frappe.db.count(DOCTYPE, {"status": "queued", "creation": ["<", before]})
