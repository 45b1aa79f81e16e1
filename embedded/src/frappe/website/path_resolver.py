"""From an address to what renders it: redirects, route rules, home page, renderers."""

import re
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect

import frappe
from frappe.website.page_renderers.base_renderer import BaseRenderer
from frappe.website.page_renderers.template_page import TemplatePage
from frappe.website.utils import get_home_page


class RedirectPage(BaseRenderer):
    """Sends the browser elsewhere."""

    def __init__(self, location: str, status: int) -> None:
        super().__init__(location, status)
        self.location = location

    def can_render(self) -> bool:
        return True

    def render(self) -> Any:
        return redirect(self.location, self.http_status_code)


class PathResolver:
    """Finds the renderer of an address; raises PageDoesNotExistError when nobody serves it."""

    def __init__(self, path: str, http_status_code: int | None = None) -> None:
        self.path = path.strip("/ ")
        self.http_status_code = http_status_code

    def resolve(self) -> tuple[str, Any]:
        """The endpoint and a renderer for it."""
        if target := find_redirect(self.path):
            return self.path, RedirectPage(*target)
        handlers = frappe.get_hooks("website_path_resolver")
        endpoint = frappe.get_attr(handlers[-1])(self.path) if handlers else resolve_path(self.path)
        for dotted in frappe.get_hooks("page_renderer"):
            renderer = frappe.get_attr(dotted)(endpoint, self.http_status_code)
            if renderer.can_render():
                return endpoint, renderer
        page = TemplatePage(endpoint, self.http_status_code)
        if not page.can_render() and endpoint.split("/")[0] in ("app", "desk"):
            page = TemplatePage("app", self.http_status_code)
        if not page.can_render():
            raise frappe.PageDoesNotExistError
        return endpoint, page

    def is_valid_path(self) -> bool:
        """Whether something serves the address."""
        try:
            self.resolve()
        except frappe.PageDoesNotExistError:
            return False
        return True


def find_redirect(path: str) -> tuple[str, int] | None:
    """Target and status of the first hook `website_redirects` that matches."""
    request = getattr(frappe.local, "request", None)
    query = request.query_string.decode(errors="replace") if request else ""
    for rule in frappe.get_hooks("website_redirects"):
        text = f"{path}?{query}" if query and rule.get("match_with_query_string") else path
        pattern = rule["source"].strip("/ ") + "$"
        if re.match(pattern, text):
            target = re.sub(pattern, rule["target"], text)
            # Text of the request may not turn a local target into another host.
            if rule["target"].startswith("/"):
                target = "/" + target.lstrip("/\\")
            return target, rule.get("redirect_http_status") or 301
    return None


def resolve_path(path: str) -> str:
    """The page behind an address: home page, `.html` dropped, route rules applied."""
    path = path.removesuffix(".html") or "index"
    if path == "index":
        path = get_home_page()
    frappe.local.path = path
    return path if path == "index" else _apply_rules(path)


def _apply_rules(path: str) -> str:
    url_map = _rule_map()
    if url_map is None:
        return path
    try:
        endpoint, arguments = url_map.bind("").match("/" + path, method="GET")
    except HTTPException:
        return path
    frappe.local.form_dict.update(arguments)
    return endpoint


_maps: dict[str, Map] = {}


def _rule_map() -> Map | None:
    """The hook `website_route_rules` compiled, kept as long as the rules are the same."""
    rules = frappe.get_hooks("website_route_rules")
    if not rules:
        return None
    key = repr(rules)
    if key not in _maps:
        compiled = [Rule(r["from_route"], endpoint=r["to_route"], defaults=r.get("defaults")) for r in rules]
        _maps[key] = Map(compiled, strict_slashes=False, redirect_defaults=False, merge_slashes=False)
    return _maps[key]
