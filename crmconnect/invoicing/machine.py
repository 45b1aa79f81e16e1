"""The state machine of invoices (A5; decisions C1, C21): code 1 is unpaid, "sent" is a separate fact."""

from __future__ import annotations

from crmconnect.core.machine import ALL, Machine, State, fields, move

_NOTES = fields("internal_notes", "assigned_to")
#: Issued and not cancelled: what a payment, a credit or the calendar moves between.
ISSUED = ("Unpaid", "Partially Paid", "Paid", "Overdue")

INVOICE = Machine(
    "Connect Invoice",
    (
        State("Draft", 6, ALL, style="gray"),
        State("Unpaid", 1, _NOTES, docstatus=1, style="blue"),
        State("Partially Paid", 3, _NOTES, docstatus=1, style="orange"),
        State("Paid", 2, _NOTES, docstatus=1, style="green"),
        State("Overdue", 4, _NOTES, docstatus=1, style="red"),
        State("Cancelled", 5, docstatus=2, style="gray"),
    ),
    (
        move("submit", "Draft", "Unpaid"),
        move("cancel", ("Unpaid", "Overdue"), "Cancelled"),
        move("settle_unpaid", ISSUED, "Unpaid", by_person=False),
        move("settle_partially_paid", ISSUED, "Partially Paid", by_person=False),
        move("settle_paid", ISSUED, "Paid", by_person=False),
        move("settle_overdue", ISSUED, "Overdue", by_person=False),
    ),
)
