"""What may be asked of proposals and orders: roles, arguments and obstacles of their actions."""

from __future__ import annotations

from collections.abc import Callable

from frappe.model.document import Document

from crmconnect.core.actions import Argument
from crmconnect.sales import proposals

SALES = ("Connect Sales Agent", "Connect Sales Manager")
SALES_AND_FINANCE = (*SALES, "Connect Finance")
ANSWERED = "The client has answered; the validity no longer matters."

REASON = (Argument("reason", "Reason", "Small Text"),)
COMMENT = (Argument("comment", "Comment", "Small Text"),)

OPEN_TILL = (Argument("open_till", "Valid until", "Date", reqd=True),)


def to(fieldname: str) -> Callable[[Document], str]:
    """The obstacle to making the document that ``fieldname`` of a proposal links."""
    return lambda doc: proposals.obstacle_to_conversion(doc, fieldname)
