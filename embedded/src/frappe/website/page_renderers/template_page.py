"""Pages of the apps' `www` and `templates/pages` folders: HTML or Markdown, with an optional Python module."""

import functools
import inspect
import os
import re
import types
from typing import Any

import werkzeug.utils
from werkzeug.wrappers import Response

import frappe
from frappe.utils.response import guess_type
from frappe.website.page_renderers.base_renderer import BaseRenderer
from frappe.website.utils import get_base_context

FOLDERS = ("www", "templates/pages")
SUFFIXES = ("", ".html", ".md", "/index.html", "/index.md")
CODE = (".py", ".pyc", ".pyo", ".so")
DEFAULT_BASE = "templates/web.html"
PROPERTIES = ("base_template_path", "template", "no_cache", "sitemap")
FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*\n(.*)\Z", re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL | re.IGNORECASE)


class TemplatePage(BaseRenderer):
    """A page by its file; later installed apps win over earlier ones."""

    def __init__(self, path: str | None = None, http_status_code: int | None = None) -> None:
        super().__init__(path, http_status_code)
        self.context = frappe._dict()
        self.app = self.template_path = self.file = ""
        self._find()

    def _find(self) -> None:
        if any(part.startswith((".", "_")) for part in self.path.split("/")):
            return
        for app in reversed(frappe.get_installed_apps()):
            app_path = frappe.get_app_path(app)
            for folder in FOLDERS:
                for suffix in SUFFIXES:
                    file = werkzeug.utils.safe_join(app_path, folder, f"{self.path}{suffix}".lstrip("/"))
                    if file and os.path.isfile(file) and not file.endswith(CODE):
                        self.app, self.file = app, file
                        self.template_path = os.path.relpath(file, app_path)
                        return

    def can_render(self) -> bool:
        return bool(self.file)

    def render(self) -> Response:
        if not self.file.endswith((".html", ".md")) and not self._module_name():
            response = werkzeug.utils.send_file(self.file, frappe.local.request.environ, mimetype=guess_type(self.file))
            response.headers["Cache-Control"] = "public, max-age=300"
            return response
        html = self.get_html()
        response = self.build_response(html)
        if not self.file.endswith((".html", ".md")):
            response.mimetype = guess_type(self.file)
        return response

    def get_html(self) -> str:
        """The rendered page; the module's `get_context` may change status, template and title."""
        self.context = frappe._dict(get_base_context(), path=self.path, route=self.path, template=self.template_path)
        self.context.http_status_code = self.http_status_code
        self._update_context()
        source = self._load_source()
        self.http_status_code = self.context.http_status_code or self.http_status_code
        for hook in frappe.get_hooks("update_website_context"):
            self.context.update(frappe.get_attr(hook)(self.context) or {})
        return add_csrf_token(render_source(source, self.context.template, self.context))

    def _module_name(self) -> str | None:
        folder, name = os.path.split(os.path.splitext(self.file)[0])
        module = os.path.join(folder, name.replace("-", "_") + ".py")
        if not os.path.isfile(module):
            return None
        relative = os.path.relpath(module, frappe.get_app_path(self.app))[:-3]
        return f"{self.app}.{relative.replace(os.sep, '.')}"

    def _update_context(self) -> None:
        for key, values in (frappe.get_hooks("website_context") or {}).items():
            self.context[key] = values[-1] if isinstance(values, list) and values else values
        if self.context.http_status_code == 200 and frappe.local.response.get("context"):
            self.context.update(frappe.local.response.context)
        self.context.setdefault("base_template", _base_template(self.path))
        if not (module_name := self._module_name()):
            return
        module = frappe.get_module(module_name)
        self.context.update({p: getattr(module, p) for p in PROPERTIES if hasattr(module, p)})
        if function := getattr(module, "get_context", None):
            data = function(self.context) if inspect.signature(function).parameters else function()
            self.context.update(data or {})

    def _load_source(self) -> str:
        """The text to render, in the base template unless it is a whole page itself."""
        loader, template = frappe.get_jloader(), self.context.template
        if template == self.template_path and self.app:
            with open(self.file, encoding="utf-8") as f:
                source = f.read()
        else:
            source = loader.get_source(frappe.get_jenv(), template)[0]
        if front := FRONT_MATTER.match(source):
            self.context.update(_front_matter(front.group(1)))
            source = front.group(2)
        if self.file.endswith(".md"):
            source = f'<div class="from-markdown">{frappe.utils.md_to_html(source)}</div>'
        self.context.setdefault("title", _title(source, self.path))
        if self.file.endswith((".html", ".md")) and not re.search(r"{%-?\s*extends|</body>", source):
            base = self.context.base_template or DEFAULT_BASE
            source = f'{{% extends "{base}" %}}{{% block page_content %}}{source}{{% endblock %}}'
        return source


def _front_matter(text: str) -> dict[str, str]:
    """The plain `key: value` lines above a page."""
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line and not line.startswith((" ", "#")))
    return {key.strip(): value.strip().strip("'\"") for key, _colon, value in pairs}


@functools.lru_cache(maxsize=256)
def _compiled(apps: tuple[str, ...], source: str, name: str) -> types.CodeType:
    return frappe.get_jenv().compile(source, name)


def render_source(source: str, name: str, context: dict) -> str:
    """Render a text as the template of that name: what an .html page prints is escaped."""
    environment = frappe.get_jenv()
    code = _compiled(tuple(frappe.get_installed_apps()), source, name)
    return environment.template_class.from_code(environment, code, environment.globals).render(context)


def _base_template(path: str) -> str | None:
    by_pattern = frappe.get_hooks("base_template_map") or {}
    for pattern in sorted(by_pattern, key=len, reverse=True):
        if re.match(pattern, path):
            return by_pattern[pattern][-1]
    return None


def _title(source: str, path: str) -> str:
    if found := TITLE.search(source):
        text = re.sub(r"<[^>]+>|{[{%].*?[%}]}", "", found.group(1)).strip()
        if text:
            return text
    return os.path.basename(path).replace("-", " ").replace("_", " ").title()


def add_csrf_token(html: str) -> str:
    """Fill `<!-- csrf_token -->` of a page with the session's token for scripts."""
    mark = "<!-- csrf_token -->"
    if mark not in html or frappe.session.user == "Guest":
        return html
    from frappe.sessions import get_csrf_token

    return html.replace(mark, f'<script>frappe.csrf_token = "{get_csrf_token()}";</script>')


def render_page(name: str, context: dict[str, Any], status: int) -> Response:
    """A page of the runtime itself (errors, messages) with this context."""
    source = f"www/{name}.html"
    values = frappe._dict(get_base_context(), **context)
    values.http_status_code = status
    return Response(frappe.render_template(source, values), status=status, mimetype="text/html")
