"""Builds the HTTP answer from `frappe.local.response` and serves files of a site."""

import datetime
import decimal
import json
import mimetypes
import os
import sys
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from re import Match
from typing import Any
from urllib.parse import quote

import werkzeug.utils
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

import frappe
from frappe import _

# Types that a browser would run as a page of ours when opened: always offered as a download.
ACTIVE_EXTENSIONS = frozenset((".svg", ".html", ".htm", ".xhtml", ".xml", ".mht", ".shtml", ".js", ".mjs"))
# An uploaded file is never trusted: nothing in it may run or load. PDF viewers do not start in a sandbox.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"


def report_error(status_code: int) -> Response:
    """JSON answer for the exception being handled, in the shape of the API version of the request."""
    from frappe.api import is_v2

    error_type, error, _tb = sys.exc_info()
    trace = frappe.utils.get_traceback() if status_code != 404 and is_traceback_allowed() else None
    if is_v2():
        entry: dict[str, Any] = {"type": error_type.__name__}
        if trace:
            entry["exception"] = trace
        entry.update(_take_message_of(error))
        frappe.local.response["errors"] = [entry]
    else:
        if trace:
            frappe.local.response["exception"] = trace.strip().splitlines()[-1]
            frappe.local.response["exc"] = json.dumps([trace])
        frappe.local.response["exc_type"] = error_type.__name__
    frappe.local.response.pop("type", None)
    response = build_response("json")
    response.status_code = status_code
    return response


def _take_message_of(error: BaseException) -> dict:
    """Remove the message that `frappe.throw` logged for this exception and return its public part."""
    wanted = getattr(error, "__frappe_exc_id", None)
    for message in list(frappe.local.message_log):
        if message.get("__frappe_exc_id") == wanted:
            frappe.local.message_log.remove(message)
            return {k: v for k, v in message.items() if k not in ("raise_exception", "__frappe_exc_id")}
    return {}


def is_traceback_allowed() -> bool:
    """Tracebacks are for System Users only, and only when the System Settings say so."""
    if not frappe.db or frappe.local.flags.disable_traceback:
        return False
    try:
        if not frappe.get_system_settings("allow_error_traceback"):
            return False
        return frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User"
    except Exception:
        return False


def build_response(response_type: str | None = None) -> Response:
    """The answer for `frappe.local.response`; its `type` beats the argument."""
    data = frappe.local.response
    if "docs" in data and not data["docs"]:
        del data["docs"]
    kind = data.get("type") or response_type or "json"
    return BUILDERS[kind]()


def as_json() -> Response:
    """`frappe.local.response` with its messages as JSON."""
    _add_messages()
    data = frappe.local.response
    status = data.pop("http_status_code", None) or 200
    body = json.dumps(data, default=json_handler, separators=(",", ":"))
    return Response(body, status=status, mimetype="application/json")


def _add_messages() -> None:
    from frappe.api import is_v2

    local, data = frappe.local, frappe.local.response
    if is_v2():
        if local.message_log:
            data["messages"] = local.message_log
        if local.debug_log:
            data["debug"] = [{"message": line} for line in local.debug_log]
        return
    if local.message_log:
        data["_server_messages"] = json.dumps([json.dumps(m, default=json_handler) for m in local.message_log])
    if local.debug_log:
        data["_debug_messages"] = json.dumps(local.debug_log)
    if local.flags.error_message:
        data["_error_message"] = local.flags.error_message


def json_handler(value: Any) -> Any:
    """Serialise what JSON does not know: documents, dates, decimals, iterables.

    Raises TypeError for anything else.
    """
    if hasattr(value, "__json__"):
        return value.__json__()
    if isinstance(value, datetime.date | datetime.time | uuid.UUID | Path):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return frappe.utils.format_timedelta(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, Iterable):
        return list(value)
    if isinstance(value, Match):
        return value.string
    if isinstance(value, type | Exception) or callable(value):
        return repr(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def as_raw() -> Response:
    """A download of `filecontent` under `filename`."""
    data = frappe.local.response
    mimetype = data.get("content_type") or guess_type(data["filename"])
    response = Response(data["filecontent"], mimetype=mimetype)
    disposition = data.get("display_content_as") or "attachment"
    if os.path.splitext(data["filename"])[1].lower() in ACTIVE_EXTENSIONS:
        disposition = "attachment"
    response.headers["Content-Disposition"] = content_disposition(disposition, data["filename"])
    return response


def _as_typed(mimetype: str, key: str, disposition: str, extension: str = "") -> Response:
    data = frappe.local.response
    response = Response(data[key], mimetype=mimetype)
    name = data.get("filename") or f"{data['doctype']}{extension}"
    response.headers["Content-Disposition"] = content_disposition(disposition, name)
    return response


def as_page() -> Response:
    """The web page of `route`."""
    from frappe.website.serve import get_response

    data = frappe.local.response
    return get_response(data["route"], http_status_code=data.get("http_status_code") or 200)


def redirect() -> Response:
    """A redirect to `location` (302)."""
    return werkzeug.utils.redirect(frappe.local.response["location"])


BUILDERS: dict[str, Callable[[], Response]] = {
    "json": as_json,
    "csv": lambda: _as_typed("text/csv", "result", "attachment", ".csv"),
    "txt": lambda: _as_typed("text/plain", "result", "attachment", ".txt"),
    "download": as_raw,
    "pdf": lambda: _as_typed("application/pdf", "filecontent", "inline"),
    "binary": lambda: _as_typed("application/octet-stream", "filecontent", "attachment"),
    "page": as_page,
    "redirect": redirect,
}


def guess_type(filename: str) -> str:
    """Media type by extension, `application/octet-stream` when unknown."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def content_disposition(kind: str, filename: str) -> str:
    """Header value that survives any file name (RFC 6266), no line break can get in."""
    clean = "".join(c for c in os.path.basename(filename) if c.isprintable()).replace("\\", "").replace('"', "")
    plain = clean.encode("ascii", "ignore").decode()
    if plain != clean:
        return f"{kind}; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(clean)}"
    token = plain and all(c.isalnum() or c in "-._" for c in plain)
    return f"{kind}; filename={plain}" if token else f'{kind}; filename="{plain}"'


def download_private_file(path: str) -> Response:
    """A private file, when the user may read its File document or what it hangs on.

    Raises Forbidden when not, or when there is no such file (which of both is not told).
    """
    from frappe.utils.files import find_file_by_url

    refused = Forbidden(_("You don't have permission to access this file"))
    if frappe.session.user == "Guest":
        raise refused
    if not find_file_by_url(path, frappe.form_dict.get("fid")):
        raise refused
    return send_site_file("private", path.removeprefix("/private/"))


def send_public_file(path: str) -> Response:
    """A file of the site's public folder."""
    return send_site_file("public", path.lstrip("/"))


def is_inside(target: str, root: str) -> bool:
    """Whether a path stays in a folder, symbolic links followed."""
    return os.path.realpath(target).startswith(os.path.realpath(root) + os.sep)


def send_site_file(area: str, relative: str) -> Response:
    """Send `<site>/<area>/<relative>`; NotFound outside that folder."""
    root = os.path.abspath(frappe.get_site_path(area))
    target = werkzeug.utils.safe_join(root, relative)
    if not target or not os.path.isfile(target) or not is_inside(target, root):
        raise NotFound
    name = os.path.basename(target)
    extension = os.path.splitext(name)[1].lower()
    response = werkzeug.utils.send_file(target, frappe.local.request.environ, mimetype=guess_type(name))
    response.headers.pop("Content-Disposition", None)
    if extension in ACTIVE_EXTENSIONS:
        response.headers["Content-Disposition"] = content_disposition("attachment", name)
    if extension != ".pdf":
        response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-cache" if area == "private" else "public, max-age=300"
    return response
