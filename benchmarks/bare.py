"""The least that Werkzeug does for an answer: a request, a rule out of a hundred, a small JSON response."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

RULES = Map([*(Rule(f"/other{n}/<name>") for n in range(100)), Rule("/document/<name>", endpoint="document")])
DOCUMENT = {f"field_{n}": f"value {n}" for n in range(40)}


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """A WSGI application."""
    request = Request(environ)
    _endpoint, values = RULES.bind_to_environ(environ).match()
    body = json.dumps({"data": {"name": values["name"], "verb": request.method, **DOCUMENT}})
    return Response(body, mimetype="application/json")(environ, start_response)
