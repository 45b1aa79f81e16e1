"""Ends the session; only by POST, so that a link cannot do it."""

from typing import Any

import frappe
from frappe import _

no_cache = 1


def get_context(context: Any) -> None:
    """Ask by GET, log out by POST and go to the login page."""
    context.update(title=_("Log out"), narrow=True)
    if frappe.local.request.method == "POST":
        frappe.local.login_manager.logout()
        frappe.local.flags.redirect_location = "/login"
        raise frappe.Redirect(302)
