"""Companies: their regulated numbers and what a new one needs."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from stdnum import iban

from crmconnect.core import numbering, settings
from crmconnect.parties import clients


def prepare(doc: Document) -> None:
    """``validate``: the same checks as a client's, and the IBAN's check digits (ISO 13616)."""
    clients.prepare(doc)
    if doc.iban:
        doc.iban = iban.compact(doc.iban)
        if not iban.is_valid(doc.iban):
            label = _(doc.meta.get_label("iban"))
            clients.warn(_("{0}: is not a valid IBAN (the check digits do not match)").format(label))


def after_insert(doc: Document) -> None:
    """A fiscal series of its own; the first company is the default one."""
    for document_type in numbering.FISCAL:
        numbering.ensure(document_type, doc.name)
    if not settings.get("default_company"):
        single = frappe.get_doc(settings.DOCTYPE)
        single.default_company = doc.name
        single.save(ignore_permissions=True)
