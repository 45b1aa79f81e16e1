"""PDF from HTML, with WeasyPrint. Nothing is fetched from the network or from the machine's file system at large."""

import io
import logging
import mimetypes
import os
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import frappe
from frappe.utils.data import get_url
from frappe.utils.file_store import path_of
from frappe.utils.files import find_file_by_url

MAX_HTML_LENGTH = 20_000_000
LENGTH = re.compile(r"\d+(\.\d+)?(mm|cm|in|px|pt)?")
OPENED_SCHEMES = ("data",)


class NotAllowed(ValueError):
    """A print named something outside the site."""


class SiteFetcher:
    """Gives WeasyPrint data: URLs, the apps' assets and the files that the present user may read; refuses the rest."""

    _fail_on_errors = False

    def __init__(self) -> None:
        self.base = get_url().rstrip("/")

    def __call__(self, url: str, *_args: Any) -> Any:
        if url.lower().startswith("data:"):
            import weasyprint

            default = getattr(weasyprint, "URLFetcher", None)
            return default(allowed_protocols=OPENED_SCHEMES)(url) if default else weasyprint.default_url_fetcher(url)
        if not url.startswith(f"{self.base}/"):
            raise NotAllowed("A print may only show what belongs to the site")
        path = self._path(unquote(urlsplit(url.removeprefix(self.base)).path))
        with open(path, "rb") as stream:
            return _answer(url, stream.read(), mimetypes.guess_type(path)[0] or "application/octet-stream")

    def _path(self, address: str) -> str:
        if address.startswith("/files/"):
            return path_of(address)
        if address.startswith("/private/files/"):
            if frappe.flags.ignore_print_permissions or find_file_by_url(address):
                return path_of(address)
        elif address.startswith("/assets/"):
            return asset_path(address)
        raise NotAllowed("A print may only show what belongs to the site")


def _answer(url: str, body: bytes, kind: str) -> Any:
    from weasyprint import urls

    response = getattr(urls, "URLFetcherResponse", None)
    return response(url, body, {"Content-Type": kind}) if response else {"string": body, "mime_type": kind}


def asset_path(address: str) -> str:
    """Path of `/assets/<app>/…` in the app's public folder. Raises NotAllowed."""
    app, _slash, rest = address.removeprefix("/assets/").partition("/")
    if app in frappe.get_installed_apps():
        base = os.path.realpath(frappe.get_app_path(app, "public"))
        path = os.path.realpath(os.path.join(base, rest))
        if path.startswith(base + os.sep) and os.path.isfile(path):
            return path
    raise NotAllowed("There is no such asset")


def get_pdf(html: str, options: dict[str, Any] | None = None, output: Any = None) -> bytes | Any:
    """The HTML as PDF. `options`: page-size, page-width, page-height, orientation, margin-top …-left (bare numbers are
    millimetres), password. With `output` (a pypdf PdfWriter) the pages are appended to it and it is answered.
    """
    import weasyprint

    if len(html) > MAX_HTML_LENGTH:
        raise frappe.ValidationError("The print is too long")
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    fetcher = SiteFetcher()
    source = weasyprint.HTML(string=html, base_url=f"{fetcher.base}/", url_fetcher=fetcher)
    content = source.write_pdf(stylesheets=[weasyprint.CSS(string=page_css(options or {}), url_fetcher=fetcher)])
    if output is not None:
        output.append(io.BytesIO(content))
        return output
    password = (options or {}).get("password")
    return _encrypted(content, str(password)) if password else content


def page_css(options: dict[str, Any]) -> str:
    """The @page rule for Frappe's options; a rule of the print's own style stands above it."""
    settings = frappe.db.get_singles_dict("Print Settings") if frappe.db else {}
    size = str(options.get("page-size") or settings.get("pdf_page_size") or "A4")
    if size == "Custom":
        width, height = (
            _length(options.get(f"page-{side}") or settings.get(f"pdf_page_{side}")) for side in ("width", "height")
        )
        size = f"{width} {height}" if width and height else "A4"
    elif not re.fullmatch(r"[A-Za-z0-9]+", size):
        size = "A4"
    turned = " landscape" if str(options.get("orientation", "")).lower() == "landscape" else ""
    margins = " ".join(_length(options.get(f"margin-{side}")) or "15mm" for side in ("top", "right", "bottom", "left"))
    return f"@page {{ size: {size}{turned}; margin: {margins}; }}"


def _length(value: Any) -> str:
    text = str(value if value is not None else "").strip()
    if not LENGTH.fullmatch(text):
        return ""
    return text if text[-1].isalpha() else f"{text}mm"


def _encrypted(content: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, algorithm="AES-256")
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def get_file_data_from_writer(writer: Any) -> bytes:
    """The bytes of a PdfWriter that `get_pdf(output=…)` filled."""
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
