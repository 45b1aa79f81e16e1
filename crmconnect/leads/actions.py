"""What may be asked of a lead: conditions and arguments of its actions."""

from __future__ import annotations

from frappe import _
from frappe.model.document import Document

from crmconnect.core.actions import Argument

SALES = ("Connect Sales Agent", "Connect Sales Manager")
NOT_OPEN = "A lost or junk lead has to be reopened first."

FIGURES = (
    Argument("estimated_value", "Estimated value", "Currency", default=lambda lead: lead.estimated_value),
    Argument("probability", "Probability (%)", "Percent", default=lambda lead: lead.probability),
    Argument("estimated_close_date", "Estimated close date", "Date", default=lambda lead: lead.estimated_close_date),
)
LOST = (
    Argument("lost_reason", "Reason", "Link", "Connect Lost Reason"),
    Argument("reason", "Reason (other name of the argument)", "Link", "Connect Lost Reason"),
    Argument("note", "Note", "Small Text"),
)
REMINDER = (
    Argument("remind_at", "Remind at", "Datetime", reqd=True),
    Argument("subject", "Subject"),
    Argument("user", "For", "Link", "User"),
)


def is_open(lead: Document) -> bool:
    """Neither lost nor junk."""
    return not (lead.is_lost or lead.is_junk)


def why_not_convertible(lead: Document) -> str:
    """Why a lead cannot become an opportunity, "" when it can; a second conversion is told the first one's result."""
    if lead.is_opportunity:
        return _("{0} is an opportunity already.").format(lead.name)
    if lead.converted_to:
        return _("{0} was converted to opportunity {1} already.").format(lead.name, lead.converted_to)
    return "" if is_open(lead) else _(NOT_OPEN)
