"""``crmconnect.api.actions``: the actions of a document for whoever draws buttons."""

from __future__ import annotations

from typing import Any

import frappe

from crmconnect.core import actions


@frappe.whitelist()
def available(doctype: str, name: str) -> list[dict[str, Any]]:
    """The actions of a document that the user's rights allow, each with label, form, state and the reason why not."""
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    return actions.available(doc)
