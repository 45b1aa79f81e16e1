"""The embedded Frappe runtime: the part of Frappe's documented API that apps on one machine use.

This module is only the public surface. Every name leads to a module that is imported when it is first used, so that
`import frappe` takes milliseconds. `embedded/API.md` lists the names served.
"""

import importlib
import os
from collections import defaultdict
from importlib import metadata as _metadata
from typing import Any

from frappe.context import Local, proxy, release_local


def _refuse_beside_genuine_frappe() -> None:
    """Two distributions cannot provide the package `frappe`: which one is imported would depend on chance."""
    try:
        _metadata.distribution("frappe")
    except _metadata.PackageNotFoundError:
        return
    raise ImportError(
        "The Frappe Framework is installed in this environment. The embedded runtime (frappe-embedded) stands in "
        "for it where it is absent: uninstall one of the two."
    )


_refuse_beside_genuine_frappe()

__version__ = "16.0.0-dev"
__title__ = "Frappe Framework"

STANDARD_USERS = ("Guest", "Administrator")
controllers: dict[str, dict[str, type]] = {}

local = Local()

from frappe.exceptions import *  # noqa: E402, F403  apps catch frappe.ValidationError and so on
from frappe.types import _dict  # noqa: E402

db: Any = proxy("db")
qb: Any = proxy("qb", make=lambda: _resolve("qb_builder")(local.conf.db_type))
conf: Any = proxy("conf")
form_dict: Any = proxy("form_dict")
form: Any = form_dict
request: Any = proxy("request")
job: Any = proxy("job")
response: Any = proxy("response")
session: Any = proxy("session")
user: Any = proxy("user")
flags: Any = proxy("flags")
error_log: Any = proxy("error_log")
debug_log: Any = proxy("debug_log")
message_log: Any = proxy("message_log")
lang: Any = proxy("lang")

# public name → "module" or "module:name there"
_WHERE = {
    "frappe.appindex": "get_module get_pymodule_path get_app_path get_module_path get_site_path read_file "
    "get_file_items get_module_list get_all_apps get_installed_apps append_hook get_hooks get_doc_hooks "
    "get_attr get_newargs call override_whitelisted_method",
    "frappe.cache_manager": "clear_cache",
    "frappe.config": "get_site_config get_common_site_config",
    "frappe.whitelisting": "whitelist is_whitelisted whitelisted guest_methods xss_safe_methods only_for read_only "
    "allowed_http_methods_for_whitelisted_func has_permission ping",
    "frappe.documents": "get_cached_doc get_cached_value get_document_cache_key can_cache_doc clear_document_cache "
    "get_single new_doc delete_doc rename_doc copy_doc get_list get_all is_table has_website_permission get_roles "
    "only_has_select_perm",
    "frappe.responses": "sendmail are_emails_muted as_json logger",
    "frappe.utils.messages": "msgprint throw clear_messages get_message_log clear_last_message",
    "frappe.utils.data": "as_unicode bold cint cstr flt sbool safe_decode safe_encode parse_json",
    "frappe.utils": "get_traceback",
    "frappe.utils.safe_exec": "safe_eval",
    "frappe.utils.error": "log_error",
    "frappe.utils.formatters": "format_value",
    "frappe.utils.jinja": "get_template render_template get_jenv get_jloader get_email_from_template",
    "frappe.translate": "_ _lt",
    "frappe.model.document": "get_doc",
    "frappe.model.meta": "get_meta",
    "frappe.utils.background_jobs": "enqueue",
    "frappe.utils.print_utils": "get_print",
    "frappe.locale": "get_system_settings",
}
_NAMES = {name: (module, name) for module, names in _WHERE.items() for name in names.split()}
_NAMES["format"] = ("frappe.utils.formatters", "format_value")
_NAMES["qb_builder"] = ("frappe.query_builder.utils", "get_query_builder")
_SUBMODULES = frozenset(
    "api app auth cache_manager client commands config core custom database defaults desk email exceptions handler "
    "hooks installer migrate model modules permissions query_builder rate_limiter sessions share translate types utils "
    "website workflow www".split()
)


def _resolve(name: str) -> Any:
    module, attribute = _NAMES[name]
    return getattr(importlib.import_module(module), attribute)


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        value = globals()[name] = _resolve(name)
        return value
    if name in ("cache", "client_cache"):
        from frappe.cache_api import Cache, ClientCache

        value = globals()[name] = Cache() if name == "cache" else ClientCache()
        return value
    if name == "in_test":
        return bool(local.flags.in_test) if hasattr(local, "flags") else False
    if name in _SUBMODULES:
        return importlib.import_module(f"frappe.{name}")
    raise AttributeError(f"module 'frappe' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_SUBMODULES, "cache", "client_cache", "in_test"})


def init(site: str, sites_path: str = ".", new_site: bool = False, force: bool = False) -> None:
    """Start a scope for a site: reads its settings, opens nothing. Raises IncorrectSitePath."""
    if getattr(local, "initialised", None) and not force:
        return
    from werkzeug.datastructures import Headers

    known_request = getattr(local, "request", None)
    release_local()
    if known_request is not None:
        local.request = known_request
    local.flags = _new_flags(new_site)
    local.site = local.site_name = site
    local.sites_path = sites_path
    local.site_path = os.path.join(sites_path, site)
    for name in ("error_log", "message_log", "debug_log", "locked_documents"):
        setattr(local, name, [])
    for name in ("role_permissions", "valid_columns", "new_doc_templates", "cache"):
        setattr(local, name, {})
    for name in ("all_apps", "request_ip", "task_id", "user", "user_perms", "jenv", "jloader", "lang"):
        setattr(local, name, None)
    local.response = _dict({"docs": []})
    local.response_headers = Headers()
    local.form_dict = _dict()
    local.session = _dict()
    local.request_cache = defaultdict(dict)
    local.conf = importlib.import_module("frappe.config").get_site_config(sites_path, local.site_path)
    local.lang = local.conf.lang or "en"
    _start_cache()
    local.initialised = True


def _new_flags(new_site: bool) -> _dict:
    return _dict(
        currently_saving=[],
        redirect_location="",
        in_install_db=False,
        in_install_app=False,
        in_import=False,
        in_test=False,
        mute_messages=False,
        ignore_links=False,
        mute_emails=False,
        has_dataurl=False,
        new_site=new_site,
        read_only=False,
    )


def _start_cache() -> None:
    """Note the state of the cache before any row is read (see cache_store)."""
    from frappe import cache_store

    cache_store.reopen()
    local.cache_scope = None
    cache_store.scope()


def connect(site: str | None = None, db_name: str | None = None, set_admin_as_user: bool = True) -> None:
    """Open the site's database; the session's user becomes Administrator unless told otherwise."""
    from frappe.database import get_db

    if site:
        init(site)
    settings = local.conf
    local.db = get_db(
        socket=settings.db_socket,
        host=settings.db_host,
        port=settings.db_port,
        user=settings.db_user,
        password=settings.db_password,
        cur_db_name=db_name or settings.db_name,
    )
    if set_admin_as_user:
        set_user("Administrator")


class init_site:
    """`with frappe.init_site("name"):` a scope for a site, ended afterwards."""

    def __init__(self, site: str | None = None) -> None:
        self.site = site or ""

    def __enter__(self) -> Local:
        init(self.site)
        return local

    def __exit__(self, *_error: object) -> None:
        destroy()


def destroy() -> None:
    """Close the database and end the scope."""
    if db:
        db.close()
    release_local()


def set_user(username: str) -> None:
    """Act as this user from here on."""
    local.session.user = username
    local.session.sid = username
    local.session.data = _dict()
    local.cache = {}
    local.form_dict = _dict()
    local.jenv = None
    local.role_permissions = {}
    local.new_doc_templates = {}
    local.user_perms = None


def scrub(txt: str) -> str:
    """`Sales Order` → `sales_order`."""
    return ("" if txt is None else str(txt)).replace(" ", "_").replace("-", "_").lower()


def unscrub(txt: str) -> str:
    """`sales_order` → `Sales Order`."""
    return txt.replace("_", " ").replace("-", " ").title()


def generate_hash(txt: str | None = None, length: int = 56) -> str:
    """Random hexadecimal text from the system's secure source."""
    import secrets

    return secrets.token_hex((length + 1) // 2)[:length]
