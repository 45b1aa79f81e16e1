"""REST API v1: `/api/resource` and `/api/method`."""

import json
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

import frappe
import frappe.client
from frappe.utils import sbool


def document_list(doctype: str) -> Any:
    """Rows of a DocType; 20 unless `limit_page_length` or `limit` says otherwise."""
    args = frappe.form_dict
    if args.get("fields"):
        args["fields"] = frappe.client.parse_fields(args["fields"])
    args.setdefault("limit_page_length", args.limit or 20)
    for key in ("as_dict", "debug"):
        if args.get(key) is not None:
            args[key] = sbool(args[key])
    return frappe.call(frappe.client.get_list, doctype, **without(args, "doctype"))


def without(args: dict, *keys: str) -> dict:
    """A copy of the call's arguments without those that the route already fixed."""
    return {k: v for k, v in args.items() if k not in keys}


def handle_rpc_call(method: str) -> Response | None:
    """Run a whitelisted function; what it returns stands under `message`."""
    from frappe.handler import execute_cmd

    cmd = method.split("/")[0]
    frappe.form_dict.cmd = cmd
    data = None if cmd == "login" else execute_cmd(cmd)
    if isinstance(data, Response):
        return data
    if data is not None:
        frappe.local.response["message"] = data
    return None


def create_doc(doctype: str) -> Any:
    """Insert a document from the body."""
    data = request_data()
    data.pop("doctype", None)
    if isinstance(data.get("name"), str) and data["name"]:
        frappe.flags.api_name_set = True
    return frappe.new_doc(doctype, **data).insert()


def update_doc(doctype: str, name: str) -> Any:
    """Change a document by the fields of the body and save it."""
    data = request_data()
    data.pop("flags", None)
    doc = frappe.get_doc(doctype, name, for_update=True)
    doc.update(data)
    doc.save()
    if doc.get("parenttype"):
        frappe.get_doc(doc.parenttype, doc.parent).save()
    return doc


def delete_doc(doctype: str, name: str) -> str:
    """Delete a document; 202 and "ok"."""
    frappe.delete_doc(doctype, name, ignore_missing=False)
    frappe.local.response["http_status_code"] = 202
    return "ok"


def read_doc(doctype: str, name: str) -> Any:
    """A document the user may read, fields above his level left out."""
    if "run_method" in frappe.form_dict:
        return execute_doc_method(doctype, name)
    doc = frappe.get_doc(doctype, name)
    doc.check_permission("read")
    doc.apply_fieldlevel_read_permissions()
    return doc


def execute_doc_method(doctype: str, name: str, method: str | None = None) -> Any:
    """Run a whitelisted method of a stored document: POST wants the write right, GET the read right."""
    method = method or frappe.form_dict.pop("run_method")
    doc = frappe.get_doc(doctype, name)
    doc.is_whitelisted(method)
    doc.check_permission("read" if frappe.local.request.method == "GET" else "write")
    return doc.run_method(method, **frappe.form_dict)


def request_data() -> dict:
    """The document in the body: `data` (JSON text or object), the JSON body, or the form's fields."""
    data = frappe.form_dict.data
    if data is None:
        return frappe.form_dict if frappe.local.request.is_json else _raw_or_form()
    data = frappe.parse_json(data)
    return data if isinstance(data, dict) else frappe.form_dict


def _raw_or_form() -> dict:
    """Clients that forget the content type send JSON as if it were a form."""
    request = frappe.local.request
    if request.mimetype == "multipart/form-data":
        return frappe.form_dict
    try:
        data = json.loads(request.get_data() or b"null")
    except ValueError:
        return frappe.form_dict
    return frappe._dict(data) if isinstance(data, dict) else frappe.form_dict


url_rules = [
    Rule("/method/<path:method>", endpoint=handle_rpc_call),
    Rule("/resource/<doctype>", methods=["GET"], endpoint=document_list),
    Rule("/resource/<doctype>", methods=["POST"], endpoint=create_doc),
    Rule("/resource/<doctype>/<path:name>/", methods=["GET"], endpoint=read_doc),
    Rule("/resource/<doctype>/<path:name>/", methods=["PUT"], endpoint=update_doc),
    Rule("/resource/<doctype>/<path:name>/", methods=["DELETE"], endpoint=delete_doc),
    Rule("/resource/<doctype>/<path:name>/", methods=["POST"], endpoint=execute_doc_method),
]
