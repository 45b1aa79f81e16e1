"""Remote calls: which function a name means, who may call it, uploads, methods of sent documents."""

from collections.abc import Callable
from inspect import isroutine, signature
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.response import guess_type

# What users without desk access may upload.
ALLOWED_MIMETYPES = frozenset((
    "image/png", "image/jpeg", "application/pdf", "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet", "text/plain", "video/quicktime", "video/mp4", "text/csv",
))


def execute_cmd(cmd: str) -> Any:
    """Run the whitelisted function of that dotted name (or short name) with the request's arguments."""
    cmd = frappe.override_whitelisted_method(cmd)
    try:
        method = get_attr(cmd)
    except Exception as e:
        frappe.throw(_("Failed to get method for command {0} with {1}").format(cmd, e))
    if method is not run_doc_method:
        check_callable(method)
    return frappe.call(method, **frappe.form_dict)


def get_attr(cmd: str) -> Callable:
    """The function behind a command; names without a dot are the few of this module."""
    return frappe.get_attr(cmd) if "." in cmd else SHORT_NAMES[cmd]


def check_callable(method: Callable) -> None:
    """Raise PermissionError unless the function is whitelisted for this user and verb."""
    if not isroutine(method):
        frappe.throw(_("Not permitted"), frappe.PermissionError)
    frappe.is_whitelisted(method)
    is_valid_http_method(method)


def is_valid_http_method(method: Callable) -> None:
    """Raise PermissionError when the function does not take the request's verb."""
    if frappe.local.request.method not in frappe.allowed_http_methods_for_whitelisted_func[method]:
        frappe.throw(_("Not permitted"), frappe.PermissionError)


@frappe.whitelist(allow_guest=True)
def logout() -> None:
    """End the session; a link of another site (GET) cannot log a user out."""
    if frappe.local.request.method != "POST":
        frappe.throw(_("Not permitted"), frappe.PermissionError)
    frappe.local.login_manager.logout()


@frappe.whitelist(allow_guest=True)
def upload_file() -> Any:
    """Store the `file` of a multipart form as a File document (or hand it to the whitelisted `method`)."""
    args = frappe.form_dict
    ignore_permissions = _may_upload_without_login()
    if not ignore_permissions:
        check_write_permission(args.doctype, args.docname)
    source = {"file_url": args.file_url, "is_private": args.is_private, "file_name": args.file_name}
    if args.library_file_name:
        source = _library_file(args.library_file_name)
    content = None
    if upload := frappe.local.request.files.get("file"):
        content = upload.stream.read()
        source["file_name"] = upload.filename
    _check_type(content, source["file_name"])
    frappe.local.uploaded_file, frappe.local.uploaded_filename = content, source["file_name"]
    frappe.local.uploaded_file_url = source["file_url"]
    if args.method:
        method = frappe.get_attr(args.method)
        check_callable(method)
        return method()
    return _insert_file(args, source, content, ignore_permissions)


def _may_upload_without_login() -> bool:
    if frappe.session.user != "Guest":
        return False
    if not frappe.get_system_settings("allow_guests_to_upload_files"):
        raise frappe.PermissionError
    return True


def _library_file(name: str) -> dict:
    frappe.has_permission("File", doc=name, throw=True)
    return frappe.db.get_value("File", name, ["is_private", "file_url", "file_name"], as_dict=True)


def _check_type(content: bytes | None, filename: str | None) -> None:
    """Users who only see the website upload documents and pictures, nothing that runs."""
    if content is None:
        return
    user_type = frappe.get_cached_value("User", frappe.session.user, "user_type")
    if user_type != "System User" and guess_type(filename or "") not in ALLOWED_MIMETYPES:
        frappe.throw(_("You can only upload JPG, PNG, PDF, TXT, CSV or Microsoft documents."))


def _insert_file(args: dict, source: dict, content: bytes | None, ignore_permissions: bool) -> Any:
    doc = frappe.get_doc({
        "doctype": "File",
        "attached_to_doctype": args.doctype,
        "attached_to_name": args.docname,
        "attached_to_field": args.fieldname,
        "folder": args.folder or "Home",
        "file_name": source["file_name"],
        "file_url": source["file_url"],
        "is_private": cint(source["is_private"]),
        "content": content,
    })
    return doc.save(ignore_permissions=ignore_permissions)


def check_write_permission(doctype: str | None = None, name: str | None = None) -> None:
    """Attaching to a document wants the right to write it; a document not yet saved, to its DocType."""
    if not doctype:
        return
    if not name:
        frappe.has_permission(doctype, "write", throw=True)
        return
    try:
        doc = frappe.get_doc(doctype, name)
    except frappe.DoesNotExistError:
        frappe.clear_last_message()
        doc = frappe.new_doc(doctype)
    doc.check_permission("write")


@frappe.whitelist(allow_guest=True)
def download_file(file_url: str) -> None:
    """Download a file by its address when the user may read it."""
    from frappe.utils.files import find_file_by_url

    doc = find_file_by_url(file_url)
    if not doc:
        raise frappe.PermissionError
    frappe.local.response.filename = file_url.rsplit("/", 1)[-1]
    frappe.local.response.filecontent = doc.get_content()
    frappe.local.response.type = "download"


def run_doc_method(
    method: str,
    docs: dict | str | None = None,
    dt: str | None = None,
    dn: str | None = None,
    arg: Any = None,
    args: Any = None,
) -> None:
    """Run a whitelisted method of a stored document (`dt`, `dn`) or of one that the client sends (`docs`)."""
    if not dt:
        response = run_stored_method(docs, method, args or arg, "read", spread=False)
    else:
        doc = frappe.get_doc(dt, dn or dt)
        doc.check_permission("read")
        response = _call_method(doc, method, args or arg)
    if response is not None:
        frappe.local.response["message"] = response


def run_stored_method(document: dict | str, method: str, kwargs: Any, permission: str, spread: bool = True) -> Any:
    """Run a method on a sent document.

    The sent values are the caller's claim: the right is checked on the stored document as well, and the
    stored version must be the one that the caller saw.
    """
    doc = frappe.get_doc(frappe.parse_json(document))
    doc._original_modified = doc.modified
    doc.check_if_latest()
    if doc.name and not doc.is_new() and frappe.db.exists(doc.doctype, doc.name):
        frappe.get_doc(doc.doctype, doc.name).check_permission(permission)
    doc.check_permission(permission)
    if not spread:
        return _call_method(doc, method, kwargs)
    function = _whitelisted_method(doc, method)
    response = doc.run_method(method, **frappe.get_newargs(function, frappe.parse_json(kwargs) or {}))
    frappe.local.response.docs.append(doc)
    return response


def _whitelisted_method(doc: Any, method: str) -> Callable:
    bound = getattr(doc, method)
    function = getattr(bound, "__func__", bound)
    check_callable(function)
    return function


def _call_method(doc: Any, method: str, args: Any) -> Any:
    """v1 hands `args` over as it came: an object is spread unless the method has a parameter `args`."""
    _whitelisted_method(doc, method)
    try:
        args = frappe.parse_json(args)
    except ValueError:
        pass
    parameters = [p for p in signature(getattr(doc, method)).parameters if p != "self"]
    if not parameters:
        response = doc.run_method(method)
    elif "args" in parameters or not isinstance(args, dict):
        response = doc.run_method(method, args)
    else:
        response = doc.run_method(method, **args)
    frappe.local.response.docs.append(doc)
    return response


SHORT_NAMES: dict[str, Callable] = {
    "ping": frappe.ping,
    "logout": logout,
    "web_logout": logout,
    "upload_file": upload_file,
    "download_file": download_file,
    "run_doc_method": run_doc_method,
    "runserverobj": run_doc_method,
}
