"""A small REST client with the same face in process and over the wire."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import frappe

from tests.support.hosts import Host


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def data(self) -> Any:
        """The result: `data` of documents and of v2, `message` of v1 methods."""
        content = self.json or {}
        return content.get("data", content.get("message"))

    @property
    def exc_type(self) -> str | None:
        """The class name of the error, v1 or v2."""
        content = self.json or {}
        if errors := content.get("errors"):
            return errors[0].get("type")
        return content.get("exc_type")

    @property
    def messages(self) -> str:
        """Every message to the user, as one text."""
        content = self.json or {}
        shown = [json.loads(row).get("message", "") for row in json.loads(content.get("_server_messages") or "[]")]
        shown += [row.get("message") or "" for row in content.get("errors") or [] if isinstance(row, dict)]
        shown += [row.get("message") or "" for row in content.get("messages") or [] if isinstance(row, dict)]
        return "\n".join(shown)

    def expect(self, status: int = 200) -> "Answer":
        """Itself, or an assertion error that shows what came instead."""
        assert self.status == status, f"expected {status}, got {self.status}: {self.text[:2000]}"
        return self


class Http:
    """Requests to one site; the headers and cookies of one user."""

    def __init__(self, host: Host, headers: Mapping[str, str] | None = None) -> None:
        self._host = host
        self.headers: dict[str, str] = {"Accept": "application/json", **(headers or {})}
        self.cookies: dict[str, str] = {}

    def token(self, user: str) -> "Http":
        """A client with API key and secret of `user`, made when missing."""
        key, secret = api_keys(user)
        return Http(self._host, {"Authorization": f"token {key}:{secret}"})

    def login(self, user: str, password: str, csrf: bool = True) -> "Http":
        """A client with a session of `user`; with its CSRF token when `csrf`."""
        session = Http(self._host)
        session.post("/api/method/login", {"usr": user, "pwd": password}).expect(200)
        if csrf:
            token = session.get("/api/method/crmconnect.api.session.csrf_token").expect(200).data
            session.headers["X-Frappe-CSRF-Token"] = token
        return session

    def get(self, path: str, params: Mapping[str, Any] | None = None, **kwargs: Any) -> Answer:
        return self.request("GET", path, params=params, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Answer:
        return self.request("POST", path, data=data, **kwargs)

    def put(self, path: str, data: Any = None, **kwargs: Any) -> Answer:
        return self.request("PUT", path, data=data, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Answer:
        return self.request("DELETE", path, **kwargs)

    def insert(self, doctype: str, **values: Any) -> Answer:
        return self.post(f"/api/resource/{quote(doctype)}", values)

    def read(self, doctype: str, name: str) -> Answer:
        return self.get(document_path(doctype, name))

    def update(self, doctype: str, name: str, **values: Any) -> Answer:
        return self.put(document_path(doctype, name), values)

    def remove(self, doctype: str, name: str) -> Answer:
        return self.delete(document_path(doctype, name))

    def list(self, doctype: str, **params: Any) -> Answer:
        return self.get(f"/api/resource/{quote(doctype)}", params)

    def act(self, doctype: str, name: str, action: str, **arguments: Any) -> Answer:
        """A declared action, as integrators call it."""
        path = f"/api/v2/document/{quote(doctype)}/{quote(str(name), safe='')}/method/{action}"
        return self.post(path, arguments)

    def call(self, method: str, **arguments: Any) -> Answer:
        return self.post(f"/api/method/{method}", arguments)

    def request(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Answer:
        """`data` goes as JSON (dict, list), as it is (str, bytes), or as a form together with `files`."""
        _publish_own_changes()
        sent = {**self.headers, **(headers or {})}
        query = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (params or {}).items()}
        send = _over_wire if self._host.url else _in_process
        answer, cookies = send(self._host, verb, path, query, data, sent, files, self.cookies)
        self.cookies.update(cookies)
        return answer


def document_path(doctype: str, name: str) -> str:
    return f"/api/resource/{quote(doctype)}/{quote(str(name), safe='')}"


def api_keys(user: str) -> tuple[str, str]:
    """API key and secret of a user, made when missing and committed."""
    doc = frappe.get_doc("User", user)
    secret = doc.get_password("api_secret", raise_exception=False) if doc.api_key else None
    if not secret:
        doc.api_key = doc.api_key or frappe.generate_hash(length=15)
        doc.api_secret = secret = frappe.generate_hash(length=15)
        doc.save(ignore_permissions=True)
        frappe.db.commit()
    return doc.api_key, secret


def _publish_own_changes() -> None:
    """Requests run on their own connection: what the test wrote must be visible there, and nothing may be locked."""
    if getattr(frappe.local, "db", None):
        frappe.db.commit()


def _in_process(
    host: Host,
    verb: str,
    path: str,
    query: dict[str, str],
    data: Any,
    headers: dict[str, str],
    files: Any,
    cookies: Mapping[str, str],
) -> tuple[Answer, dict[str, str]]:
    """Through the WSGI application, in a thread of its own as a server does (frappe.local is per thread)."""
    from werkzeug.test import Client, EnvironBuilder

    client = Client(host.application())
    for key, value in cookies.items():
        client.set_cookie(key, value)
    content: dict[str, Any] = {}
    if files:
        uploads = {k: (_stream(v[1]), v[0]) for k, v in files.items()}
        content = {"data": {**(data or {}), **uploads}}
    elif isinstance(data, (str, bytes)):
        content = {"data": data}
        headers.setdefault("Content-Type", "application/json")
    elif data is not None:
        content = {"json": data}
    headers = {"X-Frappe-Site-Name": host.site, **headers}
    builder = EnvironBuilder(path=path, method=verb, query_string=query or None, headers=headers, **content)
    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(_attempt(client, builder)))
    thread.start()
    thread.join()
    if isinstance(result[0], BaseException):
        raise result[0]
    response = result[0]
    set_cookies = {key: cookie.value for key in COOKIES if (cookie := client.get_cookie(key))}
    return Answer(response.status_code, response.headers, response.get_data()), set_cookies


COOKIES = ("sid", "system_user", "full_name", "user_id", "user_image", "user_lang")


def _attempt(client: Any, builder: Any) -> Any:
    try:
        return client.open(builder)
    except BaseException as error:  # handed to the test's own thread
        return error


def _stream(content: bytes) -> Any:
    from io import BytesIO

    return BytesIO(content)


def _over_wire(
    host: Host,
    verb: str,
    path: str,
    query: dict[str, str],
    data: Any,
    headers: dict[str, str],
    files: Any,
    cookies: Mapping[str, str],
) -> tuple[Answer, dict[str, str]]:
    import requests

    content: dict[str, Any] = {"json": data}
    if files or isinstance(data, (str, bytes)):
        content = {"data": data, "files": files}
    response = requests.request(
        verb,
        f"{host.url}{path}",
        params=query,
        headers={"X-Frappe-Site-Name": host.site, **headers},
        cookies=dict(cookies),
        allow_redirects=False,
        timeout=60,
        **content,
    )
    return Answer(response.status_code, response.headers, response.content), response.cookies.get_dict()
