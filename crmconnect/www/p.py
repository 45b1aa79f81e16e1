"""``/p/<token>``: a document under its private link."""

from __future__ import annotations

from typing import Any

import frappe

from crmconnect.portal import view

no_cache = 1
sitemap = 0


def get_context(context: Any) -> None:
    """Show the document, or take the client's answer from a posted form and show what came of it."""
    view.fill(context, str(frappe.form_dict.get("token") or ""))
