"""Seller and buyer as they are at the moment of issue, copied onto the invoice."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from crmconnect.core.printing import address_of

BUYER = {
    "client_name": "client_name",
    "client_vat_number": "vat_number",
    "client_registration_number": "registration_number",
    "client_address_line": "address_line",
    "client_city": "city",
    "client_county": "county",
    "client_postal_code": "postal_code",
    "client_country": "country",
}
SELLER = {
    "seller_name": "company_name",
    "seller_vat_number": "vat_number",
    "seller_registration_number": "registration_number",
    "seller_iban": "iban",
    "seller_bank": "bank",
}


def copy_parties(doc: Document) -> None:
    """Copy both parties; a later change of client or company does not change what was issued."""
    buyer = frappe.db.get_value("Connect Client", doc.client, list(BUYER.values()), as_dict=True)
    doc.update({target: buyer.get(source) for target, source in BUYER.items()})
    seller = frappe.get_cached_doc("Connect Company", doc.company)
    doc.update({target: seller.get(source) for target, source in SELLER.items()})
    doc.seller_address = address_of(seller)
