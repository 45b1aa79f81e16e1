import hashlib
from datetime import datetime

from croniter import CroniterError, croniter

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.background_jobs import enqueue, is_job_enqueued
from frappe.utils.data import get_datetime, now_datetime


class ScheduledJobType(Document):
    """One function that the clock calls, and when."""

    def validate(self) -> None:
        if self.frequency not in ("All", "Cron"):
            self.create_log = 1
        if self.frequency != "Cron":
            return
        if not self.cron_format:
            frappe.throw(_("Cron format is required for job types with Cron frequency."))
        try:
            croniter(self.cron_format)
        except (CroniterError, ValueError):
            frappe.throw(
                _("{0} is not a valid Cron expression.").format(
                    f"<code>{frappe.utils.escape_html(self.cron_format)}</code>"
                ),
                title=_("Bad Cron Expression"),
            )

    def on_trash(self) -> None:
        frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": self.name})

    @property
    def rq_job_id(self) -> str:
        """The id that keeps two runs of this job from waiting at once."""
        return f"scheduled_job||{self.name}"

    @property
    def next_execution(self) -> datetime:
        return self.get_next_execution()

    def get_next_execution(self) -> datetime:
        """The first moment of the pattern after the last run; a job that never ran counts from its creation."""
        last = get_datetime(self.last_execution or self.creation)
        return croniter(self.cron_format or self._pattern(), last).get_next(datetime)

    def _pattern(self) -> str:
        """The cron pattern of a named frequency; maintenance runs at a minute that depends on the site's name."""
        offset = int(hashlib.sha256(frappe.local.site.encode()).hexdigest(), 16) % 60
        if self.frequency == "All":
            return f"*/{max(1, (frappe.conf.get('scheduler_interval') or 240) // 60)} * * * *"
        if self.frequency.endswith("Maintenance"):
            return f"{offset} * * * *" if self.frequency.startswith("Hourly") else f"{(offset + 30) % 60} 0 * * *"
        patterns = {"Hourly": "0 * * * *", "Daily": "0 0 * * *", "Weekly": "0 0 * * 0", "Monthly": "0 0 1 * *"}
        return patterns.get(self.frequency.split()[0], "0 0 1 1 *")

    def is_event_due(self, current_time: datetime | None = None) -> bool:
        """Whether a moment of the pattern has passed since the last run; however many passed, it is due once."""
        return self.get_next_execution() <= (current_time or now_datetime())

    def is_job_in_queue(self) -> bool:
        return is_job_enqueued(self.rq_job_id)

    def enqueue(self, force: bool = False) -> bool:
        """Queue one run when due (or forced) and none waits; answers whether it did."""
        if not (force or self.is_event_due()) or self.is_job_in_queue():
            return False
        enqueue(
            "frappe.core.doctype.scheduled_job_type.scheduled_job_type.run_scheduled_job",
            queue=self.get_queue_name(),
            job_id=self.rq_job_id,
            deduplicate=True,
            enqueue_after_commit=True,
            job_type=self.method,
            scheduled_job_type=self.name,
        )
        return True

    def get_queue_name(self) -> str:
        return "long" if self.frequency.endswith(("Long", "Maintenance")) else "default"

    def execute(self) -> None:
        """Run the function in a transaction of its own and log how it ended; its error is logged, not raised."""
        self.flags.log_name = None
        self._log("Scheduled")
        try:
            frappe.get_attr(self.method)()
            self._log("Complete")
        except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
            raise
        except Exception:
            frappe.db.rollback()
            frappe.log_error(title=self.method)
            self._log("Failed", frappe.get_traceback())

    def _log(self, status: str, details: str | None = None) -> None:
        """Keep the run's state, committed."""
        if status == "Scheduled":
            self.db_set("last_execution", now_datetime(), update_modified=False)
        if self.create_log and not self.flags.log_name:
            log = {"doctype": "Scheduled Job Log", "scheduled_job_type": self.name, "status": status}
            self.flags.log_name = frappe.get_doc(log).insert(ignore_permissions=True).name
        elif self.create_log:
            frappe.db.set_value("Scheduled Job Log", self.flags.log_name, {"status": status, "details": details})
        frappe.db.commit()


def run_scheduled_job(scheduled_job_type: str, job_type: str | None = None) -> None:
    """What a worker calls for a due job."""
    if frappe.conf.get("maintenance_mode"):
        raise frappe.InReadOnlyMode("Scheduled jobs can't run in maintenance mode.")
    frappe.get_doc("Scheduled Job Type", scheduled_job_type).execute()


@frappe.whitelist(methods=["POST"])
def execute_event(doc: str) -> dict:
    """Run a scheduled job now."""
    frappe.only_for("System Manager")
    values = frappe.parse_json(doc)
    frappe.get_doc("Scheduled Job Type", values.get("name")).enqueue(force=True)
    return values


def sync_jobs(hooks: dict | None = None) -> None:
    """Make the rows equal to the apps' `scheduler_events`; a stopped job stays stopped."""
    from frappe.utils.scheduler import sync_jobs as sync

    sync(hooks)


def on_doctype_update() -> None:
    frappe.db.add_unique(
        "Scheduled Job Type", ["frequency", "cron_format", "method"], constraint_name="unique_scheduled_job"
    )
