"""`/api`: routes of both versions, compiled once."""

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Submount
from werkzeug.wrappers import Request, Response

import frappe
from frappe.api.v1 import url_rules as v1_rules
from frappe.api.v2 import url_rules as v2_rules
from frappe.utils.response import build_response

API_URL_MAP = Map(
    [Submount("/api", v1_rules), Submount("/api/v1", v1_rules), Submount("/api/v2", v2_rules)],
    strict_slashes=False,
    merge_slashes=False,
)


# Only paths and verbs matter here: one adapter serves every request.
_adapter = API_URL_MAP.bind("")


def is_v2() -> bool:
    """True while a request below `/api/v2` is handled."""
    request = getattr(frappe.local, "request", None)
    return bool(request) and request.path.startswith("/api/v2")


def handle(request: Request) -> Response:
    """Run the endpoint of an `/api` address; an unknown one raises DoesNotExistError."""
    try:
        endpoint, arguments = _adapter.match(request.path, request.method)
    except NotFound:
        raise frappe.DoesNotExistError from None
    data = endpoint(**arguments)
    if isinstance(data, Response):
        return data
    if data is not None:
        frappe.local.response["data"] = data
    return build_response("json")
