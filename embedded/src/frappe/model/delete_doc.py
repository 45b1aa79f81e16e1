"""Deleting documents, and finding out who still refers to them."""

from typing import Any

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.model.link_checks import forget_links
from frappe.model.naming import revert_series_if_last

# What belongs to a document and goes with it: DocType, its field for the DocType, its field for the name.
DEPENDENTS = (
    ("ToDo", "reference_type", "reference_name"),
    ("DocShare", "share_doctype", "share_name"),
    ("Version", "ref_doctype", "docname"),
    ("Comment", "reference_doctype", "reference_name"),
    ("View Log", "reference_doctype", "reference_name"),
    ("Notification Log", "document_type", "document_name"),
    ("Tag Link", "document_type", "document_name"),
)
UNLINKED = (("Activity Log", "reference_doctype", "reference_name"),)


def delete_doc(
    doctype: str | None = None,
    name: Any = None,
    force: Any = 0,
    ignore_doctypes: list[str] | None = None,
    for_reload: bool = False,
    ignore_permissions: bool = False,
    flags: dict | None = None,
    ignore_on_trash: bool = False,
    ignore_missing: bool = True,
    delete_permanently: bool = False,
) -> Any:
    """Delete one or several documents. Raises LinkExistsError, PermissionError; False for one that does not exist."""
    if not doctype:
        doctype, name = frappe.form_dict.get("dt"), frappe.form_dict.get("dn")
    for each in [name] if isinstance(name, str | int) else name or []:
        if not frappe.db.exists(doctype, each):
            if not ignore_missing:
                raise frappe.DoesNotExistError(doctype=doctype)
            return False
        doc = _locked(doctype, each)
        if not for_reload:
            _prepare(doc, force, flags, ignore_permissions, ignore_on_trash)
        _delete(doc, ignore_doctypes or [], for_reload, delete_permanently)
    return None


def _locked(doctype: str, name: Any) -> Any:
    try:
        return frappe.get_doc(doctype, name, for_update=True)
    except (frappe.QueryTimeoutError, frappe.QueryDeadlockError):
        text = _(
            "This document can not be deleted right now as it's being modified by another user. "
            "Please try again after some time."
        )
        frappe.throw(text, frappe.QueryTimeoutError)


def _prepare(doc: Any, force: Any, flags: dict | None, ignore_permissions: bool, ignore_on_trash: bool) -> None:
    update_flags(doc, flags, ignore_permissions)
    check_permission_and_not_submitted(doc)
    if not ignore_on_trash:
        doc.run_method("on_trash")
        doc.flags.in_delete = True
        doc.run_method("on_change")
    if force:
        return
    try:
        check_if_doc_is_linked(doc)
        check_if_doc_is_dynamically_linked(doc)
    except frappe.LinkExistsError:
        if doc.meta.has_field("enabled") or doc.meta.has_field("disabled"):
            text = _("You can disable this {0} instead of deleting it.").format(_(doc.doctype))
            frappe.throw(text, frappe.LinkExistsError)
        raise


def _delete(doc: Any, ignore_doctypes: list[str], for_reload: bool, permanently: bool) -> None:
    from frappe.utils.files import remove_all
    from frappe.utils.password import delete_all_passwords_for

    if doc.meta._by_type.get("Password") or doc.doctype == "User":
        delete_all_passwords_for(doc.doctype, doc.name)
    update_naming_series(doc)
    delete_from_table(doc.doctype, doc.name, ignore_doctypes, doc)
    forget_links()
    doc.run_method("after_delete")
    remove_all(doc.doctype, doc.name)
    doc.clear_cache()
    if not permanently and not for_reload:
        add_to_deleted_document(doc)
    if not for_reload:
        delete_dynamic_links(doc.doctype, doc.name)
        insert_feed(doc)


def add_to_deleted_document(doc: Any) -> None:
    """Keep a copy from which the document can be restored."""
    if doc.doctype != "Deleted Document" and frappe.flags.in_install != "frappe":
        values = {"deleted_doctype": doc.doctype, "deleted_name": doc.name, "data": doc.as_json()}
        frappe.get_doc({"doctype": "Deleted Document", **values, "owner": frappe.session.user}).db_insert()


def update_naming_series(doc: Any) -> None:
    autoname = doc.meta.autoname
    if not autoname:
        return
    if autoname.startswith("naming_series:"):
        if getattr(doc, "naming_series", None):
            revert_series_if_last(doc.naming_series, doc.name, doc)
    elif autoname.split(":", 1)[0] not in ("Prompt", "field", "hash", "format"):
        revert_series_if_last(autoname, doc.name, doc)


def delete_from_table(doctype: str, name: str, ignore_doctypes: list[str], doc: Any) -> None:
    """Delete the row (or a Single's values) and the child rows."""
    if doctype != "DocType" and doctype == name:
        frappe.db.delete("Singles", {"doctype": name})
    else:
        frappe.db.delete(doctype, {"name": name})
    for child in dict.fromkeys(df.options for df in frappe.get_meta(doctype).get_table_fields()):
        if child not in ignore_doctypes:
            frappe.db.delete(child, {"parenttype": doctype, "parent": name})


def update_flags(doc: Any, flags: dict | None = None, ignore_permissions: bool = False) -> None:
    doc.flags.update({**(flags or {}), **({"ignore_permissions": ignore_permissions} if ignore_permissions else {})})


def check_permission_and_not_submitted(doc: Any) -> None:
    if not doc.flags.ignore_permissions and frappe.session.user != "Administrator":
        doc.check_permission("delete")
    if doc.meta.is_submittable and doc.docstatus.is_submitted():
        manual = "https://docs.erpnext.com//docs/user/manual/en/setting-up/articles/delete-submitted-document"
        text = _("{0} {1}: Submitted Record cannot be deleted. You must {2} Cancel {3} it first.")
        link = f"<a href='{manual}' target='_blank'>"
        frappe.msgprint(text.format(_(doc.doctype), doc.name, link, "</a>"), raise_exception=True)


# -- who refers to a document ----------------------------------------------------------------------------------------


def _ignored(doc: Any, method: str) -> set[str]:
    if method == "Delete":
        return set(frappe.get_hooks("ignore_links_on_delete"))
    return set(doc.get("ignore_linked_doctypes") or ())


def check_if_doc_is_linked(doc: Any, method: str = "Delete") -> None:
    """Raises LinkExistsError when a link field holds the document (on cancel: of a submitted document)."""
    from frappe.model.meta import get_link_map

    ignored = _ignored(doc, method)
    for link in get_link_map()["links"].get(doc.doctype, ()):
        if link.parent in ignored or (link.fieldname == "amended_from" and method == "Cancel"):
            continue
        if link.issingle:
            if frappe.db.get_single_value(link.parent, link.fieldname) == doc.name:
                _raise_linked(doc, link.parent, link.parent)
            continue
        _check_rows(doc, link.parent, f"`{link.fieldname}` = %s", [doc.name], method, ignored)


def check_if_doc_is_dynamically_linked(doc: Any, method: str = "Delete") -> None:
    """As `check_if_doc_is_linked`, for Dynamic Links."""
    from frappe.model.meta import get_link_map

    ignored = _ignored(doc, method) | set(frappe.get_hooks("ignore_links_on_delete"))
    for link in get_link_map()["dynamic"]:
        if link.parent in ignored:
            continue
        if link.issingle:
            values = frappe.db.get_singles_dict(link.parent)
            if (
                values.get(link.options) == doc.doctype
                and values.get(link.fieldname) == doc.name
                and method == "Delete"
            ):
                _raise_linked(doc, link.parent, link.parent)
            continue
        condition = f"`{link.options}` = %s AND `{link.fieldname}` = %s"
        _check_rows(doc, link.parent, condition, [doc.doctype, doc.name], method, ignored, dynamic=True)


def _check_rows(
    doc: Any, parent: str, condition: str, values: list, method: str, ignored: set[str], dynamic: bool = False
) -> None:
    meta = frappe.get_meta(parent)
    if method == "Cancel":
        if not (meta.is_submittable or meta.istable):
            return
        condition += " AND `docstatus` = 1"
    elif dynamic:
        condition += " AND `docstatus` != 2"
    columns = "`name`, `docstatus`" + (", `parent`, `parenttype`, `idx`" if meta.istable else "")
    query = f"SELECT {columns} FROM `tab{parent}` WHERE {condition} ORDER BY `creation` DESC"
    for row in frappe.db.sql(query, values, as_dict=True):
        owner = row.parent if meta.istable else None
        doctype = row.parenttype if owner else parent
        if doctype in ignored or (doctype == doc.doctype and (owner or row.name) == doc.name):
            continue
        if method == "Cancel" and not DocStatus(row.docstatus).is_submitted():
            continue
        at_row = f"at Row: {row.idx}" if dynamic and meta.istable else ""
        _raise_linked(doc, doctype, owner or row.name, at_row)


def _raise_linked(doc: Any, doctype: str, name: str, row: str = "") -> None:
    escape = frappe.utils.escape_html

    def link(dt: str, dn: Any) -> str:
        return f'<a href="/app/Form/{escape(dt)}/{escape(str(dn))}">{escape(str(dn))}</a>'

    shown = "" if doctype == name else _(doctype)
    text = _("Cannot delete or cancel because {0} {1} is linked with {2} {3} {4}")
    message = text.format(_(doc.doctype), link(doc.doctype, doc.name), shown, link(doctype, name), row)
    frappe.throw(message, frappe.LinkExistsError)


# -- what goes with a document ---------------------------------------------------------------------------------------


def _served(rows: tuple) -> list[tuple[str, str, str]]:
    return [row for row in rows if frappe.modules.read_doctype_json(row[0]) and frappe.db.table_exists(row[0])]


def delete_dynamic_links(doctype: str, name: str) -> None:
    """Delete comments, versions, to-dos, shares and notices of a document; take it off the activity log."""
    for dependent, by_doctype, by_name in _served(DEPENDENTS):
        frappe.db.delete(dependent, {by_doctype: doctype, by_name: name})
    for dependent, by_doctype, by_name in _served(UNLINKED):
        frappe.db.sql(
            f"UPDATE `tab{dependent}` SET `{by_doctype}` = NULL, `{by_name}` = NULL "
            f"WHERE `{by_doctype}` = %s AND `{by_name}` = %s",
            (doctype, name),
        )


def insert_feed(doc: Any) -> None:
    """Tell in the activity of the DocType that a document went."""
    flags = frappe.flags
    if (
        flags.in_install
        or flags.in_uninstall
        or flags.in_import
        or flags.in_patch
        or getattr(doc, "no_feed_on_delete", 0)
    ):
        return
    values = {"comment_type": "Deleted", "reference_doctype": doc.doctype, "subject": f"{_(doc.doctype)} {doc.name}"}
    frappe.get_doc({"doctype": "Comment", **values}).insert(ignore_permissions=True)
