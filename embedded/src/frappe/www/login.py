"""The login page: a plain form that works without JavaScript."""

from typing import Any

import frappe
from frappe import _
from frappe.website.utils import get_default_path, get_home_page, is_same_site_post, safe_redirect_target

no_cache = 1


def get_context(context: Any) -> None:
    """Show the form; on POST log in and send the browser to `redirect-to` or the user's first page."""
    args = frappe.form_dict
    context.update(title=_("Login"), narrow=True, error="", usr=str(args.get("usr") or ""))
    wanted = safe_redirect_target(args.get("redirect-to"), "")
    context.redirect_to = wanted
    if frappe.local.request.method == "POST":
        _log_in(context)
    if frappe.session.user != "Guest" and not context.error:
        frappe.local.flags.redirect_location = wanted or _first_page()
        raise frappe.Redirect(302)


def _log_in(context: Any) -> None:
    """A wrong password is no exception here: the form comes back and says so."""
    if not is_same_site_post():
        raise frappe.PermissionError
    manager = frappe.local.login_manager
    try:
        manager.authenticate(context.usr, frappe.form_dict.pop("pwd", None))
        manager.post_login()
    except frappe.TooManyRequestsError as e:
        context.update(error=str(e), http_status_code=429)
    except frappe.AuthenticationError:
        reason = frappe.local.response.pop("message", None) or "Invalid login credentials"
        context.update(error=_(reason), http_status_code=401)


def _first_page() -> str:
    return get_default_path() or "/" + get_home_page()
