"""The state machines of proposals and sales orders (A3, B1.3, B1.4; decisions C2, C3, C5)."""

from __future__ import annotations

from crmconnect.core.machine import ALL, Machine, State, fields, move

_NOTES = fields("internal_notes", "assigned_to")
_PROPOSAL_NOTES = _NOTES | {"files"}

#: States in which the client holds a proposal that he may still answer.
OPEN_PROPOSAL = ("Sent", "Sent manually", "Reviewed")

PROPOSAL = Machine(
    "Connect Proposal",
    (
        State("Draft", 6, ALL, style="gray"),
        State("Sent", 4, _PROPOSAL_NOTES, style="blue"),
        State("Reviewed", 1, _PROPOSAL_NOTES, style="cyan"),
        State("Sent manually", 7, _PROPOSAL_NOTES, style="blue"),
        State("Accepted", 3, _PROPOSAL_NOTES, style="green"),
        State("Rejected", 2, _PROPOSAL_NOTES, style="red"),
        State("Revised", 5, ALL, style="orange"),
    ),
    (
        move("send", ("Draft", "Revised", "Sent", "Sent manually"), "Sent"),
        move("mark_sent", ("Draft", "Revised"), "Sent manually"),
        move("view", ("Sent", "Sent manually"), "Reviewed", by_person=False),
        move("accept", OPEN_PROPOSAL, "Accepted"),
        move("reject", OPEN_PROPOSAL, "Rejected"),
        move("revise", (*OPEN_PROPOSAL, "Rejected"), "Revised"),
    ),
)

ORDER = Machine(
    "Connect Sales Order",
    (
        State("Draft", 1, ALL, style="gray"),
        State("Sent", 2, _NOTES | {"expiry_date"}, style="blue"),
        State("Declined", 3, _NOTES, style="red"),
        State("Accepted", 4, _NOTES, style="green"),
        State("Expired", 5, _NOTES | {"expiry_date"}, style="orange"),
    ),
    (
        move("send", ("Draft", "Sent", "Expired"), "Sent"),
        move("accept", ("Draft", "Sent"), "Accepted"),
        move("decline", ("Draft", "Sent", "Accepted"), "Declined"),
        move("expire", ("Draft", "Sent"), "Expired", by_person=False),
    ),
)
