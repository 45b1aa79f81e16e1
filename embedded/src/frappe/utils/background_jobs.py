"""Background jobs: durable rows of `Background Job`, written with the caller's transaction and run by workers.

* `enqueue(…, enqueue_after_commit=True)`: the row is part of the caller's transaction, so it exists exactly when the
  caller's work does.
* plain `enqueue`: as in Frappe the job outlives a rollback. The row is written with the commit, or, if the caller rolls
  back, in a transaction of its own right after. It never starts before the caller's transaction has ended.
"""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import job_values
from frappe.utils.data import cint, now, now_datetime

DOCTYPE = "Background Job"
WAITING = ("queued", "started")
DEFAULT_TIMEOUTS = {"short": 300, "default": 300, "long": 1500}
MAX_ARGUMENT_LENGTH = 4_000_000
FIELDS = (
    "name", "creation", "modified", "owner", "modified_by", "docstatus", "idx",
    "job_id", "dedupe_key", "method", "event", "queue", "priority", "status", "user", "arguments",
    "timeout", "attempts", "on_success", "on_failure",
)  # fmt: skip


class Job:
    """A job as the caller sees it: `id`, `name`, `method`, `get_status()`, `delete()`."""

    def __init__(self, row: dict[str, Any]):
        self.name: str = row["name"]
        self.id: str = row["job_id"]
        self.method: str = row["method"]
        self.queue: str = row["queue"]
        self.user: str = row["user"]
        self._status: str = row["status"]

    def get_status(self, refresh: bool = True) -> str | None:
        """queued, started, finished or failed; None when the row is gone."""
        if refresh and all(row["name"] != self.name for row in _pending()):
            self._status = frappe.db.get_value(DOCTYPE, self.name, "status")
        return self._status

    def delete(self) -> None:
        """Remove the job; a running one is not stopped."""
        frappe.db.delete(DOCTYPE, {"name": self.name})


def get_queues_timeout() -> dict[str, int]:
    """Seconds that a job of each queue may take; `workers` in the site's configuration adds queues."""
    extra = frappe.conf.get("workers") or {}
    return {**DEFAULT_TIMEOUTS, **{name: cint(value.get("timeout")) or 300 for name, value in extra.items()}}


def enqueue(
    method: str | Callable,
    queue: str = "default",
    timeout: int | None = None,
    event: str | None = None,
    is_async: bool = True,
    job_name: str | None = None,
    now: bool = False,
    enqueue_after_commit: bool = False,
    *,
    on_success: Callable | str | None = None,
    on_failure: Callable | str | None = None,
    at_front: bool = False,
    job_id: str | None = None,
    deduplicate: bool = False,
    at_front_when_starved: bool = False,
    **kwargs: Any,
) -> Any:
    """Run `method(**kwargs)` later as the present user; with `now` (or not `is_async`) at once, answering its result.

    `timeout` is in seconds. `deduplicate` (wants `job_id`) does nothing while a job of that id waits or runs. Raises
    TypeError when an argument is not plain data, ValidationError for an unknown queue.
    """
    is_async = kwargs.pop("async", is_async)
    if deduplicate and not job_id:
        frappe.throw(_("`job_id` paramater is required for deduplication."))
    if deduplicate and is_job_enqueued(job_id):
        return None
    if now or not is_async:
        return frappe.call(method, **kwargs)
    timeouts = get_queues_timeout()
    if queue not in timeouts:
        frappe.throw(_("Queue should be one of {0}").format(", ".join(timeouts)))
    row = _new_row(method, job_id, kwargs)
    row.update(
        queue=queue,
        priority=list(timeouts).index(queue) * 2 + (0 if at_front else 1),
        timeout=cint(timeout) or timeouts[queue],
        event=event,
        dedupe_key=row["job_id"] if deduplicate else None,
        on_success=on_success and method_name(on_success),
        on_failure=on_failure and method_name(on_failure),
    )
    _add_pending(row, survives_rollback=not enqueue_after_commit)
    return None if enqueue_after_commit else Job(row)


def run_doc_method(doctype: str, name: str | None, doc_method: str, **kwargs: Any) -> None:
    """Load the document and call the method on it."""
    getattr(frappe.get_doc(doctype, name), doc_method)(**kwargs)


def method_name(method: str | Callable) -> str:
    """The dotted name under which a worker finds `method`. Raises ValueError for a function inside a function."""
    if isinstance(method, str):
        return method
    name = f"{method.__module__}.{method.__qualname__}"
    if "<" in name:
        raise ValueError(f"A background job must name a function of a module, not {name}")
    return name


def create_job_id(job_id: str | None = None) -> str:
    """The id of a job, unique to the site as Frappe spells it."""
    return f"{frappe.local.site}||{job_id or frappe.generate_hash(length=20)}"


def is_job_enqueued(job_id: str) -> bool:
    """Whether a job of that id waits or runs; jobs of the present transaction count."""
    full_id = create_job_id(job_id)
    if any(row["job_id"] == full_id for row in _pending()):
        return True
    return bool(frappe.db.get_value(DOCTYPE, {"job_id": full_id, "status": ["in", WAITING]}))


def clear_old_jobs(finished_days: int = 1, failed_days: int = 30) -> None:
    """Forget finished jobs after a day and failed ones after a month."""
    for status, days in (("finished", finished_days), ("failed", failed_days)):
        before = frappe.utils.add_to_date(now_datetime(), days=-days)
        frappe.db.delete(DOCTYPE, {"status": status, "modified": ["<", before]})


# -- rows of the present transaction -------------------------------------------------------------------------------


def _new_row(method: str | Callable, job_id: str | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    stamp, user = now(), frappe.session.user
    arguments = job_values.dumps(kwargs)
    if len(arguments) > MAX_ARGUMENT_LENGTH:
        raise ValueError("The arguments of a background job are too long: pass names of documents instead")
    return {
        "name": frappe.generate_hash(length=20), "creation": stamp, "modified": stamp, "owner": user,
        "modified_by": user, "docstatus": 0, "idx": 0, "job_id": create_job_id(job_id), "status": "queued",
        "method": method_name(method), "user": user, "arguments": arguments, "attempts": 0,
    }  # fmt: skip


def _pending() -> list[dict[str, Any]]:
    return frappe.local.flags.get("pending_jobs") or []


def _add_pending(row: dict[str, Any], survives_rollback: bool) -> None:
    row["_survives"] = survives_rollback
    if not frappe.local.flags.get("pending_jobs"):
        frappe.local.flags.pending_jobs = []
        frappe.db.before_commit.add(_write_pending)
        frappe.db.after_commit.add(_after_commit)
        frappe.db.after_rollback.add(lambda: frappe.db.after_rollback.add(_after_rollback))
    frappe.local.flags.pending_jobs.append(row)


def _write_pending() -> None:
    """Write the waiting rows in one statement; the unique `dedupe_key` settles a race between two processes."""
    for unique in (False, True):
        rows = [row for row in _pending() if bool(row["dedupe_key"]) == unique]
        if rows:
            values = [tuple(row[field] for field in FIELDS) for row in rows]
            frappe.db.bulk_insert(DOCTYPE, list(FIELDS), values, ignore_duplicates=unique)


def _after_commit() -> None:
    frappe.local.flags.pending_jobs = None
    from frappe.utils.job_worker import wake_workers

    wake_workers()


def _after_rollback() -> None:
    """The caller's work is gone; jobs that were not tied to it are written now. Runs after all other callbacks."""
    rows = [row for row in _pending() if row["_survives"]]
    frappe.local.flags.pending_jobs = None
    if rows:
        frappe.db.begin(write=True)
        for row in rows:
            _add_pending(row, survives_rollback=False)
        frappe.db.commit()
