"""A site with a small app that has pages, public files and calls, and clients for it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import frappe
import frappe.app
import pytest
from werkzeug.test import Client, TestResponse

from tests.embedded.bare import own_scope
from tests.embedded.sites import PASSWORD, new_site

FILES = {
    "__init__.py": '__version__ = "0.0.1"\n',
    "modules.txt": "Webapp\n",
    "patches.txt": "",
    "webapp/__init__.py": "",
    "www/__init__.py": "",
    "hooks.py": """
app_name = "webapp"
app_title = "Webapp"
app_publisher = app_description = app_email = app_license = "x"
website_redirects = [
    {"source": "/old", "target": "/hello"},
    {"source": r"/moved/(.*)", "target": r"/\\1"},
]
website_route_rules = [{"from_route": "/p/<token>", "to_route": "token"}]
update_website_context = "webapp.api.add_context"
add_to_apps_screen = [{"name": "webapp", "title": "Webapp", "route": "/hello"}]
home_page = "hello"
page_renderer = "webapp.api.Robots"
override_whitelisted_methods = {"webapp.api.old": "webapp.api.new"}
on_session_creation = "webapp.api.session_made"
on_logout = "webapp.api.logged_out"
""",
    "api.py": '''
import frappe
from frappe.website.page_renderers.base_renderer import BaseRenderer

calls = []
fail_times = 0


def session_made(login_manager=None):
    calls.append(("session", frappe.session.user))


def logged_out(login_manager=None):
    calls.append(("logout", frappe.session.user))


def add_context(context):
    context.from_hook = "hooked"


class Robots(BaseRenderer):
    def can_render(self):
        return self.path == "robots"

    def render(self):
        return self.build_response("rendered")


@frappe.whitelist()
def note(text):
    frappe.get_doc({"doctype": "ToDo", "description": text}).insert(ignore_permissions=True)
    return text


@frappe.whitelist()
def note_and_fail(text):
    note(text)
    frappe.throw("no")


@frappe.whitelist()
def note_on_get(text):
    note(text)
    frappe.local.flags.commit = True


@frappe.whitelist(allow_guest=True)
def flaky():
    global fail_times
    frappe.get_doc({"doctype": "ToDo", "description": "flaky"}).insert(ignore_permissions=True)
    if fail_times:
        fail_times -= 1
        raise frappe.QueryDeadlockError("deadlock")
    return "done"


@frappe.whitelist()
def csrf():
    from frappe.sessions import get_csrf_token

    return get_csrf_token()


@frappe.whitelist(allow_guest=True)
def echo(**kwargs):
    kwargs.pop("cmd", None)
    return kwargs


@frappe.whitelist(allow_guest=True)
def crash():
    secret = "hunter2"
    raise RuntimeError("broken with " + secret)


@frappe.whitelist()
def old():
    return "old"


@frappe.whitelist()
def new():
    return "new"


@frappe.whitelist(allow_guest=True)
def download(name):
    frappe.response.update(type="download", filename=name, filecontent=b"x")


@frappe.whitelist(allow_guest=True)
def later():
    frappe.request.after_response.add(lambda: calls.append(("later", frappe.db is not None)))


def hidden():
    return "hidden"
''',
    "www/hello.html": "<h1>Hello {{ name }}</h1><p>{{ from_hook }}</p>",
    "www/hello.py": """
import frappe


def get_context(context):
    context.name = frappe.form_dict.get("name") or "World"
""",
    "www/token.html": "<h1>Token {{ token }}</h1>",
    "www/token.py": "import frappe\n\n\ndef get_context(context):\n    context.token = frappe.form_dict.token\n",
    "www/write.html": "<h1>Written</h1>",
    "www/write.py": """
import frappe


def get_context(context):
    if frappe.request.method == "POST":
        frappe.get_doc({"doctype": "ToDo", "description": frappe.form_dict.text}).insert(ignore_permissions=True)
        if frappe.form_dict.then == "crash":
            raise RuntimeError("page broken")
        if frappe.form_dict.then == "redirect":
            frappe.local.flags.redirect_location = "/hello"
            raise frappe.Redirect
""",
    "www/closed.html": "closed",
    "www/closed.py": "import frappe\n\n\ndef get_context(context):\n    raise frappe.PermissionError\n",
    "www/about.md": "---\ntitle: About us\n---\n# About\n\nSome *text*.",
    "www/plain.txt": "plain text",
    "www/teapot.html": "<h1>Teapot</h1>",
    "www/teapot.py": "def get_context(context):\n    context.http_status_code = 418\n",
    "www/_private.html": "private",
    "public/app.js": "console.log(1)",
    "public/admin/index-0a1b2c3d4e.js": "built",
    "public/.env": "SECRET=1",
}


@dataclass
class Web:
    """The site; `client()` is a browser."""

    sites: Path
    site: str
    user: str = "ana@example.com"
    password: str = "parola-Lunga-7"

    def client(self, cookies: bool = True) -> "Browser":
        return Browser(frappe.app.application, self.site, cookies)

    def logged_in(self, user: str | None = None, password: str | None = None) -> "Browser":
        browser = self.client()
        form = {"usr": user or self.user, "pwd": password or self.password}
        assert browser.post("/api/method/login", data=form).status_code == 200
        return browser

    def connected(self) -> Any:
        return connected(self)

    def notes(self) -> list[str]:
        with self.connected():
            return frappe.get_all("ToDo", pluck="description")


class connected:
    """`with web.connected():` as Administrator; commits at the end."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def __enter__(self) -> None:
        self.scope = own_scope()
        self.scope.__enter__()
        frappe.init(self.web.site, sites_path=str(self.web.sites), force=True)
        frappe.connect()

    def __exit__(self, *error: Any) -> None:
        if error[0] is None:
            frappe.db.commit()
        frappe.destroy()
        self.scope.__exit__(*error)


class Browser(Client):
    """Sends JSON-accepting requests with cookies; the host is the site's name."""

    def __init__(self, application: Any, host: str, cookies: bool) -> None:
        super().__init__(application, use_cookies=cookies)
        self.host = host

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = {"Host": self.host, "Accept": "application/json", **dict(kwargs.pop("headers", {}))}
        kwargs.setdefault("base_url", f"http://{self.host}/")
        return super().open(*args, headers=headers, **kwargs)

    def page(self, path: str, method: str = "GET", **kwargs: Any) -> TestResponse:
        return self.open(path, method=method, headers={"Accept": "text/html", **kwargs.pop("headers", {})}, **kwargs)


@pytest.fixture(scope="module")
def web(host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    if host.name == "bench":
        pytest.skip("concerns the embedded runtime")
    if host.unavailable:
        pytest.skip(host.unavailable)
    folder, sites = tmp_path_factory.mktemp("webapp"), tmp_path_factory.mktemp("websites")
    for name, text in FILES.items():
        path = folder / "webapp" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(folder))
    patch.setattr(frappe.app, "_sites_path", str(sites))
    with own_scope(), new_site(host, sites, ("webapp",)) as name:
        site = Web(sites, name)
        values = {"doctype": "User", "email": site.user, "first_name": "Ana", "send_welcome_email": 0}
        values |= {"new_password": site.password, "roles": [{"role": "System Manager"}]}
        frappe.get_doc(values).insert()
        frappe.db.commit()
        frappe.destroy()
        yield site
        frappe.init(name, sites_path=str(sites), force=True)
        frappe.connect()
    patch.undo()
    for module in [m for m in sys.modules if m == "webapp" or m.startswith("webapp.")]:
        del sys.modules[module]


__all__ = ["PASSWORD", "Browser", "Web", "web"]
