"""Shortcuts to documents: the `frappe.*` functions that only lead to the model layer."""

import copy
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import frappe
from frappe import cache_store
from frappe.exceptions import DoesNotExistError
from frappe.types import _dict
from frappe.whitelisting import whitelist

_CACHE_SECONDS = 3600


def get_document_cache_key(doctype: str, name: str) -> str:
    """Key of a cached document."""
    return f"document_cache::{doctype}::{name}"


def can_cache_doc(args: tuple) -> str | None:
    """The key under which `get_doc(*args)` can be cached, or None when the arguments are no plain names."""
    if not args:
        return None
    doctype = args[0]
    name = doctype if len(args) == 1 or args[1] is None else args[1]
    return get_document_cache_key(doctype, name) if isinstance(doctype, str) and isinstance(name, str) else None


def get_cached_doc(*args: Any, **kwargs: Any) -> Any:
    """As `get_doc`, from the cache when possible. The object is this request's own."""
    key = can_cache_doc(args)
    if key:
        found, doc = cache_store.fetch(key, copy=True)
        if found and doc is not None:
            return doc
    doc = frappe.get_doc(*args, **kwargs)
    cache_store.keep(key or get_document_cache_key(doc.doctype, doc.name), doc, True, _CACHE_SECONDS)
    return doc


def clear_document_cache(doctype: str, name: str | None = None) -> None:
    """Forget a cached document, or all of a DocType."""
    if name is not None:
        cache_store.drop([get_document_cache_key(doctype, str(name)), get_document_cache_key(doctype, "values")])
    else:
        cache_store.drop_matching(get_document_cache_key(doctype, "*"))
    attribute = {"System Settings": "system_settings", "Website Settings": "website_settings"}.get(doctype)
    if attribute and hasattr(frappe.local, attribute):
        delattr(frappe.local, attribute)


def get_cached_value(
    doctype: str, name: str | dict, fieldname: str | Iterable[str] = "name", as_dict: bool = False
) -> Any:
    """A field, or several, of a cached document; None when there is none."""
    try:
        doc = get_cached_doc(doctype, name)
    except DoesNotExistError:
        frappe.clear_last_message()
        return None
    if isinstance(fieldname, str):
        if as_dict:
            frappe.throw("Cannot make dict for single fieldname")
        return doc.get(fieldname)
    names = list(fieldname)
    values = [doc.get(name) for name in names]
    return _dict(zip(names, values, strict=True)) if as_dict else values


def get_single(doctype: str) -> Any:
    """The document of a Single DocType."""
    return frappe.get_doc(doctype, doctype)


def new_doc(
    doctype: str, *, parent_doc: Any = None, parentfield: str | None = None, as_dict: bool = False, **kwargs: Any
) -> Any:
    """A new document with its defaults, not saved; `kwargs` are field values."""
    from frappe.model.create_new import get_new_doc

    return get_new_doc(doctype, parent_doc, parentfield, as_dict=as_dict).update(kwargs)


def delete_doc(*args: Any, **kwargs: Any) -> Any:
    """Delete a document: see `frappe.model.delete_doc.delete_doc`."""
    from frappe.model.delete_doc import delete_doc as delete

    return delete(*args, **kwargs)


@whitelist(methods=["POST", "PUT"])
def rename_doc(
    doctype: str,
    old: str | int,
    new: str | int,
    force: bool = False,
    merge: bool = False,
    *,
    ignore_if_exists: bool = False,
    show_alert: bool = True,
    rebuild_search: bool = True,
) -> str:
    """Give a document another name, in all links to it too. Returns the new name."""
    from frappe.model.rename_doc import rename_doc as rename

    return rename(
        doctype=doctype,
        old=old,
        new=new,
        force=force,
        merge=merge,
        ignore_if_exists=ignore_if_exists,
        show_alert=show_alert,
        rebuild_search=rebuild_search,
    )


def copy_doc(doc: Any, ignore_no_copy: bool = True) -> Any:
    """An unsaved copy of a document; fields marked "no copy" are emptied when `ignore_no_copy` is false."""
    values = doc.as_dict() if hasattr(doc, "as_dict") else dict(doc) if isinstance(doc, MappingProxyType) else doc
    new = frappe.get_doc(copy.deepcopy(values))
    own = ["name", "owner", "creation", "modified", "modified_by"]
    if not frappe.flags.in_test:
        own.append("docstatus")
    _blank(new, [*own, "amended_from", "amendment_date"], ignore_no_copy)
    for row in new.get_all_children():
        _blank(row, own, ignore_no_copy)
    return new


def _blank(doc: Any, fieldnames: list[str], ignore_no_copy: bool) -> None:
    doc.set("__islocal", 1)
    no_copy = [] if ignore_no_copy else [df.fieldname for df in doc.meta.get("fields", {"no_copy": 1})]
    for fieldname in [*fieldnames, *(name for name in no_copy if hasattr(doc, name))]:
        doc.set(fieldname, None)


def get_list(doctype: str, *args: Any, **kwargs: Any) -> Any:
    """Rows of a DocType that the user may read; see `frappe.model.db_query`."""
    from frappe.model.db_query import DatabaseQuery

    return DatabaseQuery(doctype).execute(*args, **kwargs)


def get_all(doctype: str, *args: Any, **kwargs: Any) -> Any:
    """Rows of a DocType without asking for permission, all of them unless limited."""
    kwargs["ignore_permissions"] = True
    kwargs.setdefault("limit_page_length", 0)
    return get_list(doctype, *args, **kwargs)


def is_table(doctype: str) -> bool:
    """Whether the DocType is a child table."""
    return bool(frappe.get_meta(doctype).istable)


def get_roles(username: str | None = None) -> list[str]:
    """Roles of a user, of the current one when none is given."""
    current = frappe.session.user if frappe.session else None
    if not current:
        return ["Guest"]
    from frappe.permissions import get_roles as roles

    return roles(username or current)


def only_has_select_perm(doctype: str, user: str | None = None, ignore_permissions: bool = False) -> bool:
    """Whether the user may pick documents of a DocType in links but not read them."""
    if ignore_permissions:
        return False
    from frappe.permissions import get_role_permissions

    rights = get_role_permissions(frappe.get_meta(doctype), user=user or frappe.session.user)
    return bool(rights.get("select") and not rights.get("read"))


def has_website_permission(
    doc: Any = None, ptype: str = "read", user: str | None = None, verbose: bool = False, doctype: str | None = None
) -> bool:
    """Whether a portal user may see a document: asks the controller, then the hooks `has_website_permission`."""
    user = user or frappe.session.user
    if doc is not None:
        if isinstance(doc, str):
            doc = frappe.get_doc(doctype, doc)
        doctype = doc.doctype
        if doc.flags.ignore_permissions:
            return True
        if hasattr(doc, "has_website_permission"):
            return bool(doc.has_website_permission(ptype, user, verbose=verbose))
    methods = (frappe.get_hooks("has_website_permission") or {}).get(doctype, [])
    return bool(methods) and all(
        frappe.call(method, doc=doc, ptype=ptype, user=user, verbose=verbose) for method in methods
    )
