from __future__ import annotations

from crmconnect.core.actions import Argument, action
from crmconnect.core.document import ConnectDocument
from crmconnect.payments import service

FINANCE = ("Connect Finance",)
ADVANCE = (
    Argument("invoice", "Invoice", "Link", "Connect Invoice", reqd=True),
    Argument("amount", "Amount", "Currency"),
)
REASON = (Argument("reason", "Reason", "Small Text"),)


class ConnectPayment(ConnectDocument):
    """Money received from a client."""

    def validate(self) -> None:
        super().validate()
        service.prepare(self)

    def before_submit(self) -> None:
        super().before_submit()
        service.allocate(self)

    def on_submit(self) -> None:
        super().on_submit()
        service.after_submit(self)

    def on_cancel(self) -> None:
        super().on_cancel()
        service.reverse(self)

    @action("Submit", when=lambda doc: doc.docstatus == 0, why_not="The payment is submitted already.", roles=FINANCE,
            permission="submit", style="primary")
    def submit(self) -> None:
        self.docstatus = 1
        self.save()

    @action("Apply advance", obstacle=service.obstacle_to_advance, roles=FINANCE, args=ADVANCE)
    def apply_advance(self, invoice: str, amount: float | None = None) -> None:
        service.apply_advance(self, invoice, amount)

    @action("Cancel", when=lambda doc: doc.docstatus == 1, why_not="Only a submitted payment can be cancelled.",
            roles=FINANCE, permission="cancel", args=REASON, style="danger")
    def cancel(self, reason: str = "") -> None:
        self.cancel_reason = reason
        self.docstatus = 2
        self.save()
