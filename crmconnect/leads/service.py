"""Leads and opportunities: one DocType with the flag ``is_opportunity``; conversion makes a second record (C4)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, money, notify, settings, states
from crmconnect.leads import place, rules
from crmconnect.parties import service as parties

#: Contact data that an opportunity takes over from its lead (row 67).
CARRIED = (
    "lead_name",
    "company_name",
    "email",
    "phone",
    "vat_number",
    "pipeline",
    "status",
    "source",
    "campaign",
    "assigned_to",
    "currency",
    "client",
    "description",
)


def prepare(lead: Document) -> None:
    """``validate``: the lead's place, its contact, and an opportunity's figures."""
    place.set_place(lead)
    _check_contact(lead)
    if not lead.assigned_to and lead.is_new() and not lead.flags.get("unassigned"):
        lead.assigned_to = frappe.session.user if frappe.session.user not in ("Guest", "Administrator") else None
    if lead.is_opportunity or lead.opportunity_status:
        set_stage(lead)
    lead.weighted_value = float(rules.weighted_value(lead.estimated_value, lead.probability))


def set_defaults(lead: Document) -> None:
    """``before_validate``: the required place is filled before Frappe asks for it."""
    lead.currency = lead.currency or settings.company_currency(settings.default_company())


def _check_contact(lead: Document) -> None:
    if lead.email or lead.phone:
        return
    text = _("{0} / {1}: fill in at least one of the two.").format(
        _(lead.meta.get_label("email")), _(lead.meta.get_label("phone"))
    )
    if settings.get("lead_contact_required"):
        frappe.throw(text, frappe.MandatoryError, title=_("Contact"))
    if lead.is_new():
        frappe.msgprint(text, indicator="orange", alert=True)


def set_stage(lead: Document) -> None:
    """The stage of an opportunity and the probability that goes with it, unless somebody typed another."""
    if not lead.opportunity_status:
        lead.opportunity_status = _first_stage()
    before = lead.get_doc_before_save()
    old_stage = before.opportunity_status if before else None
    if lead.opportunity_status and lead.opportunity_status != old_stage:
        typed = before and lead.probability != before.probability
        if not typed:
            lead.probability = rules.next_probability(
                lead.probability, _stage_probability(old_stage), _stage_probability(lead.opportunity_status)
            )


def _first_stage() -> str | None:
    found = frappe.get_all(
        "Connect Opportunity Status", filters={"disabled": 0}, order_by="position, creation", pluck="name", limit=1
    )
    return found[0] if found else None


def _stage_probability(stage: str | None) -> float | None:
    return frappe.get_cached_value("Connect Opportunity Status", stage, "probability") if stage else None


def convert_to_opportunity(lead: Document, **figures: Any) -> Document:
    """A new opportunity with the lead's contact data; the lead stays, marked as converted (rows 65–69)."""
    opportunity = frappe.new_doc("Connect Lead")
    opportunity.update({fieldname: lead.get(fieldname) for fieldname in CARRIED})
    opportunity.update({key: value for key, value in figures.items() if value not in (None, "")})
    opportunity.update({"is_opportunity": 1, "from_lead": lead.name})
    states.as_service(opportunity).insert(ignore_permissions=True)
    lead.db_set("converted_to", opportunity.name)
    states.note(lead, _("Converted to opportunity {0}").format(opportunity.name))
    states.note(opportunity, _("Created from lead {0}").format(lead.name))
    return opportunity


def mark_lost(lead: Document, reason: str, note: str = "") -> None:
    """Close a lead as lost with its reason; it keeps its data and can be reopened (row 46)."""
    if not reason:
        frappe.throw(_("{0} is required.").format(_("Reason")), frappe.MandatoryError, title=_("Lost"))
    lead.db_set({"is_lost": 1, "lost_reason": reason, "lost_note": note or None})
    states.note(lead, _("Lost: {0}").format(" · ".join(filter(None, (reason, note)))))


def mark_junk(lead: Document) -> None:
    """Hide a lead from the working lists and from the conversion rate, without deleting it."""
    lead.db_set("is_junk", 1)
    states.note(lead, _("Marked as junk"))


def reopen(lead: Document) -> None:
    """Undo lost or junk."""
    lead.db_set({"is_lost": 0, "is_junk": 0, "lost_reason": None, "lost_note": None})
    states.note(lead, _("Reopened"))


def create_proposal(lead: Document) -> Document:
    """A draft proposal for the lead's contact with its value as the first line, when there is one (rows 78, 84)."""
    proposal = frappe.new_doc("Connect Proposal")
    proposal.update(
        {
            "subject": _("Proposal for {0}").format(lead.company_name or lead.lead_name),
            "lead": lead.name,
            "client": lead.client,
            "to_name": lead.lead_name,
            "to_email": lead.email,
            "currency": lead.currency,
            "assigned_to": lead.assigned_to,
        }
    )
    if lead.estimated_value:
        proposal.append("items", {"item_name": proposal.subject, "qty": 1, "rate": lead.estimated_value})
    states.as_service(proposal).insert()
    states.note(lead, _("Proposal {0} created").format(proposal.name))
    return proposal


def convert_to_client(lead: Document) -> Document:
    """The client made from the lead's data, once."""
    return parties.client_for_lead(lead)


def on_invoice_paid(invoice: Document) -> None:
    """``invoice_paid``: with its last open invoice paid, the deal is won, with date and money (row 14)."""
    if not invoice.lead or invoice.invoice_type != "Invoice":
        return
    filters = {"lead": invoice.lead, "docstatus": ("<", 2), "invoice_type": "Invoice"}
    invoices = frappe.get_all("Connect Invoice", filters=filters, fields=["docstatus", "status", "base_grand_total"])
    if any(row.status != "Paid" for row in invoices):
        return
    lead = frappe.get_doc("Connect Lead", invoice.lead, for_update=True)
    amount = sum((money.decimal(row.base_grand_total) for row in invoices), money.ZERO)
    changes = {"won_on": clock.today(), "won_amount": float(amount)}
    won = frappe.db.get_value("Connect Opportunity Status", {"kind": "Won", "disabled": 0}, "name")
    if won and lead.is_opportunity:
        changes |= {"opportunity_status": won, "probability": 100, "weighted_value": lead.estimated_value}
    lead.db_set(changes)
    states.note(lead, _("Won: everything invoiced is paid"))
    notify.responsible(lead, _("{0} is won").format(lead.name))


def refuse_delete(lead: Document) -> None:
    """``on_trash``: a lead with something made from it stays; mark it lost or junk instead."""
    if lead.converted_to or lead.client:
        frappe.throw(
            _("{0} was converted and cannot be deleted; mark it as lost or junk instead.").format(lead.name),
            title=_("Cannot delete"),
        )
