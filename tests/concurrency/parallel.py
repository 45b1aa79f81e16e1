"""Real parallel clients: threads, each with a connection of its own, started together."""

import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any

import frappe

SECONDS = 120


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Run the functions at the same moment in threads; their results, or the exceptions that they raised."""
    start = threading.Barrier(len(functions))
    results: list[Any] = [None] * len(functions)

    def run(index: int) -> None:
        start.wait(SECONDS)
        try:
            results[index] = functions[index]()
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "a client still waits for the other"
    return results


def connected(site: str, sites: Any, function: Callable[[], Any], user: str = "Administrator") -> Callable[[], Any]:
    """`function` in a thread of its own with its own connection, committed when it ends well."""

    def run() -> Any:
        frappe.init(site, sites_path=str(sites), force=True)
        frappe.connect()
        frappe.set_user(user)
        if "write" in inspect.signature(frappe.db.begin).parameters:
            frappe.db.begin(write=True)  # as the runtime's worker does for a job; a genuine one has begun already
        try:
            result = function()
            frappe.db.commit()
            return result
        except BaseException:
            frappe.db.rollback()
            raise
        finally:
            frappe.destroy()

    return run


def statuses(answers: Sequence[Any]) -> list[int]:
    """The HTTP status of each answer, sorted; an exception of a client is raised here."""
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return sorted(answer.status for answer in answers)
