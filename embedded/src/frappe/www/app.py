"""`/app` is the Desk of a bench; here it leads to the apps' own screens."""

from typing import Any

import frappe
from frappe import _
from frappe.website.utils import get_apps, get_default_path

no_cache = 1


def get_context(context: Any) -> None:
    """Go to the only app's screen, or list the apps."""
    if frappe.session.user == "Guest":
        frappe.local.flags.redirect_location = "/login?redirect-to=/app"
        raise frappe.Redirect(302)
    target = get_default_path()
    if target and not target.startswith(("/app", "/desk")):
        frappe.local.flags.redirect_location = target
        raise frappe.Redirect(302)
    context.update(title=_("Apps"), narrow=True, apps=get_apps())
