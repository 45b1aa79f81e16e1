"""Addresses of the site and of documents in it."""

import re
from typing import Any
from urllib.parse import quote, urljoin, urlparse

import frappe

__all__ = [
    "expand_relative_urls",
    "get_absolute_url",
    "get_host_name_from_request",
    "get_link_to_form",
    "get_url",
    "get_url_to_form",
    "quoted",
    "slug",
    "url_contains_port",
    "validate_url",
]

_RELATIVE = re.compile(
    r"""((?:href|src)\s*=\s*['"]?|url\(\s*['"]?)"""
    r"""(?!https?:|mailto:|tel:|data:|cid:|#|//)([^'" >)]+)"""
)


def slug(name: str) -> str:
    """A DocType's name in addresses."""
    return name.lower().replace(" ", "-")


def quoted(url: str) -> str:
    """Percent-encoded, with the signs that addresses are made of left alone."""
    return quote(str(url).encode(), safe=b"~@#$&()*!+=:;,.?/'")


def url_contains_port(url: str) -> bool:
    """Whether the address names a port."""
    return urlparse(url).port is not None


def get_host_name_from_request() -> str | None:
    """Scheme and host that the browser used, when a request is being answered."""
    request = getattr(frappe.local, "request", None)
    if request is None or not request.host:
        return None
    scheme = "https" if request.headers.get("X-Forwarded-Proto") == "https" or request.scheme == "https" else "http"
    return f"{scheme}://{request.host}"


def get_url(uri: str | None = None, full_address: bool = False, allow_header_override: bool = True) -> str:
    """The site's address, or that of a path in it: by `host_name` of the settings, the request, or the site's name."""
    if uri and uri.startswith(("http://", "https://")):
        return uri
    conf = frappe.local.conf
    host = conf.host_name or conf.hostname or (get_host_name_from_request() if allow_header_override else None)
    host = host or frappe.local.site or "127.0.0.1"
    if not host.startswith(("http://", "https://")):
        host = f"http://{host}"
    port = conf.http_port or (conf.webserver_port if conf.developer_mode else None)
    if port and not url_contains_port(host):
        host = f"{host}:{port}"
    if not uri and full_address and getattr(frappe.local, "request", None):
        uri = frappe.local.request.full_path
    return urljoin(host, uri) if uri else host


def get_absolute_url(doctype: str, name: str | None = None) -> str:
    """Path of a document (or of the list) in the Desk."""
    path = f"/app/{quoted(slug(doctype))}"
    return f"{path}/{quoted(name)}" if name else path


def get_url_to_form(doctype: str, name: str | None = None) -> str:
    """Address of a document in the Desk."""
    return get_url(get_absolute_url(doctype, name))


def get_link_to_form(doctype: str, name: str | None = None, label: str | None = None) -> str:
    """HTML link to a document. The label is HTML of the caller's; a name used as label is escaped."""
    from frappe.utils.html_utils import escape_html

    text = label or escape_html(name) or frappe._(doctype)
    return f'<a href="{escape_html(get_url_to_form(doctype, name))}">{text}</a>'


def expand_relative_urls(html: str) -> str:
    """HTML whose links and pictures work outside the site, in mails and PDFs."""
    base = get_url().rstrip("/")
    return _RELATIVE.sub(lambda m: f"{m.group(1)}{base}{'' if m.group(2).startswith('/') else '/'}{m.group(2)}", html)


def validate_url(txt: str, throw: bool = False, valid_schemes: Any = None) -> bool:
    """Whether the text is an address (of one of the schemes, if given); with `throw` raise ValidationError if not."""
    url = urlparse(txt or "")
    valid = bool(url.scheme and (url.netloc or url.path)) or bool(txt and txt.startswith("/"))
    if valid_schemes:
        valid = valid and url.scheme in ([valid_schemes] if isinstance(valid_schemes, str) else valid_schemes)
    if not valid and throw:
        frappe.throw(frappe._("'{0}' is not a valid URL").format(frappe.bold(frappe.utils.escape_html(txt))))
    return valid
