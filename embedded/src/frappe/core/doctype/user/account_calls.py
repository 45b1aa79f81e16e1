"""What is called over REST about accounts; part of `frappe.core.doctype.user.user`, where callers look for it."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.core.doctype.user.password_policy import check_policy
from frappe.rate_limiter import rate_limit
from frappe.utils import cint, get_datetime, now_datetime, sha256_hash, today
from frappe.utils.password import update_password as store_password


@frappe.whitelist(methods=["POST"])
def generate_keys(user: str) -> dict:
    """Make a new API secret (and a key if there is none) for a user; System Managers only. Shown this once."""
    frappe.only_for("System Manager")
    doc = frappe.get_doc("User", user)
    secret = frappe.generate_hash(length=15)
    doc.api_key = doc.api_key or frappe.generate_hash(length=15)
    doc.api_secret = secret
    doc.save()
    return {"api_key": doc.api_key, "api_secret": secret}


@frappe.whitelist()
def get_roles(uid: str | None = None) -> list[str]:
    """One's own roles; a System Manager may ask for another user's."""
    if uid and uid != frappe.session.user:
        frappe.only_for("System Manager")
    return frappe.get_roles(uid or frappe.session.user)


def _reset_limit() -> int:
    return cint(frappe.get_system_settings("password_reset_limit")) or 3


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=_reset_limit, seconds=60 * 60)
def reset_password(user: str) -> None:
    """Send the link to set a new password. The answer is the same whether or not there is such a user."""
    name = frappe.db.get_value("User", {"name": user, "enabled": 1})
    if name and name not in frappe.STANDARD_USERS:
        try:
            frappe.get_doc("User", name).reset_password(send_email=True)
        except frappe.OutgoingEmailError:
            frappe.clear_last_message()
            frappe.log_error(title="Password reset could not be mailed")
    message = _("If there is such an account, instructions have been sent to its e-mail address")
    frappe.msgprint(message, title=_("Password Email Sent"))


@frappe.whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=20, seconds=60 * 60)
def update_password(
    new_password: str, logout_all_sessions: int = 0, key: str | None = None, old_password: str | None = None
) -> str:
    """Set one's password, by the key of a reset link or by the old password; answers where to go next."""
    user, refusal = _whose_password(key, old_password)
    if refusal:
        frappe.local.response.http_status_code = 410
        return refusal
    doc = frappe.get_doc("User", user)
    check_policy(new_password, (doc.first_name, doc.middle_name, doc.last_name, doc.email))
    everywhere = cint(logout_all_sessions) or cint(frappe.get_system_settings("logout_on_password_reset"))
    store_password(user, new_password, logout_all_sessions=everywhere)
    redirect = doc.redirect_url
    values = {"reset_password_key": None, "redirect_url": None, "last_password_reset_date": today()}
    doc.db_set(values, update_modified=False)
    frappe.local.login_manager.login_as(user)
    return redirect or ("/app" if doc.user_type == "System User" else "/")


def _whose_password(key: str | None, old_password: str | None) -> tuple[str | None, str | None]:
    """(user, None), or (None, why not)."""
    if key:
        columns = ["name", "last_reset_password_key_generated_on"]
        found = frappe.db.get_value("User", {"reset_password_key": sha256_hash(key), "enabled": 1}, columns)
        if not found:
            return None, _("The reset password link has either been used before or is invalid")
        seconds = cint(frappe.get_system_settings("reset_password_link_expiry_duration"))
        if seconds and now_datetime() > get_datetime(found[1]) + timedelta(seconds=seconds):
            return None, _("The reset password link has been expired")
        return found[0], None
    if old_password and frappe.session.user != "Guest":
        from frappe.utils.password import check_password

        return check_password(frappe.session.user, old_password), None
    frappe.throw(_("Not permitted"), frappe.PermissionError)
