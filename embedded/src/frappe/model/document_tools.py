"""What controllers and pages do with a document besides saving it."""

import json
from typing import Any

import frappe
from frappe.model import attachment_fieldtypes
from frappe.types import _dict
from frappe.utils import now


class DocumentTools:
    """Direct writes, versions, comments, tags, onload values."""

    def db_set(
        self,
        fieldname: Any,
        value: Any = None,
        update_modified: bool = True,
        notify: bool = False,
        commit: bool = False,
    ) -> None:
        """Write a value (or a dict of values) at once, without validation; events before_change and on_change run."""
        if isinstance(fieldname, dict):
            self.update(fieldname)
        else:
            self.set(fieldname, value)
        saving = frappe.flags.currently_saving or ()
        if update_modified and (self.doctype, self.name) not in saving:
            self.set("modified", now())
            self.set("modified_by", frappe.session.user)
        if not self.get_doc_before_save():
            self.load_doc_before_save()
        self.run_method("before_change")
        if self.name is None:
            return
        stamps = dict(modified=self.modified, modified_by=self.modified_by, update_modified=update_modified)
        if self.meta.issingle:
            frappe.db.set_single_value(self.doctype, fieldname, value, **stamps)
        else:
            frappe.db.set_value(self.doctype, self.name, fieldname, value, **stamps)
        self.run_method("on_change")
        if notify:
            self.notify_update()
        if commit:
            frappe.db.commit()

    def notify_update(self) -> None:
        """There is no realtime server here: nobody to tell."""

    def save_version(self) -> None:
        """Keep what a save changed, when the DocType tracks changes."""
        tracked = self.meta.track_changes and self.doctype != "Version" and not self.flags.ignore_version
        previous = self.get_doc_before_save()
        if not tracked or frappe.flags.in_install or (not previous and frappe.flags.in_patch):
            return
        from frappe.model.versions import record_version

        amended_from = self.get("amended_from") if self.meta.has_field("amended_from") else None
        if not previous and amended_from:
            previous = frappe.get_doc(self.doctype, amended_from)
        record_version(previous, self)

    def get_title(self) -> str:
        return self.get(self.meta.get_title_field()) or ""

    def get_url(self) -> str:
        return frappe.utils.get_absolute_url(self.doctype, self.name)

    def set_onload(self, key: str, value: Any) -> None:
        """A value for the form that is sent with the document and not stored."""
        self.get_onload()[key] = value

    def get_onload(self, key: str | None = None) -> Any:
        onload = self.get("__onload")
        if onload is None:
            onload = _dict()
            self.set("__onload", onload)
        return onload[key] if key else onload

    def is_whitelisted(self, method_name: str) -> None:
        """Raises NotFound or PermissionError unless the method may be called from outside."""
        method = getattr(self, method_name, None)
        if not method:
            from werkzeug.exceptions import NotFound

            raise NotFound(f"Method {method_name} not found")
        frappe.is_whitelisted(getattr(method, "__func__", method))

    @frappe.whitelist()
    def add_comment(
        self,
        comment_type: str = "Comment",
        text: str | None = None,
        comment_email: str | None = None,
        comment_by: str | None = None,
    ) -> Any:
        """Write a comment on this document."""
        comment = {
            "doctype": "Comment",
            "comment_type": comment_type,
            "comment_email": comment_email or frappe.session.user,
            "comment_by": comment_by,
            "reference_doctype": self.doctype,
            "reference_name": self.name,
            "content": text or comment_type,
        }
        return frappe.get_doc(comment).insert(ignore_permissions=True)

    def reset_seen(self) -> None:
        """A change makes the document unseen for everybody else."""
        if self.meta.track_seen and not self.meta.issingle and not self.is_new():
            seen = json.dumps([frappe.session.user])
            frappe.db.set_value(self.doctype, self.name, "_seen", seen, update_modified=False)

    def log_error(self, title: str | None = None, message: str | None = None) -> Any:
        return frappe.log_error(message=message, title=title, reference_doctype=self.doctype, reference_name=self.name)

    def add_tag(self, tag: str) -> None:
        from frappe.desk.doctype.tag.tag import DocTags

        DocTags(self.doctype).add(self.name, tag)

    def remove_tag(self, tag: str) -> None:
        from frappe.desk.doctype.tag.tag import DocTags

        DocTags(self.doctype).remove(self.name, tag)

    def get_tags(self) -> list[str]:
        from frappe.desk.doctype.tag.tag import DocTags

        return DocTags(self.doctype).get_tags(self.name).split(",")[1:]

    # -- attachments -------------------------------------------------------------------------------------------------

    def copy_attachments_from_amended_from(self) -> None:
        """An amendment has the files of the document that it replaces."""
        filters = {"attached_to_doctype": self.doctype, "attached_to_name": self.amended_from}
        for row in frappe.get_all("File", filters=filters, fields=["file_url", "file_name", "is_private"]):
            values = {"attached_to_name": self.name, "attached_to_doctype": self.doctype, "folder": "Home/Attachments"}
            frappe.get_doc({"doctype": "File", **row, **values}).save()

    def _relink_attached_files(self) -> None:
        """Files uploaded while the document had a temporary name belong to it now."""
        temporary = self.__dict__.pop("__temporary_name", None)
        if not isinstance(temporary, str):
            return
        for df in self.meta._of_type(*attachment_fieldtypes):
            if url := self.get(df.fieldname):
                mine = {"attached_to_doctype": self.doctype, "attached_to_field": df.fieldname, "file_url": url}
                owner = {"attached_to_name": temporary, "owner": frappe.session.user}
                frappe.db.set_value("File", {**mine, **owner}, "attached_to_name", self.name, update_modified=False)
