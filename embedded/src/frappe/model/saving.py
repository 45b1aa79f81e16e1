"""The order of events of insert and save, and the moves of docstatus."""

from typing import Any

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.model.field_checks import is_storable_text
from frappe.model.rows import insert_children, update_children
from frappe.utils import cstr, now


class Saving:
    """What happens, in order, when a document is written."""

    # -- insert and save ---------------------------------------------------------------------------------------------

    def insert(
        self,
        ignore_permissions: bool | None = None,
        ignore_links: bool | None = None,
        ignore_if_duplicate: bool = False,
        ignore_mandatory: bool | None = None,
        set_name: str | None = None,
        set_child_names: bool = True,
    ) -> Any:
        """Write a new document with its rows, running checks and events."""
        if self.flags.in_print:
            return self
        given = dict(
            ignore_permissions=ignore_permissions, ignore_links=ignore_links, ignore_mandatory=ignore_mandatory
        )
        self.flags.update({key: value for key, value in given.items() if value is not None})
        self.flags.notifications_executed = []
        self.set("__islocal", True)
        self._prepare_insert(set_name, set_child_names)
        self._write_new(ignore_if_duplicate)
        self.run_method("after_insert")
        self.flags.in_insert = True
        if self.meta.has_field("amended_from") and self.get("amended_from"):
            self.validate_amended_from()
            self.copy_attachments_from_amended_from()
        self._relink_attached_files()
        self.run_post_save_methods()
        self.flags.in_insert = False
        self._forget_new()
        return self

    def _prepare_insert(self, set_name: str | None, set_child_names: bool) -> None:
        self._set_defaults()
        self.set_user_and_timestamp()
        self.set_docstatus()
        self.check_if_latest()
        self._validate_shapes()
        self._validate_links()
        self.check_permission("create")
        self.run_method("before_insert")
        self.set_new_name(set_name=set_name, set_child_names=set_child_names)
        self.set_parent_in_children()
        self.validate_higher_perm_levels()
        self.flags.in_insert = True
        self.run_before_save_methods()
        self._validate()
        self.set_docstatus()
        self.flags.in_insert = False

    def _write_new(self, ignore_if_duplicate: bool) -> None:
        if self.meta.issingle:
            self.update_single(self.get_valid_dict())
        else:
            self.db_insert(ignore_if_duplicate=ignore_if_duplicate)
        insert_children(self.get_all_children())

    def _forget_new(self) -> None:
        for key in ("__islocal", "__unsaved"):
            self.__dict__.pop(key, None)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Write changes (or insert a new document). Arguments: ignore_permissions, ignore_version."""
        return self._save(*args, **kwargs)

    def _save(self, ignore_permissions: bool | None = None, ignore_version: bool | None = None) -> Any:
        if self.flags.in_print:
            return self
        self.flags.notifications_executed = []
        if ignore_permissions is not None:
            self.flags.ignore_permissions = ignore_permissions
        self.flags.ignore_version = frappe.flags.in_test if ignore_version is None else ignore_version
        if self.get("__islocal") or not self.get("name"):
            return self.insert()
        self._prepare_save()
        if self.meta.issingle:
            self.update_single(self.get_valid_dict())
        else:
            self.db_update()
        self.update_children()
        self.run_post_save_methods()
        self.__dict__.pop("__unsaved", None)
        return self

    def _prepare_save(self) -> None:
        if not isinstance(self.name, int) and not is_storable_text(self.name):
            frappe.throw(_("Invalid name for {0}").format(_(self.doctype)), frappe.NameError)
        self._set_defaults()
        self.check_permission("write", "save")
        self.set_user_and_timestamp()
        self.set_docstatus()
        self.check_if_latest()
        self.set_parent_in_children()
        self.set_name_in_children()
        self.validate_higher_perm_levels()
        self._validate_shapes()
        self._validate_links()
        self.run_before_save_methods()
        if self._action != "cancel":
            self._validate()
        if self._action == "update_after_submit":
            self.validate_update_after_submit()
        self.set_docstatus()

    def update_children(self) -> None:
        """Write all child tables."""
        for fieldname in self._table_fieldnames:
            self.update_child_table(fieldname)

    def update_child_table(self, fieldname: str, df: Any = None) -> None:
        """Bring the stored rows of one table in line: delete the missing, update what was there, insert the new."""
        doctype = self._table_fieldnames[fieldname]
        rows = self.get(fieldname) or []
        stored = self._stored_rows(fieldname)
        kept = [row for row in rows if row.name and not row.is_new()]
        if doctype not in (self.flags.ignore_children_type or ()):
            gone = set(stored) - {row.name for row in kept}
            if gone:
                frappe.db.delete(doctype, {"name": ("in", sorted(gone))})
        known = [row for row in kept if row.name in stored]
        update_children(doctype, known, {row.name: stored[row.name].get_row_values() for row in known})
        for row in kept:
            if row.name not in stored:
                row.db_update()
        insert_children(row for row in rows if not row.name or row.is_new())

    def _stored_rows(self, fieldname: str) -> dict[str, Any]:
        previous = self.get_doc_before_save()
        return {row.name: row for row in previous.get(fieldname) or []} if previous else {}

    def update_single(self, d: dict) -> None:
        """Replace the stored values of a Single."""
        frappe.db.delete("Singles", {"doctype": self.doctype})
        pairs = [(field, value) for field, value in d.items() if field != "doctype"]
        marks = ", ".join(["(%s, %s, %s)"] * len(pairs))
        values = [part for field, value in pairs for part in (self.doctype, field, value)]
        frappe.db.sql(f"INSERT INTO `tabSingles` (`doctype`, `field`, `value`) VALUES {marks}", values)
        frappe.db.value_cache.pop(("single", self.doctype), None)

    # -- what happens around the write ---------------------------------------------------------------------------------

    def run_before_save_methods(self) -> None:
        self.reset_seen()
        if self._action in ("save", "submit"):
            self.run_method("before_validate")
        if self.flags.ignore_validate:
            return
        events = {
            "save": ("validate", "before_save"),
            "submit": ("validate", "before_submit"),
            "cancel": ("before_cancel",),
            "update_after_submit": ("before_update_after_submit",),
        }
        for event in events.get(self._action, ()):
            self.run_method(event)
        self.set_title_field()

    def run_post_save_methods(self) -> None:
        events = {
            "save": ("on_update",),
            "submit": ("on_update", "on_submit"),
            "cancel": ("on_cancel",),
            "update_after_submit": ("on_update_after_submit",),
        }
        for event in events.get(self._action, ()):
            self.run_method(event)
        if self._action == "cancel":
            self.check_no_back_links_exist()
        self.clear_cache()
        if self.flags.get("notify_update", True):
            self.notify_update()
        self.save_version()
        self.run_method("on_change")
        if (self.doctype, self.name) in _currently_saving():
            _currently_saving().remove((self.doctype, self.name))

    def set_user_and_timestamp(self) -> None:
        self._original_modified = self.modified
        self.modified, self.modified_by = now(), frappe.session.user
        if self.is_new() and not (frappe.flags.in_install or frappe.flags.in_patch or frappe.flags.in_migrate):
            self.creation, self.owner = self.modified, self.modified_by
        for row in self.get_all_children():
            row.modified, row.modified_by = self.modified, self.modified_by
            row.owner = row.owner or self.owner
            row.creation = row.creation or self.creation
        _currently_saving().append((self.doctype, self.name))

    def set_docstatus(self) -> None:
        docstatus = self.docstatus
        for row in self.get_all_children():
            row.set("docstatus", docstatus)

    def _set_defaults(self) -> None:
        if frappe.flags.in_import:
            return
        if self.is_new():
            self.update_if_missing(frappe.new_doc(self.doctype, as_dict=True))
        for df in self.meta.get_table_fields():
            fresh = [row for row in self.get(df.fieldname) or [] if row.is_new()]
            if fresh:
                values = frappe.new_doc(df.options, parent_doc=self, parentfield=df.fieldname, as_dict=True)
                for row in fresh:
                    row.update_if_missing(values)

    def set_parent_in_children(self) -> None:
        for row in self.get_all_children():
            row.parent, row.parenttype = self.name, self.doctype

    def set_name_in_children(self) -> None:
        from frappe.model.naming import set_new_name

        for row in self.get_all_children():
            if not row.name:
                set_new_name(row)

    def set_new_name(self, force: bool = False, set_name: str | None = None, set_child_names: bool = True) -> None:
        """Name the document and its rows, once."""
        from frappe.model.naming import set_new_name, validate_name

        if (frappe.flags.api_name_set or self.flags.name_set) and not force:
            return
        if self.get("__newname") and (self.meta.autoname or "").lower() == "prompt":
            self.name = validate_name(self.doctype, self.get("__newname"))
            self.flags.name_set = True
            return
        if set_name:
            self.name = validate_name(self.doctype, set_name)
        else:
            set_new_name(self)
        if set_child_names:
            for row in self.get_all_children():
                set_new_name(row)
        self.flags.name_set = True

    def get_all_children(self, parenttype: str | None = None) -> list[Any]:
        """Rows of all tables (or of the tables of one child DocType)."""
        rows: list[Any] = []
        for fieldname, doctype in self._table_fieldnames.items():
            if not parenttype or doctype == parenttype:
                rows.extend(self.get(fieldname) or ())
        return rows

    def set_title_field(self) -> None:
        """A field `title` may be a template over the other values."""
        if self.meta.title_field != "title" or not (df := self.meta.get_field("title")):
            return
        template = df.options or (df.default if self.is_new() and not self.get("title") else None)
        if template:
            values = {key: "" if value is None else value for key, value in self.as_dict().items()}
            self.set("title", template.format(**values))

    def clear_cache(self) -> None:
        frappe.clear_document_cache(self.doctype, self.name)

    # -- docstatus ---------------------------------------------------------------------------------------------------

    def check_if_latest(self) -> None:
        """Refuse to overwrite a newer version (TimestampMismatchError) and wrong moves of docstatus."""
        self.load_doc_before_save(raise_exception=True)
        if not hasattr(self, "_action"):
            self._action = "save"
        previous = self._doc_before_save
        if not previous:
            if self._action != "discard":
                self.check_docstatus_transition(0)
            return
        if cstr(previous.modified) != cstr(self._original_modified):
            message = _("Error: {0} ({1}) has been modified after you have opened it").format(self.name, self.doctype)
            message += f" ({previous.modified}, {self.modified}). " + _("Please refresh to get the latest document.")
            frappe.msgprint(message, raise_exception=frappe.TimestampMismatchError)
        if not self.meta.issingle and self._action != "discard":
            self.check_docstatus_transition(previous.docstatus)

    def check_docstatus_transition(self, to_docstatus: int) -> None:
        """`to_docstatus` is the stored one; sets `_action`. Raises DocstatusTransitionError, ValidationError."""
        if to_docstatus == DocStatus.CANCELLED:
            raise frappe.ValidationError(_("Cannot edit cancelled document"))
        if self.docstatus not in (0, 1, 2):
            raise frappe.ValidationError(_("Invalid docstatus"), self.docstatus)
        moves = {(0, 0): "save", (0, 1): "submit", (1, 1): "update_after_submit", (1, 2): "cancel"}
        action = moves.get((int(to_docstatus), int(self.docstatus)))
        if action is None:
            words = {0: "0 (Draft)", 1: "1 (Submitted)", 2: "2 (Cancelled)"}
            message = f"Cannot change docstatus from {words[int(to_docstatus)]} to {words[int(self.docstatus)]}"
            raise frappe.DocstatusTransitionError(_(message))
        self._action = action
        if action != "save":
            self.check_permission("cancel" if action == "cancel" else "submit")


def _currently_saving() -> list:
    if frappe.flags.currently_saving is None:
        frappe.flags.currently_saving = []
    return frappe.flags.currently_saving
