"""Frappe's older functions for files, over `frappe.utils.files` and `file_store`."""

from typing import Any

import frappe
from frappe.utils.data import cint
from frappe.utils.file_store import check_max_file_size, content_hash_of, decode_content, path_of

__all__ = [
    "check_max_file_size",
    "get_content_hash",
    "get_file",
    "get_file_path",
    "remove_all",
    "remove_file",
    "save_file",
]


def get_content_hash(content: bytes | str) -> str:
    """See `file_store.content_hash_of`."""
    return content_hash_of(content)


def save_file(
    fname: str,
    content: bytes | str,
    dt: str | None,
    dn: str | None,
    folder: str | None = None,
    decode: bool = False,
    is_private: int = 0,
    df: str | None = None,
) -> Any:
    """Store a file attached to a document; answers the File."""
    values = {
        "doctype": "File",
        "file_name": fname,
        "attached_to_doctype": dt,
        "attached_to_name": dn,
        "attached_to_field": df,
        "folder": folder,
        "is_private": cint(is_private),
        "content": decode_content(content, decode),
    }
    return frappe.get_doc(values).insert(ignore_permissions=True)


def get_file(fname: str) -> list:
    """[name, content] of a file given by its File name, address or file name; text when it is text."""
    filters = [{"name": fname}, {"file_url": fname}, {"file_name": fname}]
    for condition in filters:
        if name := frappe.db.get_value("File", condition):
            file = frappe.get_doc("File", name)
            return [file.file_name, file.get_content()]
    frappe.throw(frappe._("File {0} does not exist").format(fname), frappe.DoesNotExistError)


def get_file_path(file_name: str) -> str:
    """Path on disk of a file given by its name or address."""
    row = frappe.db.get_value("File", {"file_name": file_name}, "file_url") or file_name
    return path_of(row if row.startswith("/") else f"/files/{row}")


def remove_file(
    fid: str | None = None, attached_to_doctype: str | None = None, attached_to_name: str | None = None
) -> None:
    """Delete a File; its content goes with the commit."""
    if fid:
        frappe.delete_doc("File", fid, ignore_permissions=True)


def remove_all(dt: str, dn: str, from_delete: bool = False, delete_permanently: bool = False) -> None:
    """Delete all files attached to a document."""
    for name in frappe.get_all("File", filters={"attached_to_doctype": dt, "attached_to_name": dn}, pluck="name"):
        frappe.delete_doc("File", name, ignore_permissions=True, force=from_delete)
