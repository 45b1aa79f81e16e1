"""Where a site's files lie, under which names, how large they may be; writing them whole."""

import base64
import binascii
import hashlib
import os
import re

import filetype

import frappe
from frappe import _
from frappe.utils.data import cint

DEFAULT_MAX_FILE_SIZE = 25 * 1024 * 1024
MAX_NAME_BYTES = 140


class MaxFileSizeReachedError(frappe.ValidationError):
    """The file is larger than the site allows."""


def path_of(url: str) -> str:
    """Path of `/files/…` or `/private/files/…`. Raises ValidationError for any other place."""
    for prefix, folder in (("/private/files/", "private"), ("/files/", "public")):
        if url.startswith(prefix):
            base = os.path.realpath(frappe.get_site_path(folder, "files"))
            path = os.path.realpath(os.path.join(base, url.removeprefix(prefix)))
            if path.startswith(base + os.sep):
                return path
    frappe.throw(_("The File URL you've entered is incorrect"), title=_("Invalid File URL"))


def free_name(name: str, suffix: str, is_private: bool) -> str:
    """`name`, or with `suffix` before the extension when it is taken (or starts with a dot), else with a random one."""
    folder = frappe.get_site_path("private" if is_private else "public", "files")
    stem, extension = os.path.splitext(name)
    candidate = f"{stem}{suffix}{extension}" if name.startswith(".") else name
    while os.path.lexists(os.path.join(folder, re.sub(r"[/\\%?#]", "_", candidate))):
        candidate, suffix = f"{stem}{suffix}{extension}", frappe.generate_hash(length=6)
    return candidate


def shortened(name: str) -> str:
    """The name cut to what every file system takes, extension kept; '.' and '..' are no names."""
    if name.strip(". ") == "":
        frappe.throw(_("Fields `file_name` or `file_url` must be set for File"), exc=frappe.MandatoryError)
    stem, extension = os.path.splitext(name)
    if len(extension) > 20:
        stem, extension = name, ""
    room = MAX_NAME_BYTES - len(extension.encode()) - 6
    return stem.encode()[:room].decode(errors="ignore") + extension


def content_hash_of(content: bytes | str) -> str:
    """The hash by which equal files are known (not a security measure)."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def decode_content(content: bytes | str | None, decode: bool = False) -> bytes:
    """Bytes of an upload; with `decode` it is base64, with or without a data: prefix."""
    if content is None:
        return b""
    data = content.encode() if isinstance(content, str) else content
    if not decode:
        return data
    try:
        return base64.b64decode(data.split(b",", 1)[1] if b"," in data else data, validate=False)
    except binascii.Error:
        frappe.throw(_("The file's content is not valid base64"))


def get_max_file_size() -> int:
    """Bytes: System Settings (megabytes), else `max_file_size` of the configuration, else 25 MB."""
    megabytes = cint(frappe.get_system_settings("max_file_size"))
    return megabytes * 1024 * 1024 or cint(frappe.conf.get("max_file_size")) or DEFAULT_MAX_FILE_SIZE


def check_max_file_size(content: bytes) -> int:
    """The size in bytes. Raises MaxFileSizeReachedError."""
    limit = get_max_file_size()
    if len(content) > limit:
        text = _("File size exceeded the maximum allowed size of {0} MB").format(limit / 1048576)
        frappe.throw(text, exc=MaxFileSizeReachedError)
    return len(content)


def sniffed_type(content: bytes | str | None) -> str | None:
    """The MIME type that the content itself shows."""
    kind = filetype.guess(content[:8192]) if isinstance(content, bytes) and content else None
    return kind.mime if kind else None


def write_atomically(path: str, content: bytes) -> None:
    """Write a whole file or nothing."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = f"{path}.{os.getpid()}.{frappe.generate_hash(length=6)}.new"
    with open(temporary, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def read_file(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def put_back(path: str, content: bytes | None) -> None:
    """Put the old content back; without one the file goes."""
    if content is not None:
        write_atomically(path, content)
    elif os.path.exists(path):
        os.unlink(path)
