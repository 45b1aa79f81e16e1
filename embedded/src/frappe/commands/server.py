"""Commands that stay: the web server with its workers and clock, or a worker or the clock alone."""

import os
import signal
import sys
import threading
from typing import Any

import click

from frappe.commands import Scope, pass_scope

STOP_SECONDS = 2


@click.command("serve")
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes")
@click.option("--threads", default=8, show_default=True, help="Requests at once in each process")
@click.option("--job-workers", default=1, show_default=True, help="Threads for background jobs, in all")
@click.option("--no-jobs", is_flag=True, help="Only the web: jobs and clock run elsewhere (`worker`, `schedule`)")
@click.option("--access-log", is_flag=True, help="Write each request to standard output")
@pass_scope
def serve(scope: Scope, port: int, host: str, workers: int, threads: int, **options: Any) -> None:
    """Serve the site, run its background jobs and its clock, until SIGTERM or Ctrl-C."""
    options |= {"bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "workers": workers, "threads": threads}
    _server(scope.site, os.path.abspath(scope.sites_path), options).run()


def _server(site: str, sites_path: str, options: dict[str, Any]) -> Any:
    """gunicorn, set up from here instead of from its own command line and files."""
    from gunicorn.app.base import BaseApplication

    helpers = Helpers(site, sites_path, 0 if options["no_jobs"] else -(-options["job_workers"] // options["workers"]))
    settings = {
        "bind": options["bind"],
        "workers": options["workers"],
        "threads": options["threads"],
        "worker_class": "gthread",
        "accesslog": "-" if options["access_log"] else None,
        "loglevel": "warning",
        "graceful_timeout": STOP_SECONDS,
        "timeout": 120,
        "keepalive": 15,
        "control_socket_disable": True,
        "when_ready": lambda server: print(f"Serving {site} on http://{options['bind']}", flush=True),
        "post_worker_init": lambda worker: helpers.start(),
        "worker_exit": lambda server, worker: helpers.stop(),
    }

    class Server(BaseApplication):
        def load_config(self) -> None:
            for key, value in settings.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            import frappe.app

            frappe.app._site, frappe.app._sites_path = site, sites_path
            return frappe.app.application

    return Server()


class Helpers:
    """The threads beside the web server: job workers and the clock (which only one process holds)."""

    def __init__(self, site: str, sites_path: str, job_workers: int) -> None:
        self.site, self.sites_path, self.job_workers = site, sites_path, job_workers
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        if not self.job_workers:
            return
        from frappe.utils.job_worker import Worker
        from frappe.utils.scheduler import run_scheduler

        tasks = [Worker(self.site, self.sites_path).run for _ in range(self.job_workers)]
        for task in tasks:
            self._start(task, self._stop)
        self._start(run_scheduler, self.site, self.sites_path, self._stop)

    def _start(self, task: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=task, args=arguments, daemon=True, name=getattr(task, "__qualname__", "task"))
        thread.start()
        self._threads.append(thread)

    def stop(self) -> None:
        """A job that runs has a moment to end; one that needs longer is taken up again by the next worker."""
        from frappe.utils.job_worker import wake_workers

        self._stop.set()
        wake_workers()
        for thread in self._threads:
            thread.join(STOP_SECONDS / 2)


def _until_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set; the second signal ends the process."""
    from frappe.utils.job_worker import wake_workers

    stop = threading.Event()

    def end(number: int, _frame: Any) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()
        threading.Thread(target=wake_workers, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop


@click.command("worker")
@click.option("--queue", help="Only these queues, by comma (short, default, long)")
@click.option("--burst", is_flag=True, help="End when nothing waits")
@pass_scope
def worker(scope: Scope, queue: str | None, burst: bool) -> None:
    """Run background jobs."""
    from frappe.utils.job_worker import Worker

    queues = [name.strip() for name in queue.split(",")] if queue else None
    Worker(scope.site, os.path.abspath(scope.sites_path), queues).run(_until_signal(), burst=burst)


@click.command("schedule")
@pass_scope
def schedule(scope: Scope) -> None:
    """Run the clock: queue the scheduled jobs that are due."""
    from frappe.utils.scheduler import run_scheduler

    run_scheduler(scope.site, os.path.abspath(scope.sites_path), _until_signal())


def register(group: click.Group) -> None:
    """Add this module's commands."""
    for command in (serve, worker, schedule):
        group.add_command(command)
