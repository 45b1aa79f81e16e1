"""The user's own page: where he can go, and out."""

from typing import Any

import frappe
from frappe import _
from frappe.website.utils import get_apps

no_cache = 1


def get_context(context: Any) -> None:
    """For logged-in users; guests are sent to the login."""
    if frappe.session.user == "Guest":
        frappe.local.flags.redirect_location = "/login?redirect-to=/me"
        raise frappe.Redirect(302)
    context.update(title=_("My Account"), narrow=True, apps=get_apps())
