"""Commands that run something of the site: functions, events, a console, checks."""

import json
import sys
from typing import Any

import click

from frappe.commands import Scope, pass_scope


@click.command("execute")
@click.argument("method")
@click.option("--args", help="JSON list, e.g. '[\"a\", 1]'")
@click.option("--kwargs", help='JSON object, e.g. \'{"name": "a"}\'')
@pass_scope
def execute(scope: Scope, method: str, args: str | None, kwargs: str | None) -> None:
    """Call a function by its dotted path as Administrator; commits, prints what it answers as JSON."""
    positional, named = json.loads(args or "[]"), json.loads(kwargs or "{}")
    with scope.connected() as frappe:
        result = frappe.get_attr(method)(*positional, **named)
        if result is not None:
            click.echo(frappe.as_json(result))


@click.command("console")
@pass_scope
def console(scope: Scope) -> None:
    """A Python prompt, connected as Administrator. Nothing is kept without frappe.db.commit()."""
    import code

    with scope.connected() as frappe:
        namespace = {"frappe": frappe, **{app: __import__(app) for app in frappe.get_installed_apps()}}
        code.interact(banner=f"Site {scope.site}. frappe.db.commit() keeps your changes.", local=namespace, exitmsg="")
        frappe.db.rollback()


@click.command("export-fixtures")
@click.option("--app", help="Only this app")
@pass_scope
def export_fixtures(scope: Scope, app: str | None) -> None:
    """Write the records that the apps' hook `fixtures` names into their folders."""
    from frappe.utils.fixtures import export_fixtures as export

    with scope.connected(write=False):
        export(app)


@click.command("scheduler")
@click.argument("state", type=click.Choice(["enable", "disable", "pause", "resume", "status"]))
@pass_scope
def scheduler(scope: Scope, state: str) -> None:
    """Switch the site's clock on or off, pause it, or see how it stands."""
    from frappe.config import update_site_config
    from frappe.utils import scheduler as clock

    with scope.connected() as frappe:
        if state in ("enable", "disable"):
            clock.toggle_scheduler(state == "enable")
        elif state != "status":
            update_site_config("pause_scheduler", 1 if state == "pause" else None)
        frappe.db.commit()
        click.echo(f"Scheduler of {scope.site}: {clock.get_scheduler_status()['status']}")


@click.command("trigger-scheduler-event")
@click.argument("event")
@pass_scope
def trigger_scheduler_event(scope: Scope, event: str) -> None:
    """Run all jobs of an event (all, hourly, daily, weekly, monthly …, or a cron pattern) now."""
    from frappe.utils.scheduler import trigger_event

    with scope.connected():
        names = trigger_event(event)
    if not names:
        raise click.UsageError(f"No job runs {event!r}")
    click.echo(f"{len(names)} run")


@click.command("doctor")
@pass_scope
def doctor(scope: Scope) -> None:
    """Is the site well? Database, jobs, clock, mail; exit code 1 when something is wrong."""
    from frappe.utils.job_worker import pending_count, stale_jobs
    from frappe.utils.scheduler import is_scheduler_inactive

    with scope.connected(write=False) as frappe:
        failed = {"status": "failed", "modified": [">", frappe.utils.add_to_date(None, days=-1)]}
        facts: dict[str, Any] = {
            "python": sys.version.split()[0],
            "database": frappe.conf.db_type,
            "apps": ", ".join(frappe.get_installed_apps()),
            "scheduler": "inactive" if is_scheduler_inactive() else "active",
            "jobs waiting or running": pending_count(),
            "jobs waiting for over an hour": stale_jobs(),
            "jobs failed today": frappe.db.count("Background Job", failed),
            "mails not sent": frappe.db.count("Email Queue", {"status": ["in", ["Not Sent", "Partially Sent"]]}),
            "mails in error": frappe.db.count("Email Queue", {"status": "Error"}),
        }
    for name, value in facts.items():
        click.echo(f"{name}: {value}")
    if facts["jobs waiting for over an hour"]:
        raise click.ClickException("jobs wait and nobody runs them: start `serve` or `worker`")


def register(group: click.Group) -> None:
    """Add this module's commands."""
    for command in (execute, console, export_fixtures, scheduler, trigger_scheduler_event, doctor):
        group.add_command(command)
