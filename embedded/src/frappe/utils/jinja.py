"""Templates: files of apps and texts of records, rendered in a sandbox.

Files that end in .html, .htm or .xml escape what they print unless it is marked `| safe`; texts of records (print
formats, mail templates) are rendered as they are, as Frappe does.
"""

import functools
import inspect
import os
import types
from typing import Any

import frappe
from frappe.utils.safe_exec import UNSAFE_ATTRIBUTES, get_safe_globals

_EXTENSIONS = ("html", "css", "scss", "py", "md", "json", "js", "xml", "txt")
# `"…".format(x)` is needed by templates and made safe by Jinja's own sandbox
_UNSAFE = UNSAFE_ATTRIBUTES - {"format", "format_map"}


@functools.lru_cache(maxsize=16)
def _environment(apps: tuple[str, ...]) -> Any:
    """The environment of a set of apps: loaders, filters and hooks, nothing of a request."""
    from jinja2 import DebugUndefined, select_autoescape
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return attr not in _UNSAFE and super().is_safe_attribute(obj, attr, value)

    environment = Environment(
        loader=_loader(apps),
        undefined=DebugUndefined,
        autoescape=select_autoescape(default_for_string=False),
        cache_size=200,
        auto_reload=False,
    )
    methods, filters = get_jinja_hooks()
    environment.globals.update(methods)
    environment.filters.update(json=_json, len=len, int=frappe.cint, str=frappe.cstr, flt=frappe.flt, **filters)
    return environment


def _json(value: Any, indent: int | None = 1) -> str:
    """JSON that can stand inside a <script> element."""
    from markupsafe import Markup

    text = frappe.as_json(value, indent=indent)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _loader(apps: tuple[str, ...]) -> Any:
    """Finds `app/templates/x.html` and, in the apps installed last first, `templates/x.html`."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

    class Loader(ChoiceLoader):
        def load(self, environment: Any, name: str, globals: Any = None) -> Any:
            source, filename, uptodate = self.get_source(environment, name)
            code = _code(_environment(apps), source, name, filename)
            return environment.template_class.from_code(environment, code, environment.make_globals(globals), uptodate)

    folders = {app: os.path.dirname(frappe.get_module(app).__file__ or "") for app in apps}
    own = {app: FileSystemLoader(folder) for app, folder in folders.items()}
    return Loader([PrefixLoader(own), *(own[app] for app in apps)])


def _apps() -> tuple[str, ...]:
    named = frappe.get_hooks("template_apps") or list(reversed(frappe.get_installed_apps()))
    return tuple(dict.fromkeys([*named, "frappe"]))


def get_jloader() -> Any:
    """The loader of the site's apps."""
    return _environment(_apps()).loader


def get_jenv() -> Any:
    """The environment of this request, with the names that templates may use.

    Only compiled code is shared between requests: template objects hold globals, and those know the user.
    """
    jenv = getattr(frappe.local, "jenv", None)
    if jenv is None:
        shared = _environment(_apps())
        jenv = shared.overlay()
        jenv.globals = {**shared.globals, **get_safe_globals(), **get_jinja_hooks()[0]}
        frappe.local.jenv = jenv
    return jenv


def get_template(path: str) -> Any:
    """The template in a file. Raises jinja2.TemplateNotFound."""
    return get_jenv().get_template(path)


def get_email_from_template(name: str, args: dict | None) -> tuple[str, str | None]:
    """HTML and (if there is one) text of `templates/emails/<name>`."""
    from jinja2 import TemplateNotFound

    message = get_template(f"templates/emails/{name}.html").render(args or {})
    try:
        return message, get_template(f"templates/emails/{name}.txt").render(args or {})
    except TemplateNotFound:
        return message, None


def validate_template(html: str | None) -> None:
    """Raise ValidationError when a template cannot be read."""
    from jinja2 import TemplateSyntaxError

    if html:
        try:
            get_jenv().from_string(html)
        except TemplateSyntaxError as error:
            frappe.throw(f"Syntax error in template as line {error.lineno}: {frappe.utils.escape_html(error.message)}")


def render_template(
    template: str | None, context: dict | None = None, is_path: bool | None = None, safe_render: bool = True
) -> str:
    """The text of a template (a path or the template itself) with the values of `context`.

    Raises ValidationError when it cannot be read, and the original error, with a message, when it cannot be rendered.
    """
    from jinja2 import TemplateError

    if not template:
        return ""
    try:
        compiled = _load(template, is_path, safe_render)
    except TemplateError as error:
        message = f"<pre>{frappe.utils.escape_html(f'{type(error).__name__}: {error}')}</pre>"
        frappe.throw(title="Jinja Template Error", msg=message)
    try:
        return compiled.render(context or {})
    except Exception as error:
        message = f"<pre>{frappe.utils.escape_html(f'{type(error).__name__}: {error}')}</pre>"
        frappe.throw(title="Context Error", msg=message, exc=error)


def _load(template: str, is_path: bool | None, safe_render: bool) -> Any:
    if is_path or (is_path is None and guess_is_path(template)):
        return get_template(template)
    if safe_render and ".__" in template:
        frappe.throw(frappe._("Illegal template"))
    jenv = get_jenv()
    code = _code(_environment(_apps()), template, None, None)
    return jenv.template_class.from_code(jenv, code, jenv.make_globals(None), None)


@functools.lru_cache(maxsize=512)
def _code(environment: Any, source: str, name: str | None, filename: str | None) -> types.CodeType:
    """Compiled once per process."""
    return environment.compile(source, name, filename)


def guess_is_path(template: str) -> bool:
    """Whether a text looks like the path of a template rather than like one."""
    return "\n" not in template and "." in template and template.rsplit(".", 1)[-1] in _EXTENSIONS


def get_jinja_hooks() -> tuple[dict[str, Any], dict[str, Any]]:
    """(functions, filters) that the hook `jinja` of the apps names; a module stands for all its functions."""
    hooks = frappe.get_hooks("jinja") or {}
    return _functions(tuple(hooks.get("methods", ()))), _functions(tuple(hooks.get("filters", ())))


@functools.lru_cache(maxsize=64)
def _functions(paths: tuple[str, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for path in paths:
        try:
            found: Any = frappe.get_module(path)
        except ModuleNotFoundError:
            found = frappe.get_attr(path)
        if isinstance(found, types.ModuleType):
            out.update(inspect.getmembers(found, inspect.isfunction))
        elif callable(found):
            out[found.__name__] = found
    return out
