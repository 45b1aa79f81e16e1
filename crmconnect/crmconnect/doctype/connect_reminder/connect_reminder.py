from __future__ import annotations

import frappe

from crmconnect.activities import reminders
from crmconnect.core.actions import Argument, action
from crmconnect.core.document import ConnectDocument


class ConnectReminder(ConnectDocument):
    """A follow-up at a date and time."""

    def validate(self) -> None:
        super().validate()
        reminders.prepare(self)

    @action("Snooze", args=(Argument("minutes", "Minutes", "Int", reqd=True, default=lambda doc: 60),))
    def snooze(self, minutes: int) -> None:
        reminders.snooze(self, minutes)

    @action("Done", when=lambda doc: not doc.is_done, why_not="The reminder is done.", style="success")
    def done(self) -> None:
        reminders.done(self)


def on_doctype_update() -> None:
    """Index of the run of every minute."""
    frappe.db.add_index("Connect Reminder", ["is_done", "remind_at"])
