"""Where users land, safe redirects, what every page's template may show."""

from typing import Any
from urllib.parse import quote, urlsplit

import frappe


def get_home_page() -> str:
    """The current user's first page, without the slash: by role, by the apps' hooks, by the settings."""
    home = None
    if frappe.session.user != "Guest":
        for role in frappe.get_roles():
            if home := frappe.get_cached_value("Role", role, "home_page"):
                break
    home = home or get_home_page_via_hooks() or _home_of_settings()
    return (home or ("login" if frappe.session.user == "Guest" else "me")).strip("/")


def _home_of_settings() -> str | None:
    return frappe.db.get_singles_dict("Website Settings").get("home_page")


def get_home_page_via_hooks() -> str | None:
    """By `get_website_user_home_page`, `website_user_home_page`, `role_home_page`, `home_page`, in this order."""
    home = None
    if hooks := frappe.get_hooks("get_website_user_home_page"):
        home = frappe.get_attr(hooks[-1])(frappe.session.user)
    elif hooks := frappe.get_hooks("website_user_home_page"):
        home = hooks[-1]
    if not home and (by_role := frappe.get_hooks("role_home_page")):
        home = next((by_role[role][-1] for role in frappe.get_roles() if role in by_role), None)
    if not home and (hooks := frappe.get_hooks("home_page")):
        home = hooks[-1]
    return home


def get_apps() -> list[dict]:
    """What the hook `add_to_apps_screen` shows this user: [{name, title, logo, route}], without the Desk."""
    found = []
    for app in frappe.get_installed_apps():
        for entry in frappe.get_hooks("add_to_apps_screen", app_name=app) if app != "frappe" else ():
            check, in_desk = entry.get("has_permission"), f"{entry.get('route')}/".startswith(("/app/", "/desk/"))
            if not in_desk and (not check or frappe.get_attr(check)()):
                title = frappe._(entry.get("title"))
                found.append({"name": app, "title": title, "logo": entry.get("logo"), "route": entry.get("route")})
    return found


def get_default_path() -> str | None:
    """The route of the only app on the apps screen; `/apps` when there are several, None without any."""
    apps = get_apps()
    if not apps:
        return None
    return (apps[0]["route"] if len(apps) == 1 else None) or "/apps"


def safe_redirect_target(target: Any, default: str = "/") -> str:
    """A path of this site, never another host (`//evil`, `/\\evil`, `https:…`) and never a script."""
    if not isinstance(target, str) or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if any(ord(c) < 0x20 or c == "\x7f" or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else quote(target, safe="/?&=#%:+,;@!$'()*~-._[]")


def is_same_site_post() -> bool:
    """False when a browser says that another site's page sent this request."""
    headers = frappe.local.request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("Origin")
    return not origin or urlsplit(origin).netloc == frappe.local.request.host


def clear_cache(path: str | None = None) -> None:
    """Pages are not cached by the embedded runtime: nothing to clear."""


def get_base_context() -> dict:
    """What every page has: user, language, token of the session's forms."""
    settings = frappe.db.get_singles_dict("Website Settings")
    return frappe._dict(
        user=frappe.session.user,
        fullname=frappe.utils.get_fullname(frappe.session.user),
        lang=frappe.local.lang or "en",
        csrf_token=(frappe.session.data or {}).get("csrf_token") or "",
        app_name=settings.get("app_name") or "",
        path=getattr(frappe.local, "path", ""),
        http_status_code=200,
    )
