"""The WSGI application: one request, one transaction, one answer."""

import json
import os
import re
from collections.abc import Callable, Iterable
from contextvars import Context
from functools import partial
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

import frappe
import frappe.api
import frappe.utils.response
from frappe import _
from frappe.auth import UNSAFE_HTTP_METHODS, HTTPRequest, validate_auth
from frappe.permissions import handle_does_not_exist_error
from frappe.utils import cint
from frappe.website import assets
from frappe.website.serve import get_response, render_error

# Set by the server's start-up; else the environment says (SITES_PATH, FRAPPE_SITE).
_sites_path: str | None = None
_site: str | None = None

MAX_ATTEMPTS = 3
DEFAULT_MAX_BODY = 25 * 1024 * 1024
LONG_KEY = re.compile(r"[\w-]{32,}")
SITE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NO_STORE = "no-store,no-cache,must-revalidate,max-age=0"


class CallbackManager:
    """Functions to run once the answer is sent."""

    def __init__(self) -> None:
        self._functions: list[Callable[[], Any]] = []

    def add(self, function: Callable[[], Any]) -> None:
        self._functions.append(function)

    def run(self) -> None:
        while self._functions:
            function = self._functions.pop(0)
            try:
                function()
            except Exception:
                frappe.logger().exception("A function after the response failed")


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """WSGI entry point."""
    request = Request(environ)
    request.after_response = CallbackManager()
    # A scope of its own: nothing that the calling thread has set is seen, nothing is left behind in it.
    scope = Context()
    response = scope.run(respond, request)
    close = [partial(scope.run, request.after_response.run), partial(scope.run, frappe.destroy)]
    return ClosingIterator(response(environ, start_response), close)


def respond(request: Request) -> Response:
    """Handle the request; one that lost a race for locks is rolled back and run again."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        response = _attempt(request, may_retry=attempt < MAX_ATTEMPTS)
        if response is not None:
            return response
        _rewind(request)
    raise AssertionError("the last attempt always answers")


def _rewind(request: Request) -> None:
    frappe.destroy()
    request.after_response = CallbackManager()
    for upload in request.files.values():
        upload.stream.seek(0)


def _attempt(request: Request, may_retry: bool) -> Response | None:
    try:
        init_request(request)
        response = dispatch(request)
        _finish_transaction(request)
    except HTTPException as e:
        _rollback()
        response = e.get_response(request.environ)
    except Exception as e:
        _rollback()
        if may_retry and isinstance(e, frappe.QueryDeadlockError) and frappe.db:
            return None
        response = handle_exception(e)
    _save_session()
    process_response(request, response)
    # Nothing is held open while the answer travels.
    _rollback()
    return response


def init_request(request: Request) -> None:
    """Site, database, arguments, session and user of the request."""
    site = find_site(request)
    frappe.init(site, sites_path=sites_path())
    frappe.local.request = request
    frappe.local.is_ajax = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    if request.path.startswith("/assets/"):
        return
    frappe.connect(set_admin_as_user=False)
    frappe.local.session.update(user="Guest", sid="Guest", data=frappe._dict())
    if frappe.conf.get("maintenance_mode"):
        raise frappe.SessionStopped("Session Stopped")
    frappe.db.begin(write=request.method in UNSAFE_HTTP_METHODS)
    _limit_body(request)
    make_form_dict(request)
    if request.method != "OPTIONS":
        frappe.local.http_request = HTTPRequest()
    request.hooks = frappe.get_hooks()
    for task in _hooks(request, "before_request"):
        frappe.call(task)


def sites_path() -> str:
    """The folder of the sites."""
    return _sites_path or os.environ.get("SITES_PATH") or "."


def _hooks(request: Request, name: str) -> list[str]:
    """The hooks of the apps, asked for once per request."""
    return getattr(request, "hooks", {}).get(name, [])


def find_site(request: Request) -> str:
    """The site named by `X-Frappe-Site-Name`, by the host, or the default one; NotFound when there is none."""
    named = request.headers.get("X-Frappe-Site-Name")
    if named:
        candidates = [named]
    else:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        candidates = [host, _site or os.environ.get("FRAPPE_SITE") or _default_site()]
    for site in candidates:
        if site and SITE_NAME.fullmatch(site) and os.path.isfile(os.path.join(sites_path(), site, "site_config.json")):
            return site
    raise NotFound


def _default_site() -> str | None:
    current = os.path.join(sites_path(), "currentsite.txt")
    if os.path.isfile(current):
        with open(current) as f:
            if site := f.read().strip():
                return site
    common = os.path.join(sites_path(), "common_site_config.json")
    if os.path.isfile(common):
        with open(common) as f:
            return json.load(f).get("default_site")
    return None


def _limit_body(request: Request) -> None:
    limit = cint(frappe.conf.get("max_file_size")) or DEFAULT_MAX_BODY
    # A form brings its boundaries and other fields with the file.
    request.max_content_length = limit + 64 * 1024
    request.max_form_memory_size = request.max_content_length


def make_form_dict(request: Request) -> None:
    """`frappe.form_dict` from the JSON body, or from query and form."""
    if request.mimetype != "multipart/form-data":
        body = request.get_data()
        if body and request.is_json:
            _set_json_arguments(body)
            return
    arguments = frappe._dict(request.args.items())
    arguments.update(request.form.items())
    arguments.pop("_", None)
    frappe.local.form_dict = arguments


def _set_json_arguments(body: bytes) -> None:
    try:
        data = json.loads(body)
    except RecursionError:
        frappe.throw(_("Invalid request arguments"))
    if isinstance(data, dict):
        data.pop("_", None)
        frappe.local.form_dict = frappe._dict(data)
    elif isinstance(data, list):
        frappe.local.form_dict = frappe._dict(data=data)
    else:
        frappe.throw(_("Invalid request arguments"))


def dispatch(request: Request) -> Response:
    """Hand the request to what serves its address."""
    path = request.path
    if path.startswith("/assets/"):
        return assets.serve(request)
    if request.method == "OPTIONS":
        return Response()
    validate_auth(_hooks(request, "auth_hooks"))
    if path == "/api" or path.startswith("/api/"):
        return frappe.api.handle(request)
    if path.startswith("/private/files/"):
        return frappe.utils.response.download_private_file(path)
    if path.startswith("/files/"):
        return frappe.utils.response.send_public_file(path)
    if request.method in ("GET", "HEAD", "POST"):
        return get_response()
    raise MethodNotAllowed(valid_methods=["GET", "HEAD", "POST"])


def _finish_transaction(request: Request) -> None:
    """Commit what an unsafe verb did (or what asked for it), roll back the rest."""
    if not frappe.db:
        return
    if frappe.local.flags.commit or request.method in UNSAFE_HTTP_METHODS:
        frappe.db.commit()
    else:
        frappe.db.rollback()


def _rollback() -> None:
    """Undo, and let what follows (an error page) only read."""
    if frappe.db:
        frappe.db.rollback()
        frappe.db.begin(write=False)


def _save_session() -> None:
    """What the session itself learned (CSRF token, last use) is kept whatever became of the request."""
    session = getattr(frappe.local, "session_obj", None)
    if not session or not frappe.db:
        return
    try:
        session.update()
    except Exception:
        frappe.db.rollback()
        frappe.logger().exception("The session could not be saved")


@handle_does_not_exist_error
def handle_exception(e: Exception) -> Response:
    """The answer for an exception: JSON for API calls, else a page."""
    request, status = frappe.local.request, getattr(e, "http_status_code", 500)
    accept = request.headers.get("Accept") or ""
    if not getattr(frappe.session, "user", None):
        frappe.set_user("Guest")
    if status >= 500:
        _log_error(e)
    as_json = frappe.local.is_ajax or "application/json" in accept
    if as_json or (request.path.startswith("/api") and not accept.startswith("text")):
        response = frappe.utils.response.report_error(status)
    else:
        response = render_error(e, status)
    if isinstance(e, frappe.AuthenticationError) and hasattr(frappe.local, "login_manager"):
        frappe.local.cookie_manager.delete_all()
    return response


def _log_error(e: Exception) -> None:
    """The log gets the trace, never the arguments nor the keys in an address: they are secrets."""
    request = frappe.local.request
    frappe.logger().error("%s %s failed", request.method, LONG_KEY.sub("…", request.path), exc_info=e)


def process_response(request: Request, response: Response) -> None:
    """Headers and cookies that every answer gets."""
    headers = response.headers
    headers.setdefault("Cache-Control", NO_STORE)
    headers.setdefault("Referrer-Policy", "same-origin")
    if not request.path.startswith(("/api", "/private/")):
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    if not getattr(frappe.local, "conf", None):
        return
    _set_cors_headers(request, response)
    headers.update(getattr(frappe.local, "response_headers", None) or {})
    if "public" not in headers["Cache-Control"] and hasattr(frappe.local, "cookie_manager"):
        frappe.local.cookie_manager.flush_cookies(response)
    for task in _hooks(request, "after_request"):
        frappe.call(task, response=response, request=request)


def _set_cors_headers(request: Request, response: Response) -> None:
    allowed, origin = frappe.conf.get("allow_cors"), request.headers.get("Origin")
    if not allowed or not origin:
        return
    if allowed != "*" and origin not in (allowed if isinstance(allowed, list) else [allowed]):
        return
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if allowed != "*":
        headers["Access-Control-Allow-Credentials"] = "true"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
        headers["Access-Control-Max-Age"] = "86400"
        if asked := request.headers.get("Access-Control-Request-Headers"):
            headers["Access-Control-Allow-Headers"] = asked
    response.headers.update(headers)
