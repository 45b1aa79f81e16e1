"""Answers addresses that are pages."""

from urllib.parse import quote

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.website.page_renderers.template_page import render_page
from frappe.website.path_resolver import PathResolver


def get_response(path: str | None = None, http_status_code: int = 200) -> Response:
    """The page of an address. Exceptions reach the application, which rolls back and shows an error page."""
    request = frappe.local.request
    path = path or request.path
    try:
        _endpoint, renderer = PathResolver(path, http_status_code).resolve()
        return renderer.render()
    except frappe.Redirect as e:
        # What a POST did before it sends the browser on is kept.
        status = 303 if request.method == "POST" else e.http_status_code
        return redirect(frappe.local.flags.redirect_location or "/", status)


SENTENCES = {
    401: ("Session Expired", "Your session has expired, please login again to continue."),
    403: ("Not Permitted", "You do not have enough permissions to complete the action"),
    404: ("Not Found", "The resource you are looking for is not available"),
    413: ("Too Large", "The request is too large."),
    429: ("Too Many Requests", "You hit the rate limit because of too many requests. Please try after sometime."),
    503: ("Updating", "The system is being updated. Please refresh again after a few moments."),
}


def render_error(e: Exception, status: int) -> Response:
    """An HTML page for an exception; only what `frappe.throw` said is shown, never a trace."""
    title, sentence = SENTENCES.get(status, ("Server Error", "Something went wrong. Please try again later."))
    said = [m.get("message") for m in frappe.local.message_log if m.get("raise_exception")]
    message = said[-1] if said and status < 500 else _(sentence)
    context = {"title": _(title), "message": frappe.utils.strip_html(str(message))}
    if status in (401, 403) and frappe.session.user == "Guest":
        target = quote(frappe.local.request.full_path.rstrip("?"), safe="/?&=")
        context["login_url"] = f"/login?redirect-to={quote(target, safe='')}"
    try:
        return render_page("404" if status == 404 else "error", context, status)
    except Exception:
        frappe.logger().exception("The error page failed")
        return Response(_(title), status=status, mimetype="text/plain")
