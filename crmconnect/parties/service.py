"""Clients: made from a lead when the first document needs one, once."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import states

#: Fields that a client takes over from its lead.
FROM_LEAD = ("vat_number", "email", "phone", "assigned_to", "currency")


def client_of(doc: Document) -> str:
    """The client of a proposal, order or contract; made from its lead when there is none yet."""
    if doc.get("client"):
        return doc.client
    if not doc.get("lead"):
        frappe.throw(_("{0} is required.").format(_(doc.meta.get_label("client"))), frappe.MandatoryError)
    return client_for_lead(frappe.get_doc("Connect Lead", doc.lead, for_update=True)).name


def client_for_lead(lead: Document) -> Document:
    """The client of a lead or opportunity; the lead that an opportunity comes from shares it."""
    for name in (lead.client, lead.from_lead and frappe.db.get_value("Connect Lead", lead.from_lead, "client")):
        if name:
            return frappe.get_doc("Connect Client", name)
    client = _new_client(lead)
    for name in filter(None, (lead.name, lead.from_lead)):
        frappe.db.set_value("Connect Lead", name, "client", client.name)
    lead.client = client.name
    states.note(lead, _("Converted to client {0}").format(client.client_name))
    return client


def _new_client(lead: Document) -> Document:
    client = frappe.new_doc("Connect Client")
    client.update({fieldname: lead.get(fieldname) for fieldname in FROM_LEAD})
    client.client_name = lead.company_name or lead.lead_name
    client.is_company = int(bool(lead.company_name))
    client.lead = lead.name
    client.append(
        "contacts", {"contact_name": lead.lead_name, "email": lead.email, "phone": lead.phone, "is_primary": 1}
    )
    return states.as_service(client).insert(ignore_permissions=True)


def email_of(client: str | None) -> str:
    """Where documents of a client are sent: its own address, else its primary contact's."""
    if not client:
        return ""
    if email := frappe.db.get_value("Connect Client", client, "email"):
        return email
    contacts = frappe.get_all(
        "Connect Contact",
        filters={"parent": client, "parenttype": "Connect Client", "email": ("is", "set")},
        pluck="email",
        order_by="is_primary desc, idx",
        limit=1,
        parent_doctype="Connect Client",
    )
    return contacts[0] if contacts else ""
