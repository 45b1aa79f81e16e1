"""What a form needs: the document, its DocType's metadata, what hangs on it."""

from typing import Any

import frappe
import frappe.share
from frappe.model import table_fields
from frappe.permissions import check_doctype_permission, get_doc_permissions

COMMENT_GROUPS = {
    "Comment": "comments",
    "Shared": "shared",
    "Unshared": "shared",
    "Assigned": "assignment_logs",
    "Assignment Completed": "assignment_logs",
    "Attachment": "attachment_logs",
    "Attachment Removed": "attachment_logs",
    "Info": "info_logs",
    "Edit": "info_logs",
    "Label": "info_logs",
    "Like": "like_logs",
    "Workflow": "workflow_logs",
}
MAX_VERSIONS = 10


@frappe.whitelist()
def getdoc(doctype: str, name: str) -> list | None:
    """The document under `docs` and what hangs on it under `docinfo`; [] when it does not exist."""
    try:
        doc = frappe.get_doc(doctype, name)
    except frappe.DoesNotExistError:
        check_doctype_permission(doctype)
        frappe.clear_last_message()
        return []
    doc.check_permission("read")
    run_onload(doc)
    doc.apply_fieldlevel_read_permissions()
    get_docinfo(doc)
    frappe.local.response.docs.append(doc)
    return None


def run_onload(doc: Any) -> None:
    """Let the controller fill `__onload`."""
    doc.set("__onload", frappe._dict())
    doc.run_method("onload")


@frappe.whitelist()
def getdoctype(doctype: str, with_parent: bool = False, cached_timestamp: str | None = None) -> str | None:
    """The DocType's metadata with that of its child tables under `docs`; needs no right on its documents."""
    frappe.only_for("All")
    bundle = get_meta_bundle(doctype)
    frappe.local.response["user_settings"] = "{}"
    if cached_timestamp and str(bundle[0].modified) == cached_timestamp:
        return "use_cache"
    frappe.local.response.docs.extend(bundle)
    return None


def get_meta_bundle(doctype: str) -> list:
    """Metadata of a DocType and of its child tables."""
    meta = frappe.get_meta(doctype)
    return [meta, *(frappe.get_meta(df.options) for df in meta.fields if df.fieldtype in table_fields)]


@frappe.whitelist()
def get_docinfo(doc: Any = None, doctype: str | None = None, name: str | None = None) -> None:
    """Comments, versions, assignments, files, shares, tags and rights of a document under `docinfo`."""
    if doc is None or not hasattr(doc, "doctype"):
        doc = frappe.get_doc(doctype, name)
        doc.check_permission("read")
    of_document = {"reference_doctype": doc.doctype, "reference_name": str(doc.name)}
    info = frappe._dict(doctype=doc.doctype, name=doc.name, user_info={}, **_comments(of_document))
    mails = _communications(of_document)
    info.update(
        attachments=get_attachments(doc.doctype, doc.name),
        communications=[m for m in mails if m.communication_type != "Automated Message"],
        automated_messages=[m for m in mails if m.communication_type == "Automated Message"],
        versions=get_versions(doc),
        assignments=get_assignments(doc.doctype, doc.name),
        permissions=get_doc_permissions(doc),
        shared=frappe.share.get_users(doc.doctype, doc.name),
        tags=frappe.db.get_value(doc.doctype, doc.name, "_user_tags") or "" if not doc.meta.issingle else "",
    )
    _add_user_info(info)
    frappe.local.response["docinfo"] = info


def _comments(of_document: dict) -> dict[str, list]:
    groups: dict[str, list] = {group: [] for group in COMMENT_GROUPS.values()}
    fields = ["name", "creation", "content", "owner", "comment_type", "published"]
    for row in frappe.get_all("Comment", fields=fields, filters=of_document, order_by="creation asc"):
        if group := COMMENT_GROUPS.get(row.comment_type):
            groups[group].append(row)
    return groups


def _communications(of_document: dict) -> list:
    fields = ["name", "communication_type", "communication_medium", "subject", "content", "sender",
              "recipients", "sent_or_received", "creation", "owner"]
    return frappe.get_all("Communication", fields=fields, filters=of_document, order_by="creation desc", limit=20)


def get_attachments(dt: str, dn: str) -> list:
    """Files that hang on the document."""
    filters = {"attached_to_doctype": dt, "attached_to_name": str(dn)}
    return frappe.get_all("File", fields=["name", "file_name", "file_url", "is_private"], filters=filters)


def get_versions(doc: Any) -> list:
    """The last changes of a document whose DocType keeps them."""
    if not doc.meta.track_changes:
        return []
    filters = {"ref_doctype": doc.doctype, "docname": str(doc.name)}
    fields = ["name", "owner", "creation", "data"]
    return frappe.get_all("Version", filters=filters, fields=fields, limit=MAX_VERSIONS, order_by="creation desc")


def get_assignments(dt: str, dn: str) -> list:
    """Open assignments of the document."""
    filters = {"reference_type": dt, "reference_name": str(dn), "status": ("not in", ("Cancelled", "Closed"))}
    return frappe.get_all("ToDo", fields=["name", "allocated_to as owner", "description", "status"], filters=filters)


def _add_user_info(info: dict) -> None:
    users = {row.get("owner") for rows in info.values() if isinstance(rows, list) for row in rows}
    for user in users - {None}:
        frappe.utils.add_user_info(user, info.user_info)
