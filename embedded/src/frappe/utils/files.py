"""The controller of File, and who may read a file; names and places are in `file_store`."""

import mimetypes
import os
import re
from typing import Any
from urllib.parse import quote, unquote

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils.data import cint, get_url
from frappe.utils.file_store import (
    MaxFileSizeReachedError,
    check_max_file_size,
    content_hash_of,
    decode_content,
    free_name,
    path_of,
    put_back,
    read_file,
    shortened,
    sniffed_type,
    write_atomically,
)

URL_PREFIXES = ("http://", "https://")
TEXT_ENCODINGS = ("utf-8-sig", "utf-8", "windows-1250", "windows-1252")

__all__ = ["File", "MaxFileSizeReachedError", "find_file_by_url", "get_permission_query_conditions", "has_permission"]


class FileTypeNotAllowed(frappe.ValidationError):
    """The site does not take files of this type."""


class AttachmentLimitReached(frappe.ValidationError):
    """The document has as many attachments as its DocType allows."""


class FolderNotEmpty(frappe.ValidationError):
    """A folder that holds files cannot be deleted."""


class File(Document):
    """A file or folder. The content lies in `<site>/public/files` or `<site>/private/files`."""

    @property
    def is_remote_file(self) -> bool:
        return self.file_url.startswith(URL_PREFIXES) if self.file_url else self.get("content") is None

    def autoname(self) -> None:
        if self.is_folder:
            self.name = os.path.join(self.folder, self.file_name) if self.folder else self.file_name
        else:
            self.name = frappe.generate_hash(length=10)

    def before_insert(self) -> None:
        self.file_url = unquote(self.file_url) if self.file_url else ""
        if self.file_url:
            self.is_private = cint(self.file_url.startswith("/private"))
        self._set_names()
        self._check_attachment_limit()
        if self.is_folder:
            return
        self._set_file_type()
        if self.is_remote_file:
            self._localise_url()
        elif self.get("content") is not None:
            self.save_file(content=self.get("content"))
        else:
            self._check_source()

    def after_insert(self) -> None:
        if not self.is_folder:
            link = quote(self.file_url or self.file_name, safe="/:")
            name = frappe.utils.escape_html(self.file_name or self.file_url)
            self._comment("Attachment", f"<a href='{link}' target='_blank'>{name}</a>")

    def validate(self) -> None:
        if self.is_folder:
            return
        if self.attached_to_doctype and not isinstance(self.attached_to_name, str | int):
            frappe.throw(_("Attached To Name must be a string or an integer"), frappe.ValidationError)
        if self.attached_to_field and not re.fullmatch(r"\w+", self.attached_to_field):
            frappe.throw(_("The fieldname you've specified in Attached To Field is invalid"))
        if not self.is_new() and self.has_value_changed("file_url"):
            frappe.throw(_("The address of a file cannot be changed"))
        if self.is_remote_file:
            return
        if not self.is_new() and self.has_value_changed("is_private"):
            self._move()
        if self.file_url and not self.file_url.startswith(("/files/", "/private/files/")):
            frappe.throw(_("URL must start with http:// or https://"), title=_("Invalid URL"))
        path = self.get_full_path()
        if not os.path.isfile(path):
            frappe.throw(_("File {0} does not exist").format(self.file_url), IOError)
        if not self.content_hash:
            self.file_size, self.content_hash = os.path.getsize(path), content_hash_of(read_file(path))

    def on_trash(self) -> None:
        if self.is_home_folder or self.is_attachments_folder:
            frappe.throw(_("Cannot delete Home and Attachments folders"))
        if self.is_folder:
            if frappe.get_all("File", filters={"folder": self.name}, limit=1):
                frappe.throw(_("Folder {0} is not empty").format(self.name), FolderNotEmpty)
            return
        self._check_protected()
        self._remove_from_disk_after_commit()
        self._comment("Attachment Removed", frappe.utils.escape_html(self.file_name))

    # -- content ---------------------------------------------------------------------------------------------------

    def get_content(self, encodings: list[str] | tuple[str, ...] | None = None) -> bytes | str:
        """The content, as text when one of the encodings fits (none given: the usual ones; []: always bytes)."""
        if self.is_folder:
            frappe.throw(_("Cannot get file contents of a Folder"))
        content = self.get("content") or read_file(self.get_full_path())
        content = content.encode() if isinstance(content, str) else content
        for encoding in TEXT_ENCODINGS if encodings is None else encodings:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        return content

    def save_file(
        self,
        content: bytes | str | None = None,
        decode: bool = False,
        ignore_existing_file_check: bool = False,
        overwrite: bool = False,
    ) -> dict[str, str]:
        """Write the content to disk (base64 with `decode`); the same content is stored once. Undone on rollback."""
        content = decode_content(content if content is not None else self.get("content"), decode)
        self.is_private = cint(self.is_private)
        self.file_size = check_max_file_size(content)
        self.content_hash = content_hash_of(content)
        twin = None if ignore_existing_file_check else self._same_content()
        if twin:
            self.file_url = twin
        else:
            self._write(content, overwrite)
        return {"file_name": self.file_name, "file_url": self.file_url}

    def get_full_path(self) -> str:
        """The path on disk; an address outside the site's two folders raises ValidationError."""
        url = self.file_url or self.file_name
        if "/" not in url:
            url = f"/private/files/{url}" if self.is_private else f"/files/{url}"
        return path_of(url)

    # -- steps -----------------------------------------------------------------------------------------------------

    def _set_names(self) -> None:
        if not self.folder and not self.is_home_folder:
            attached = self.attached_to_doctype and frappe.db.get_value("File", {"is_attachments_folder": 1})
            self.folder = attached or "Home"
        if not self.file_name and not self.file_url:
            frappe.throw(_("Fields `file_name` or `file_url` must be set for File"), exc=frappe.MandatoryError)
        self.file_name = shortened(re.sub(r"[/\x00-\x1f\x7f]", "", self.file_name or self.file_url.split("/")[-1]))

    def _check_attachment_limit(self) -> None:
        if not (self.attached_to_doctype and self.attached_to_name):
            return
        limit = cint(frappe.get_meta(self.attached_to_doctype).get("max_attachments"))
        place = {"attached_to_doctype": self.attached_to_doctype, "attached_to_name": self.attached_to_name}
        if limit and frappe.db.count("File", place) >= limit:
            frappe.throw(
                _("Maximum Attachment Limit of {0} has been reached for {1} {2}.").format(
                    frappe.bold(limit), self.attached_to_doctype, self.attached_to_name
                ),
                exc=AttachmentLimitReached,
                title=_("Attachment Limit Reached"),
            )

    def _set_file_type(self) -> None:
        kind = mimetypes.guess_type(self.file_name)[0] or sniffed_type(self.get("content"))
        extension = mimetypes.guess_extension(kind) if kind else None
        self.file_type = extension.lstrip(".").upper() if extension else self.file_type
        allowed = (
            frappe.get_system_settings("allowed_file_extensions") if getattr(frappe.local, "request", None) else None
        )
        if allowed and self.file_type not in allowed.upper().split():
            frappe.throw(_("File type of {0} is not allowed").format(self.file_type), exc=FileTypeNotAllowed)

    def _localise_url(self) -> None:
        site = get_url()
        if self.file_url.startswith(f"{site}/") and "/files/" in self.file_url:
            self.file_url = self.file_url.removeprefix(site)

    def _check_source(self) -> None:
        """A new row for a private file that is there already would make it the caller's: he must be able to read it."""
        private = self.file_url.startswith("/private/files/")
        if private and not self.flags.ignore_permissions and not find_file_by_url(self.file_url):
            frappe.throw(_("You don't have permission to access this file"), frappe.PermissionError)

    def _same_content(self) -> str | None:
        """Address of a file of the same content and privacy, still on disk."""
        same = {"content_hash": self.content_hash, "is_private": self.is_private, "is_folder": 0}
        url = frappe.db.get_value("File", same, "file_url")
        return url if url and not url.startswith(URL_PREFIXES) and os.path.exists(path_of(url)) else None

    def _write(self, content: bytes, overwrite: bool) -> None:
        if not overwrite:
            self.file_name = free_name(self.file_name, self.content_hash[-6:], bool(self.is_private))
        safe = re.sub(r"[/\\%?#]", "_", self.file_name)
        self.file_url = f"/private/files/{safe}" if self.is_private else f"/files/{safe}"
        path = self.get_full_path()
        before = read_file(path) if overwrite and os.path.exists(path) else None
        write_atomically(path, content)
        frappe.db.after_rollback.add(lambda: put_back(path, before))

    def _move(self) -> None:
        """Follow a change of `is_private`, with all rows that show the same content; undone on rollback."""
        name = self.file_url.rsplit("/", 1)[-1]
        target_url = f"/private/files/{name}" if self.is_private else f"/files/{name}"
        if target_url == self.file_url:
            return
        old_url, source, target = self.file_url, path_of(self.file_url), path_of(target_url)
        if not os.path.exists(source):
            frappe.throw(_("Cannot find file {} on disk").format(name), exc=FileNotFoundError)
        if os.path.exists(target):
            frappe.throw(_("A file with same name {} already exists").format(name), exc=FileExistsError)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(source, target)
        frappe.db.after_rollback.add(lambda: os.path.exists(target) and os.replace(target, source))
        self.file_url = target_url
        same = {"file_url": old_url, "name": ["!=", self.name]}
        frappe.db.set_value("File", same, {"file_url": target_url, "is_private": cint(self.is_private)})
        if self.attached_to_field and self.attached_to_doctype and self.attached_to_name:
            frappe.db.set_value(self.attached_to_doctype, self.attached_to_name, self.attached_to_field, target_url)

    def _check_protected(self) -> None:
        """Attachments of a submitted document stay when its DocType says so."""
        if not (self.attached_to_doctype and self.attached_to_name):
            return
        if not frappe.get_meta(self.attached_to_doctype).get("protect_attached_files"):
            return
        docstatus = cint(frappe.db.get_value(self.attached_to_doctype, self.attached_to_name, "docstatus"))
        cancelled = docstatus == 2 and frappe.has_permission(self.attached_to_doctype, "delete", self.attached_to_name)
        if docstatus and not cancelled:
            frappe.throw(
                _("This file is attached to a protected document and cannot be deleted."), title=_("Protected File")
            )

    def _remove_from_disk_after_commit(self) -> None:
        """The content goes when the deletion is certain and no other row shows it."""
        if self.is_remote_file or not self.file_url:
            return
        if frappe.db.exists("File", {"file_url": self.file_url, "name": ["!=", self.name]}):
            return
        path = self.get_full_path()
        frappe.db.after_commit.add(lambda: put_back(path, None))

    def _comment(self, kind: str, text: str) -> None:
        if not (self.attached_to_doctype and self.attached_to_name):
            return
        if frappe.db.exists(self.attached_to_doctype, self.attached_to_name):
            frappe.get_doc(self.attached_to_doctype, self.attached_to_name).add_comment(kind, text)


# -- permissions ---------------------------------------------------------------------------------------------------


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
    """Public files are readable; a private one is its owner's, or follows the document it is attached to."""
    user = user or frappe.session.user
    if user == "Administrator" or (not doc.is_private and ptype in ("read", "select")):
        return True
    if user != "Guest" and doc.owner == user:
        return True
    if not (doc.attached_to_doctype and doc.attached_to_name):
        return False
    if not frappe.db.exists(doc.attached_to_doctype, doc.attached_to_name):
        return False
    wanted = "write" if ptype in ("write", "create", "delete") else "read"
    return bool(frappe.get_doc(doc.attached_to_doctype, doc.attached_to_name).has_permission(wanted, user=user))


def get_permission_query_conditions(user: str | None = None) -> str:
    """What a user's list of files shows: public ones, own ones, those attached to DocTypes that he may read."""
    user = user or frappe.session.user
    if user == "Administrator":
        return ""
    own = f"`tabFile`.`owner` = {frappe.db.escape(user)}"
    if "Desk User" not in frappe.get_roles(user):
        return own
    readable = ", ".join(frappe.db.escape(name) for name in frappe.permissions.get_doctypes_with_read()) or "''"
    return (
        f"(`tabFile`.`is_private` = 0 or (`tabFile`.`attached_to_doctype` is null and {own})"
        f" or `tabFile`.`attached_to_doctype` in ({readable}))"
    )


def find_file_by_url(url: str, name: str | None = None) -> Any:
    """The first file of that address that the present user may read, or None."""
    filters = {"file_url": url, **({"name": name} if name else {})}
    for row in frappe.get_all("File", filters=filters, fields=["*"]):
        file = frappe.get_doc({"doctype": "File", **row})
        if has_permission(file, "read"):
            return file
    return None


def remove_all(doctype: str, name: str) -> None:
    """Delete all files attached to a document."""
    place = {"attached_to_doctype": doctype, "attached_to_name": name}
    for file in frappe.get_all("File", filters=place, pluck="name"):
        frappe.delete_doc("File", file, ignore_permissions=True, force=True)
