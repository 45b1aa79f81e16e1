"""``crmconnect.api.session``: what a client that logs in with a cookie needs."""

from __future__ import annotations

import frappe
from frappe.sessions import get_csrf_token


@frappe.whitelist(methods=["GET"])
def csrf_token() -> str:
    """The session's CSRF token; from the first call on it is required with the cookie."""
    token = get_csrf_token()
    frappe.local.flags.commit = True
    return token
