"""Giving a document another name, or merging it into another one, wherever its name stands."""

from typing import Any

import frappe
from frappe import _, bold
from frappe.model.link_checks import forget_links
from frappe.model.naming import validate_name
from frappe.utils import cstr, sbool


def rename_doc(
    doctype: str | None = None,
    old: Any = None,
    new: Any = None,
    force: bool = False,
    merge: bool = False,
    ignore_permissions: bool = False,
    ignore_if_exists: bool = False,
    show_alert: bool = True,
    rebuild_search: bool = True,
    doc: Any = None,
    validate: bool = True,
) -> Any:
    """Rename (or merge) a document with everything that names it; answers the new name. Raises ValidationError."""
    if not ((doctype and old and new) or (doc and new)):
        raise TypeError("{doctype, old, new} or {doc, new} are required arguments for frappe.model.rename_doc")
    old, doctype, force, merge = old or doc.name, doctype or doc.doctype, sbool(force), sbool(merge)
    meta = frappe.get_meta(doctype)
    if validate:
        old_doc = doc or frappe.get_doc(doctype, old)
        out = old_doc.run_method("before_rename", old, new, merge) or {}
        new = (out.get("new") or new) if isinstance(out, dict) else (out or new)
        checks = dict(force=force, ignore_permissions=ignore_permissions, ignore_if_exists=ignore_if_exists)
        new = validate_rename(doctype, old, new, meta, merge, old_doc=old_doc, **checks)
    if not merge:
        rename_parent_and_child(doctype, old, new, meta)
    _rename_references(doctype, old, new)
    new_doc = frappe.get_doc(doctype, new)
    new_doc.run_method("after_rename", old, new, merge)
    _finish(new_doc, old, new, merge, show_alert)
    return new


def validate_rename(
    doctype: str,
    old: Any,
    new: Any,
    meta: Any,
    merge: bool,
    force: bool = False,
    ignore_permissions: bool = False,
    ignore_if_exists: bool = False,
    save_point: bool = False,
    old_doc: Any = None,
) -> Any:
    """The name to use. Raises ValidationError when the document may not have it."""
    query = f"SELECT `name` FROM `tab{doctype}` WHERE `name` = %s FOR UPDATE"
    found = frappe.db.sql(query, (cstr(new).strip(),), pluck=True)
    exists = bool(found) and found[0] == new  # a change of letter case is no clash
    if not frappe.db.exists(doctype, old):
        frappe.throw(_("Can't rename {0} to {1} because {0} doesn't exist.").format(old, new))
    if old == new:
        frappe.throw(_("No changes made because old and new name are the same.").format(old, new))
    if merge and not exists:
        frappe.throw(_("{0} {1} does not exist, select a new target to merge").format(doctype, new))
    if not merge and exists and not ignore_if_exists:
        frappe.throw(_("Another {0} with name {1} exists, select another name").format(doctype, new))
    if not ignore_permissions:
        _check_write(doctype, old, old_doc, _("You need write permission on {0} {1} to rename"))
        if merge:
            _check_write(doctype, new, frappe.get_doc(doctype, new), _("You need write permission on {0} {1} to merge"))
    if not force and not ignore_permissions and not meta.allow_rename:
        frappe.throw(_("{0} not allowed to be renamed").format(_(doctype)))
    return validate_name(doctype, new)


def _check_write(doctype: str, name: Any, doc: Any, message: str) -> None:
    from frappe.permissions import has_permission

    if not has_permission(doctype=doctype, ptype="write", doc=doc or name, print_logs=False):
        frappe.throw(message.format(doctype, name))


def rename_parent_and_child(doctype: str, old: Any, new: Any, meta: Any) -> None:
    """The row itself, its naming field, its child rows."""
    fieldname = (meta.autoname or "").partition("field:")[2]
    extra = f", `{fieldname}` = %s" if fieldname and meta.has_field(fieldname) else ""
    values = [new, *([new] if extra else []), old]
    try:
        frappe.db.sql(f"UPDATE `tab{doctype}` SET `name` = %s{extra} WHERE `name` = %s", values)
    except Exception as error:
        if frappe.db.is_unique_key_violation(error) or frappe.db.is_primary_key_violation(error):
            raise frappe.DuplicateEntryError(doctype, new, error) from error
        raise
    for child in dict.fromkeys(df.options for df in meta.get_table_fields()):
        query = f"UPDATE `tab{child}` SET `parent` = %s WHERE `parent` = %s AND `parenttype` = %s"
        frappe.db.sql(query, (new, old, doctype))


def _rename_references(doctype: str, old: Any, new: Any) -> None:
    from frappe.model.meta import get_link_map

    links = get_link_map()
    update_link_field_values(links["links"].get(doctype, ()), old, new, doctype)
    for link in links["dynamic"]:
        if link.issingle:
            _rename_in_single(link, doctype, old, new)
        else:
            where = f"`{link.options}` = %s AND `{link.fieldname}` = %s"
            query = f"UPDATE `tab{link.parent}` SET `{link.fieldname}` = %s WHERE {where}"
            frappe.db.sql(query, (cstr(new), doctype, cstr(old)))
    for table, by_doctype, by_name in (
        ("File", "attached_to_doctype", "attached_to_name"),
        ("Version", "ref_doctype", "docname"),
    ):
        if frappe.db.table_exists(table):
            query = f"UPDATE `tab{table}` SET `{by_name}` = %s WHERE `{by_doctype}` = %s AND `{by_name}` = %s"
            frappe.db.sql(query, (cstr(new), doctype, cstr(old)))
    forget_links()


def get_link_fields(doctype: str) -> list[dict]:
    """Link fields of all DocTypes that point to `doctype`: parent, fieldname, issingle."""
    from frappe.model.meta import get_link_map

    return list(get_link_map()["links"].get(doctype, ()))


def update_link_field_values(link_fields: Any, old: Any, new: Any, doctype: str) -> None:
    """Write the new name into link fields; Singles are saved, so that their controllers know."""
    for link in link_fields:
        if link["issingle"]:
            single = frappe.get_doc(link["parent"])
            if single.get(link["fieldname"]) == old:
                single.set(link["fieldname"], new)
                single.flags.ignore_mandatory = single.flags.ignore_links = True
                single.save(ignore_permissions=True)
        else:
            query = f"UPDATE `tab{link['parent']}` SET `{link['fieldname']}` = %s WHERE `{link['fieldname']}` = %s"
            frappe.db.sql(query, (cstr(new), cstr(old)))


def _rename_in_single(link: Any, doctype: str, old: Any, new: Any) -> None:
    values = frappe.db.get_singles_dict(link.parent)
    if values.get(link.options) == doctype and values.get(link.fieldname) == old:
        frappe.db.set_single_value(link.parent, link.fieldname, new, update_modified=False)


def _finish(doc: Any, old: Any, new: Any, merge: bool, show_alert: bool) -> None:
    from frappe.utils.password import rename_password

    if not merge:
        rename_password(doc.doctype, old, new)
    text = _("merged {0} into {1}") if merge else _("renamed from {0} to {1}")
    doc.add_comment("Edit", text.format(bold(old), bold(new)))
    if merge:
        frappe.delete_doc(doc.doctype, old)
    doc.clear_cache()
    frappe.clear_cache()
    if show_alert:
        message = _("Document renamed from {0} to {1}").format(bold(old), bold(new))
        frappe.msgprint(message, alert=True, indicator="green")
