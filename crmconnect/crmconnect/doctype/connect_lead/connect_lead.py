from __future__ import annotations

from typing import Any

import frappe

from crmconnect.activities import reminders
from crmconnect.core import numbering
from crmconnect.core.actions import action
from crmconnect.core.document import ConnectDocument
from crmconnect.leads import actions as ask
from crmconnect.leads import service


class ConnectLead(ConnectDocument):
    """A lead, or an opportunity when ``is_opportunity`` is set (decision C4)."""

    def autoname(self) -> None:
        self.name = numbering.next_name("Connect Opportunity" if self.is_opportunity else "Connect Lead")

    def before_validate(self) -> None:
        super().before_validate()
        service.set_defaults(self)

    def validate(self) -> None:
        super().validate()
        service.prepare(self)

    def on_trash(self) -> None:
        service.refuse_delete(self)

    @action("Convert to Opportunity", obstacle=ask.why_not_convertible, args=ask.FIGURES)
    def convert_to_opportunity(self, **figures: Any) -> Any:
        return service.convert_to_opportunity(self, **figures)

    @action("Create Proposal", when=ask.is_open, why_not=ask.NOT_OPEN, roles=ask.SALES)
    def create_proposal(self) -> Any:
        return service.create_proposal(self)

    @action("Convert to Client", when=ask.is_open, why_not=ask.NOT_OPEN)
    def convert_to_client(self) -> Any:
        return service.convert_to_client(self)

    @action("Set a reminder", args=ask.REMINDER, permission="read", group="Activity")
    def set_reminder(self, **values: Any) -> Any:
        return reminders.set_on(self, **values)

    @action("Lost", when=ask.is_open, why_not=ask.NOT_OPEN, args=ask.LOST, style="danger")
    def mark_lost(self, lost_reason: str = "", reason: str = "", note: str = "") -> None:
        service.mark_lost(self, lost_reason or reason, note)

    @action("Junk", when=ask.is_open, why_not=ask.NOT_OPEN, style="danger")
    def mark_junk(self) -> None:
        service.mark_junk(self)

    @action("Reopen", when=lambda lead: not ask.is_open(lead), why_not="The lead is open.")
    def reopen(self) -> None:
        service.reopen(self)


def on_doctype_update() -> None:
    """Index of the lists: leads and opportunities by status, newest first."""
    frappe.db.add_index("Connect Lead", ["is_opportunity", "status", "creation"])
