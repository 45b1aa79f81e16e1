"""What is forgotten when."""

import frappe
from frappe import appindex, cache_store

user_cache_keys = ("bootinfo", "roles", "user_doc", "lang", "defaults", "user_permissions", "home_page")
doctype_cache_keys = ("last_modified", "linked_doctypes", "workflow", "table_columns")
common_default_keys = ["__default", "__global"]


def clear_cache(user: str | None = None, doctype: str | None = None) -> None:
    """Forget what is cached of one DocType or one user, or everything of the site."""
    if doctype:
        clear_doctype_cache(doctype)
    elif user:
        clear_user_cache(user)
    else:
        clear_global_cache()
    if not doctype:
        frappe.local.role_permissions = {}
        frappe.local.user_perms = None
        frappe.local.new_doc_templates = {}


def clear_global_cache() -> None:
    """Forget everything of this site, in all processes, and everything read from files in this one."""
    from frappe.modules import utils as modules

    modules.clear_index()
    appindex.clear_hooks_cache()
    clear_controller_cache()
    frappe.local.request_cache.clear()
    for name in ("system_settings", "website_settings", "meta_cache"):
        if hasattr(frappe.local, name):
            delattr(frappe.local, name)
    cache_store.drop_all()
    for method in frappe.get_hooks("clear_cache") or ():
        frappe.get_attr(method)()


def clear_user_cache(user: str | None = None) -> None:
    """Forget roles, permissions and defaults of a user, or of all."""
    if user:
        frappe.cache.hdel_names(user_cache_keys, user)
        clear_defaults_cache(user)
        prefix = f"user:{user}:"
        cache_store.drop([key for key in cache_store.known_keys() if key.startswith(prefix)])
    else:
        frappe.cache.delete_value(user_cache_keys)
        clear_global_cache()


def clear_defaults_cache(user: str | None = None) -> None:
    """Forget the default values of a user (and those of all), or everybody's."""
    if user:
        frappe.client_cache.delete_value([f"defaults::{key}" for key in (user, *common_default_keys)])
        if user == "__global":
            frappe.client_cache.delete_value("installed_apps")
    else:
        frappe.client_cache.delete_keys("defaults::")
        frappe.client_cache.delete_value("installed_apps")


def clear_doctype_cache(doctype: str | None = None) -> None:
    """Forget metadata, controller and cached documents of a DocType (or of all). Its parents' metadata goes too."""
    clear_controller_cache(doctype)
    frappe.local.request_cache.clear()
    cache_store.drop_all()


def clear_controller_cache(doctype: str | None = None) -> None:
    """Look the class up again."""
    known = frappe.controllers.get(getattr(frappe.local, "site", None), {})
    if doctype:
        known.pop(doctype, None)
    else:
        known.clear()
