"""Proposals: from draft to the client's answer, and what is made of an accepted one."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import clock, events, lines, notify, settings, states
from crmconnect.parties import service as parties
from crmconnect.portal import links, mail
from crmconnect.sales import rules


def prepare(doc: Document) -> None:
    """``validate``: client or lead, dates, lines and totals."""
    if not doc.client and not doc.lead:
        frappe.throw(
            _("Fill in {0} or {1}.").format(_(doc.meta.get_label("client")), _(doc.meta.get_label("lead"))),
            frappe.MandatoryError,
        )
    doc.date = doc.date or clock.today()
    if not doc.open_till and doc.is_new():
        doc.open_till = frappe.utils.add_days(doc.date, settings.get("proposal_validity_days") or 30)
    if doc.open_till and frappe.utils.getdate(doc.open_till) < frappe.utils.getdate(doc.date):
        text = _("{0} cannot be before {1}.")
        frappe.throw(text.format(_(doc.meta.get_label("open_till")), _(doc.meta.get_label("date"))))
    if doc.is_new() and not doc.terms:
        doc.terms = settings.get("proposal_terms_ro" if language_of(doc) == "ro" else "proposal_terms")
    lines.prepare(doc)


def language_of(doc: Document) -> str:
    """The language in which the client reads his documents."""
    return (doc.get("client") and frappe.db.get_value("Connect Client", doc.client, "language")) or "ro"


def recipient_of(doc: Document) -> str:
    """Where the proposal is sent: its own address, else the client's, else the lead's."""
    if address := doc.to_email or parties.email_of(doc.client):
        return address
    return (doc.lead and frappe.db.get_value("Connect Lead", doc.lead, "email")) or ""


def send(doc: Document) -> None:
    """E-mail the private link and mark as sent; refused, with what to fill in, while nobody can receive it (row 34)."""
    lines.require_lines(doc)
    address = recipient_of(doc)
    if not address:
        frappe.throw(
            _("There is no e-mail address to send to. Fill in {0} or the client's e-mail.").format(
                _(doc.meta.get_label("to_email"))
            ),
            frappe.MandatoryError,
        )
    mail.require_outgoing()
    states.move(doc, "send", sent_at=clock.now())
    mail.send_document(doc, address, links.url(links.link_of(doc)))
    notify.responsible(doc, _("Proposal {0} was sent to {1}").format(doc.name, address))


def mark_sent(doc: Document) -> None:
    """Mark as sent by other means: no e-mail, the private link works (decision C3)."""
    lines.require_lines(doc)
    states.move(doc, "mark_sent", sent_at=clock.now())
    links.link_of(doc)


def record_view(doc: Document) -> bool:
    """The client opened the link: Reviewed at the first time; True when this was it."""
    if not states.can(doc, "view"):
        return False
    locked = states.locked(doc)
    if not states.can(locked, "view"):
        return False
    states.move(locked, "view", first_viewed_at=locked.first_viewed_at or clock.now())
    notify.responsible(locked, _("The client opened proposal {0}").format(doc.name))
    return True


def is_expired(doc: Document) -> bool:
    """Whether the validity date has passed."""
    return rules.is_expired(doc.open_till and frappe.utils.getdate(doc.open_till), clock.today())


def accept(doc: Document, reason: str = "", by: str = "") -> None:
    """The client's or our own acceptance, with who decided and why; tells the staff and the areas that follow."""
    if is_expired(doc) and not reason:
        frappe.throw(
            _("The proposal expired on {0}. Extend its validity, or give the reason for accepting it late.").format(
                frappe.format(doc.open_till, "Date")
            ),
            title=_("Expired"),
        )
    _decide(doc, "accept", reason, by)
    notify.responsible(doc, _("Proposal {0} was accepted").format(doc.name))
    events.publish("proposal_accepted", doc)


def reject(doc: Document, reason: str, by: str = "") -> None:
    """The client's refusal with its reason (row 91)."""
    if not (reason or "").strip():
        frappe.throw(_("{0} is required.").format(_("Reason")), frappe.MandatoryError, title=_("Reject"))
    _decide(doc, "reject", reason, by)
    notify.responsible(doc, _("Proposal {0} was rejected: {1}").format(doc.name, reason))


def revise(doc: Document, comment: str = "", by: str = "") -> None:
    """The client asks for changes; the proposal can be edited and sent again (row 92)."""
    _decide(doc, "revise", comment, by)
    notify.responsible(doc, _("Changes were requested on proposal {0}: {1}").format(doc.name, comment or "—"))


def _decide(doc: Document, action: str, reason: str, by: str) -> None:
    who = by or frappe.utils.get_fullname(frappe.session.user)
    reason = (reason or "").strip()[:2000]
    states.move(doc, action, reason, decided_at=clock.now(), decided_by=who[:140], decision_reason=reason or None)


def extend_validity(doc: Document, open_till: datetime.date | str) -> None:
    """A later validity date, which the client sees (row 95)."""
    new = frappe.utils.getdate(open_till)
    if new < clock.today():
        frappe.throw(_("{0} must not be in the past.").format(_(doc.meta.get_label("open_till"))))
    states.note(doc, _("Validity extended to {0}").format(frappe.format(new, "Date")))
    doc.db_set("open_till", new)


def may_extend(doc: Document) -> bool:
    """Whether the validity still matters: the client has not answered."""
    return doc.status not in ("Accepted", "Rejected")


def obstacle_to_conversion(doc: Document, fieldname: str) -> str:
    """Why an invoice, order or contract cannot be made of the proposal now; "" when it can."""
    if doc.status != "Accepted":
        return _("Only an accepted proposal can be converted; this one is {0}.").format(_(doc.status))
    if existing := doc.get(fieldname):
        return _("{0} was made of this proposal already.").format(existing)
    if fieldname == "invoice" and doc.sales_order:
        return _("The proposal became sales order {0}; invoice that one.").format(doc.sales_order)
    if fieldname == "sales_order" and doc.invoice:
        return _("The proposal was invoiced already ({0}).").format(doc.invoice)
    return ""


def convert(doc: Document, doctype: str, fieldname: str, **values: Any) -> Document:
    """A draft of ``doctype`` with the proposal's head and every line, linked both ways, once (rows 101–104)."""
    client = parties.client_of(doc)
    if doc.client != client:
        doc.db_set("client", client)
    target = frappe.new_doc(doctype)
    lines.copy_head(doc, target)
    target.update({"client": client, "proposal": doc.name, "terms": doc.terms, **values})
    lines.copy_lines(doc, target, "proposal_item")
    states.as_service(target).insert(ignore_permissions=True)
    doc.db_set(fieldname, target.name)
    states.note(doc, _("Converted to {0} {1}").format(_(doctype), target.name))
    states.note(target, _("Created from proposal {0}").format(doc.name))
    return target


def create_contract(doc: Document) -> Document:
    """A draft contract with client, value and dates of an accepted proposal (row 112)."""
    client = parties.client_of(doc)
    contract = frappe.new_doc("Connect Contract")
    contract.update(
        {
            "subject": doc.subject,
            "client": client,
            "proposal": doc.name,
            "company": doc.company,
            "currency": doc.currency,
            "contract_value": doc.grand_total,
            "start_date": clock.today(),
            "assigned_to": doc.assigned_to,
            "content": doc.terms,
        }
    )
    states.as_service(contract).insert(ignore_permissions=True)
    doc.db_set({"contract": contract.name, "client": client})
    states.note(contract, _("Created from proposal {0}").format(doc.name))
    return contract
