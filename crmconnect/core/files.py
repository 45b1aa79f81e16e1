"""Files on documents: whoever puts one where a client may download it must be allowed to read it himself."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


def check(doc: Document) -> None:
    """``validate``: a file newly named in ``files`` must be stored here, and the user may read it."""
    stored = doc.get_doc_before_save()
    known = {row.file for row in (stored.get("files") or [])} if stored else set()
    for row in doc.get("files") or []:
        if row.file and row.file not in known and not readable(row.file):
            frappe.throw(
                _("Row {0}: there is no such file, or you may not read it.").format(row.idx),
                frappe.LinkValidationError,
                title=_("Files"),
            )


def readable(file_url: str) -> bool:
    """Whether the user may read some stored file of that address (files of the same content share it)."""
    names = frappe.get_all("File", {"file_url": file_url}, pluck="name", limit=20)
    return any(frappe.get_doc("File", name).has_permission("read") for name in names)
