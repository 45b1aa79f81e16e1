from __future__ import annotations

from typing import Any

import frappe

from crmconnect.core.actions import action
from crmconnect.invoicing import actions as ask
from crmconnect.invoicing import service
from crmconnect.invoicing.machine import INVOICE
from crmconnect.payments import service as payments
from crmconnect.portal.document import PortalDocument


class ConnectInvoice(PortalDocument):
    """An invoice or, with positive quantities too, a credit note; fiscal from the moment it is submitted."""

    machine = INVOICE

    def validate(self) -> None:
        super().validate()
        service.prepare(self)

    def before_submit(self) -> None:
        super().before_submit()
        service.issue(self)

    def on_submit(self) -> None:
        super().on_submit()
        service.after_issue(self)

    def before_cancel(self) -> None:
        super().before_cancel()
        service.check_cancel(self)

    def on_cancel(self) -> None:
        super().on_cancel()
        service.after_cancel(self)

    def on_trash(self) -> None:
        super().on_trash()
        service.forget(self)

    @action("Issue", moves="submit", roles=ask.FINANCE, permission="submit", style="primary",
            confirm="The invoice gets its fiscal number and can then only be credited or cancelled. Issue it?")
    def submit(self) -> None:
        self.docstatus = 1
        self.save()

    @action("Send", when=ask.is_issued, why_not=ask.NOT_ISSUED, roles=ask.MAY_SEND, permission="email")
    def send(self) -> None:
        ask.send(self)

    @action("Record Payment", obstacle=ask.obstacle_to_payment, roles=ask.FINANCE, args=ask.PAYMENT, style="success")
    def record_payment(self, **values: Any) -> Any:
        return payments.record(self, **values)

    @action("Create Credit Note", obstacle=service.obstacle_to_credit, roles=ask.FINANCE)
    def create_credit_note(self) -> Any:
        return service.create_credit_note(self)

    @action("Cancel", moves="cancel", obstacle=service.obstacle_to_cancel, roles=ask.FINANCE, permission="cancel",
            args=ask.REASON, style="danger")
    def cancel(self, reason: str = "") -> None:
        self.cancel_reason = self.flags.cancel_reason = reason
        self.docstatus = 2
        self.save()


def on_doctype_update() -> None:
    """Indexes of the lists: by company and status, by client, and of the nightly overdue run."""
    frappe.db.add_index("Connect Invoice", ["company", "status", "date"])
    frappe.db.add_index("Connect Invoice", ["client", "status", "date"])
    frappe.db.add_index("Connect Invoice", ["status", "due_date"])
