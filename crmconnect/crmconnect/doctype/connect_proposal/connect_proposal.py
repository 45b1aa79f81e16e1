from __future__ import annotations

import datetime
from typing import Any

import frappe

from crmconnect.core.actions import action
from crmconnect.portal.document import PortalDocument
from crmconnect.sales import actions as ask
from crmconnect.sales import proposals
from crmconnect.sales.machines import PROPOSAL


class ConnectProposal(PortalDocument):
    """An offer to a client or lead, answered on its private page."""

    machine = PROPOSAL

    def validate(self) -> None:
        super().validate()
        proposals.prepare(self)

    @action("Send", moves="send", roles=ask.SALES, style="primary")
    def send(self) -> None:
        proposals.send(self)

    @action("Mark as sent", moves="mark_sent", roles=ask.SALES)
    def mark_sent(self) -> None:
        proposals.mark_sent(self)

    @action("Accept", moves="accept", roles=ask.SALES, args=ask.REASON, style="success")
    def accept(self, reason: str = "") -> None:
        proposals.accept(self, reason)

    @action("Reject", moves="reject", roles=ask.SALES, args=ask.REASON, style="danger")
    def reject(self, reason: str = "") -> None:
        proposals.reject(self, reason)

    @action("Revise", moves="revise", roles=ask.SALES, args=ask.COMMENT)
    def revise(self, comment: str = "") -> None:
        proposals.revise(self, comment)

    @action("Extend validity", when=proposals.may_extend, why_not=ask.ANSWERED, roles=ask.SALES, args=ask.OPEN_TILL)
    def extend_validity(self, open_till: datetime.date) -> None:
        proposals.extend_validity(self, open_till)

    @action("Convert to Sales Order", obstacle=ask.to("sales_order"), roles=ask.SALES, group="Convert")
    def convert_to_sales_order(self) -> Any:
        return proposals.convert(self, "Connect Sales Order", "sales_order")

    @action("Convert to Invoice", obstacle=ask.to("invoice"), roles=(*ask.SALES, "Connect Finance"), permission="read",
            group="Convert")
    def convert_to_invoice(self) -> Any:
        return proposals.convert(self, "Connect Invoice", "invoice")

    @action("Create Contract", obstacle=ask.to("contract"), roles=ask.SALES, group="Convert")
    def create_contract(self) -> Any:
        return proposals.create_contract(self)


def on_doctype_update() -> None:
    """Index of the list: proposals of a status, newest first."""
    frappe.db.add_index("Connect Proposal", ["status", "creation"])
