"""``crmconnect.api.trace``: everything before and after a document."""

from __future__ import annotations

from typing import Any

import frappe

from crmconnect.core import trace as graph


@frappe.whitelist()
def trace(doctype: str, name: str) -> dict[str, Any]:
    """The graph of all documents before and after ``name``: nodes with status and money, edges with quantities."""
    frappe.get_doc(doctype, name).check_permission("read")
    return graph.of(doctype, name)
