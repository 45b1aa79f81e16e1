"""What an administrator may do with a number series: everything that cannot give a number twice."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from crmconnect.core import numbering


def check(doc: Document) -> None:
    """``validate``: a known document, and never a number again that was given."""
    if doc.document_type not in numbering.PREFIXES:
        known = ", ".join(numbering.PREFIXES)
        frappe.throw(_("{0} must be one of {1}.").format(_(doc.meta.get_label("document_type")), known))
    doc.padding = doc.padding or numbering.DEFAULT_PADDING
    if doc.padding > 10:
        frappe.throw(_("{0} is out of range").format(_(doc.meta.get_label("padding"))))
    doc.next_number = doc.next_number or 1
    stored = doc.get_doc_before_save()
    if stored and doc.prefix == stored.prefix and doc.next_number < stored.next_number:
        frappe.throw(
            _("{0} cannot go back below {1}: those numbers were given.").format(
                _(doc.meta.get_label("next_number")), stored.next_number
            )
        )
    if stored and doc.prefix != stored.prefix and stored.last_date and doc.next_number > 1:
        frappe.msgprint(_("The series goes on with the new prefix from number {0}.").format(doc.next_number))


def refuse_delete(doc: Document) -> None:
    """``on_trash``: a series that gave numbers is kept."""
    if doc.next_number > 1:
        text = _("Series {0} has given numbers and cannot be deleted.")
        frappe.throw(text.format(doc.name), title=_("Cannot delete"))
