"""Who opens a private page: a client's opening counts, the others' do not (row 88)."""

from __future__ import annotations

import re

import frappe

#: Programs that open every link of a mail before its reader does.
SCANNERS = re.compile(
    r"bot|crawl|spider|preview|prefetch|scan|barracuda|proofpoint|mimecast|safelinks|microsoft office|"
    r"bingpreview|googleimageproxy|slackbot|whatsapp|facebookexternalhit|telegrambot|skypeuripreview|"
    r"url-?check|linkcheck|forcepoint|trendmicro|symantec",
    re.IGNORECASE,
)


def is_client() -> bool:
    """Whether the current request is a client reading: no staff session, no scanner, no prefetch, no HEAD."""
    request = frappe.request
    if not request or request.method == "HEAD" or is_staff():
        return False
    purposes = [request.headers.get(name, "") for name in ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")]
    if any("prefetch" in value or "preview" in value for value in purposes):
        return False
    return not SCANNERS.search(request.headers.get("User-Agent", ""))


def is_staff() -> bool:
    """Whether one of our own users is logged in."""
    user = frappe.session.user
    return user != "Guest" and frappe.get_cached_value("User", user, "user_type") == "System User"
