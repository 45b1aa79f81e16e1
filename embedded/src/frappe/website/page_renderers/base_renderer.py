"""Base of all that renders an address; apps add theirs by the hook `page_renderer`."""

from werkzeug.wrappers import Response

import frappe


class BaseRenderer:
    """`can_render` says whether this address is the renderer's, `render` answers it."""

    def __init__(self, path: str | None = None, http_status_code: int | None = None) -> None:
        self.path = (path or frappe.local.request.path).strip("/ ")
        self.http_status_code = http_status_code or 200
        self.headers: dict[str, str] = {}

    def can_render(self) -> bool:
        raise NotImplementedError

    def render(self) -> Response:
        raise NotImplementedError

    def build_response(
        self, data: str | bytes, http_status_code: int | None = None, headers: dict | None = None
    ) -> Response:
        """An HTML answer."""
        response = Response(data, status=http_status_code or self.http_status_code, mimetype="text/html")
        response.headers.update({**self.headers, **(headers or {})})
        return response
