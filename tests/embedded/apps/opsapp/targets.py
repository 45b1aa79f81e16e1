"""What the jobs of the tests do. Workers in other processes import this module by its name."""

import time
from pathlib import Path
from typing import Any

import frappe

attempts: list[Any] = []


def write_note(text: str, **values: Any) -> str:
    """A row that shows the job's work was committed."""
    return frappe.get_doc({"doctype": "ToDo", "description": text, **values}).insert(ignore_permissions=True).name


def remember(**values: Any) -> None:
    attempts.append((frappe.session.user, values))


def write_and_fail(text: str, password: str = "") -> None:
    write_note(text)
    raise frappe.ValidationError("the job failed on purpose")


def fail_twice(text: str) -> None:
    write_note(text)
    attempts.append(text)
    if len(attempts) < 3:
        raise frappe.QueryDeadlockError("made up")


def sleep_long(seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.01)


def write_then_hang(text: str, marker: str) -> None:
    """The first run never ends: it is killed. The next one finishes."""
    write_note(text)
    first = not Path(marker).exists()
    Path(marker).write_text("started")
    if first:
        time.sleep(60)


def append_line(path: str, line: str) -> None:
    with open(path, "a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


def on_success(job: Any, _connection: Any, result: Any) -> None:
    attempts.append(("success", job.method, result))


def on_failure(job: Any, _connection: Any, kind: type, value: Exception, _traceback: Any) -> None:
    attempts.append(("failure", job.method, kind.__name__, str(value)))


def hourly_note() -> None:
    write_note("hourly")


def failing_event() -> None:
    write_note("half done")
    raise ValueError("the event failed on purpose")


def answer(a: int, b: int = 0) -> dict[str, int]:
    return {"sum": a + b}
