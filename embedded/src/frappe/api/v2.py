"""REST API v2: `/api/v2/document`, `/api/v2/method`, `/api/v2/doctype`."""

from typing import Any

from werkzeug.routing import Rule

import frappe
import frappe.client
from frappe import _
from frappe.api.v1 import without
from frappe.handler import check_callable, run_stored_method, upload_file

PERMISSION_OF_VERB = {"GET": "read", "POST": "write"}


def handle_rpc_call(method: str, doctype: str | None = None) -> Any:
    """Run a whitelisted function, or one of a DocType's controller module."""
    if doctype:
        from frappe.modules.utils import load_doctype_module

        method = f"{load_doctype_module(doctype).__name__}.{method}"
    method = frappe.override_whitelisted_method(method)
    try:
        function = frappe.get_attr(method)
    except Exception as e:
        frappe.throw(_("Failed to get method {0} with {1}").format(method, e))
    check_callable(function)
    return frappe.call(function, **frappe.form_dict)


def login() -> None:
    """Logging in is v1's; this address exists and does nothing, as in Frappe."""


def logout() -> None:
    """End the session."""
    from frappe.handler import logout as end_session

    end_session()


def ping() -> str:
    """Liveness."""
    return "pong"


def read_doc(doctype: str, name: str) -> Any:
    """A document the user may read, fields above his level left out."""
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    doc.apply_fieldlevel_read_permissions()
    return doc


def document_list(doctype: str) -> Any:
    """Rows of a DocType; 20 unless `limit` says otherwise."""
    args = frappe.form_dict
    if args.get("fields"):
        args["fields"] = frappe.client.parse_fields(args["fields"])
    args.limit_page_length = args.limit or 20
    return frappe.call(frappe.client.get_list, doctype, **without(args, "doctype"))


def count(doctype: str) -> int | None:
    """How many rows of the DocType the user sees."""
    from frappe.desk.reportview import get_count

    frappe.form_dict.doctype = doctype
    return get_count()


def create_doc(doctype: str) -> Any:
    """Insert a document from the body."""
    data = frappe.form_dict
    data.pop("doctype", None)
    if isinstance(data.get("name"), str) and data["name"]:
        frappe.flags.api_name_set = True
    return frappe.new_doc(doctype, **data).insert()


def copy_doc(doctype: str, name: str) -> dict:
    """A clean copy of the document that can be changed and posted as a new one."""
    doc = read_doc(doctype, name)
    copy = frappe.copy_doc(doc, ignore_no_copy=True)
    return copy.as_dict(no_private_properties=True, no_nulls=True)


def update_doc(doctype: str, name: str) -> Any:
    """Change a document by the fields of the body and save it."""
    data = frappe.form_dict
    data.pop("flags", None)
    doc = frappe.get_doc(doctype, name, for_update=True)
    doc.update(data)
    doc.save()
    doc.apply_fieldlevel_read_permissions()
    if doc.get("parenttype"):
        frappe.get_doc(doc.parenttype, doc.parent).save()
    return doc


def delete_doc(doctype: str, name: str) -> str:
    """Delete a document or a child row; 202 and "ok"."""
    frappe.client.delete_doc(doctype, name)
    frappe.local.response["http_status_code"] = 202
    return "ok"


def get_meta(doctype: str) -> Any:
    """Metadata of a DocType, for logged-in users."""
    frappe.only_for("All")
    return frappe.get_meta(doctype)


def execute_doc_method(doctype: str, name: str, method: str) -> Any:
    """Run a whitelisted method of a stored document: POST wants the write right, GET the read right."""
    doc = frappe.get_doc(doctype, name)
    doc.is_whitelisted(method)
    doc.check_permission(PERMISSION_OF_VERB.get(frappe.local.request.method, "read"))
    return doc.run_method(method, **frappe.form_dict)


def run_doc_method(method: str, document: dict | str, kwargs: dict | str | None = None) -> Any:
    """Run a whitelisted method on a document that the client sends with its changes."""
    permission = PERMISSION_OF_VERB[frappe.local.request.method]
    return run_stored_method(document, method, kwargs, permission)


url_rules = [
    Rule("/method/login", endpoint=login),
    Rule("/method/logout", endpoint=logout),
    Rule("/method/ping", endpoint=ping),
    Rule("/method/upload_file", endpoint=upload_file),
    Rule("/method/<method>", endpoint=handle_rpc_call),
    Rule(
        "/method/run_doc_method",
        methods=["GET", "POST"],
        endpoint=lambda: frappe.call(run_doc_method, **frappe.form_dict),
    ),
    Rule("/method/<doctype>/<method>", endpoint=handle_rpc_call),
    Rule("/document/<doctype>", methods=["GET"], endpoint=document_list),
    Rule("/document/<doctype>", methods=["POST"], endpoint=create_doc),
    Rule("/document/<doctype>/<path:name>/", methods=["GET"], endpoint=read_doc),
    Rule("/document/<doctype>/<path:name>/copy", methods=["GET"], endpoint=copy_doc),
    Rule("/document/<doctype>/<path:name>/", methods=["PATCH", "PUT"], endpoint=update_doc),
    Rule("/document/<doctype>/<path:name>/", methods=["DELETE"], endpoint=delete_doc),
    Rule(
        "/document/<doctype>/<path:name>/method/<method>/",
        methods=["GET", "POST"],
        endpoint=execute_doc_method,
    ),
    Rule("/doctype/<doctype>/meta", methods=["GET"], endpoint=get_meta),
    Rule("/doctype/<doctype>/count", methods=["GET"], endpoint=count),
]
