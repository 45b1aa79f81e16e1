from __future__ import annotations

from typing import Any

import frappe

from crmconnect.core.actions import action
from crmconnect.portal.document import PortalDocument
from crmconnect.sales import actions as ask
from crmconnect.sales import orders
from crmconnect.sales.machines import ORDER


class ConnectSalesOrder(PortalDocument):
    """What a client ordered; accepting it confirms it."""

    machine = ORDER

    def validate(self) -> None:
        super().validate()
        orders.prepare(self)

    def on_trash(self) -> None:
        super().on_trash()
        if self.proposal:
            frappe.db.set_value("Connect Proposal", self.proposal, "sales_order", None)

    @action("Send", moves="send", roles=ask.SALES, style="primary")
    def send(self) -> None:
        orders.send(self)

    @action("Accept", moves="accept", roles=ask.SALES, args=ask.REASON, style="success")
    def accept(self, reason: str = "") -> None:
        orders.accept(self, reason)

    @action("Decline", moves="decline", roles=ask.SALES, args=ask.REASON, style="danger")
    def decline(self, reason: str = "") -> None:
        orders.decline(self, reason)

    @action("Convert to Invoice", obstacle=orders.obstacle_to_invoice, roles=ask.SALES_AND_FINANCE, group="Convert")
    def convert_to_invoice(self) -> Any:
        return orders.convert_to_invoice(self)


def on_doctype_update() -> None:
    """Index of the list and of the nightly expiry."""
    frappe.db.add_index("Connect Sales Order", ["status", "expiry_date"])
