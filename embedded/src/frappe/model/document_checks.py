"""Checks of a whole document: values, links, permission levels, changes after submit, links from elsewhere."""

import datetime
from typing import Any

import frappe
from frappe import _, msgprint
from frappe.model import optional_fields, table_fields
from frappe.utils import cstr, get_datetime, get_timedelta, getdate


class DocumentChecks:
    """What `insert` and `save` ask of a document."""

    def _validate_shapes(self) -> None:
        """Types first: nothing later has to expect a list where a text belongs."""
        self._validate_types()
        for row in self.get_all_children():
            row._validate_types()

    def _validate(self) -> None:
        self._validate_mandatory()
        self._validate_values()
        self.validate_workflow()
        for row in self.get_all_children():
            row._validate_values()
        if self.is_new():
            for fieldname in optional_fields:
                self.set(fieldname, None)
        else:
            self.validate_set_only_once()

    def _validate_values(self) -> None:
        # once more: `validate` of a controller may have put values of a wrong type
        self._validate_types()
        self._validate_data_fields()
        self._validate_selects()
        self._validate_non_negative()
        self._validate_length()
        self._fix_rating_value()
        self._validate_code_fields()
        self._sync_autoname_field()
        self._sanitize_content()
        self._save_passwords()

    def _validate_mandatory(self) -> None:
        if self.flags.ignore_mandatory:
            return
        missing = self._get_missing_mandatory_fields()
        for row in self.get_all_children():
            missing.extend(row._get_missing_mandatory_fields())
        if not missing:
            return
        for _fieldname, message in missing:
            msgprint(message)
        fields = ", ".join(fieldname for fieldname, _message in missing)
        raise frappe.MandatoryError(f"[{self.doctype}, {self.name}]: {fields}")

    def _validate_links(self) -> None:
        if self.flags.ignore_links or self._action == "cancel":
            return
        from frappe.model.link_checks import check_links

        invalid, cancelled = check_links([self, *self.get_all_children()], bool(self.meta.is_submittable))
        for found, text, error in (
            (invalid, _("Could not find {0}"), frappe.LinkValidationError),
            (cancelled, _("Cannot link cancelled document: {0}"), frappe.CancelledLinkError),
        ):
            if found:
                frappe.throw(text.format(", ".join(message for _field, _name, message in found)), error)

    def validate_workflow(self) -> None:
        """The state must be one that the user's transitions reach."""
        if frappe.flags.in_install == "frappe" or self.meta.istable:
            return
        workflow = self.meta.get_workflow()
        if workflow:
            from frappe.model.workflow import set_workflow_state_on_action, validate_workflow

            validate_workflow(self)
            if self._action != "save":
                set_workflow_state_on_action(self, workflow, self._action)

    # -- what may not change -----------------------------------------------------------------------------------------

    def validate_set_only_once(self) -> None:
        """Raises CannotChangeConstantError."""
        previous = self.get_doc_before_save()
        if not previous:
            return
        for df in self.meta.get_set_only_once_fields():
            value, original = self.get(df.fieldname), previous.get(df.fieldname)
            if df.fieldtype in table_fields:
                changed = not self.is_child_table_same(df.fieldname)
            elif df.fieldtype in ("Date", "Datetime", "Time"):
                changed = str(value) != str(original)
            else:
                changed = value != original
            if changed:
                label = frappe.bold(self.meta.get_label(df.fieldname))
                frappe.throw(_("Value cannot be changed for {0}").format(label), frappe.CannotChangeConstantError)

    def is_child_table_same(self, fieldname: str) -> bool:
        """Whether the rows equal the stored ones, stamps aside."""
        rows, stored = self.get(fieldname), self._doc_before_save.get(fieldname)
        return len(rows) == len(stored) and all(
            _without_stamps(new) == _without_stamps(old) for new, old in zip(rows, stored, strict=True)
        )

    def validate_update_after_submit(self) -> None:
        """Raises UpdateAfterSubmitError for a changed field without `allow_on_submit`."""
        if self.flags.ignore_validate_update_after_submit:
            return
        previous = self._doc_before_save
        _refuse_locked_changes(self, previous)
        for fieldname in self._table_fieldnames:
            stored = {row.name: row for row in previous.get(fieldname) or []}
            df = self.meta.get_field(fieldname)
            for row in self.get(fieldname) or []:
                if row.name in stored:
                    _refuse_locked_changes(row, stored[row.name])
                elif not df.allow_on_submit:
                    _refuse(self, df, _("a row"), _("another row"))

    def has_value_changed(self, fieldname: str) -> bool:
        """Whether a save changes this field; True for a new document."""
        previous = self.get_doc_before_save()
        if not previous:
            return True
        old, new = previous.get(fieldname), self.get(fieldname)
        if isinstance(old, datetime.datetime):
            new = get_datetime(new)
        elif isinstance(old, datetime.date):
            new = getdate(new)
        elif isinstance(old, datetime.timedelta):
            new = get_timedelta(new)
        return old != new

    # -- permissions -------------------------------------------------------------------------------------------------

    def check_permission(self, permtype: str = "read", permlevel: Any = None) -> None:
        """Raises PermissionError."""
        if not self.has_permission(permtype):
            from frappe.permissions import check_doctype_permission

            check_doctype_permission(self.doctype, permtype)
            self.raise_no_permission_to(permtype)

    def has_permission(self, permtype: str = "read", *, debug: bool = False, user: str | None = None) -> bool:
        if self.flags.ignore_permissions:
            return True
        from frappe.permissions import has_permission

        return has_permission(self.doctype, permtype, self, debug=debug, user=user)

    def raise_no_permission_to(self, perm_type: str) -> None:
        text = _("You need the '{0}' permission on {1} {2} to perform this action.")
        frappe.flags.error_message = text.format(_(perm_type), frappe.bold(_(self.doctype)), self.name or "")
        raise frappe.PermissionError

    def get_permissions(self) -> list:
        return (frappe.get_meta(self.parenttype) if self.meta.istable else self.meta).permissions

    def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
        """Permission levels at which the user's roles grant the right."""
        roles = set(frappe.get_roles())
        levels = (p.permlevel or 0 for p in self.get_permissions() if p.role in roles and p.get(permission_type))
        return list(dict.fromkeys(levels))

    def apply_fieldlevel_read_permissions(self) -> None:
        """Drop the values that the user's permission levels do not let him read."""
        if frappe.session.user == "Administrator":
            return
        hidden = [(self, self.meta.get_high_permlevel_fields())]
        for df in self.meta.get_table_fields():
            fields = frappe.get_meta(df.options).get_high_permlevel_fields()
            hidden += [(row, fields) for row in (self.get(df.fieldname) or [] if fields else [])]
        if not any(fields for _doc, fields in hidden):
            return
        levels = self.get_permlevel_access("read")
        for doc, fields in hidden:
            for df in fields:
                if df.permlevel not in levels:
                    doc.__dict__.pop(df.fieldname, None)

    def validate_higher_perm_levels(self) -> None:
        """Put back what was set above the user's permission levels, silently."""
        if self.flags.ignore_permissions or frappe.flags.in_install or frappe.session.user == "Administrator":
            return
        levels = self.get_permlevel_access()
        if fields := self.meta.get_high_permlevel_fields():
            self.reset_values_if_no_permlevel_access(levels, fields)
        if self.is_new():
            return
        for df in self.meta.get_table_fields():
            if fields := frappe.get_meta(df.options).get_high_permlevel_fields():
                for row in self.get(df.fieldname):
                    row.reset_values_if_no_permlevel_access(levels, fields)

    # -- helpers for controllers -------------------------------------------------------------------------------------

    def check_no_back_links_exist(self) -> None:
        """Raises LinkExistsError when a submitted document refers to this one (on cancel)."""
        if not self.flags.ignore_links:
            from frappe.model.delete_doc import check_if_doc_is_dynamically_linked, check_if_doc_is_linked

            check_if_doc_is_linked(self, method="Cancel")
            check_if_doc_is_dynamically_linked(self, method="Cancel")

    def validate_amended_from(self) -> None:
        if frappe.db.get_value(self.doctype, self.get("amended_from"), "docstatus") != 2:
            text = _(
                "{0} cannot be amended because it is not cancelled. "
                "Please cancel the document before creating an amendment."
            )
            link = frappe.utils.get_link_to_form(self.doctype, self.get("amended_from"))
            frappe.throw(text.format(link), title=_("Amendment Not Allowed"))


def _without_stamps(row: Any) -> dict:
    values = row.as_dict(convert_dates_to_str=True)
    return {key: value for key, value in values.items() if key not in ("modified", "modified_by", "creation")}


def _refuse_locked_changes(doc: Any, stored: Any) -> None:
    """Compare a submitted document (or row) with its stored self."""
    values = stored.as_dict()
    for df in doc.meta.fields:
        if df.allow_on_submit or df.is_virtual or df.fieldname not in values:
            continue
        value, old = doc.get(df.fieldname), values[df.fieldname]
        if not (value or old):
            continue
        if df.fieldtype in table_fields:
            value, old = len(value or ()), len(old or ())
        else:
            value = doc.get_value(df.fieldname)
        if isinstance(value, datetime.timedelta) and isinstance(old, datetime.time):
            old = get_timedelta(cstr(old))
        if value != old:
            _refuse(doc, df, old, value)


def _refuse(doc: Any, df: Any, old: Any, value: Any) -> None:
    text = _("{0} Not allowed to change {1} after submission from {2} to {3}")
    prefix = f"Row #{doc.idx}:" if doc.get("parent") else ""
    message = text.format(prefix, frappe.bold(_(df.label or df.fieldname)), frappe.bold(old), frappe.bold(value))
    frappe.throw(message, frappe.UpdateAfterSubmitError, title=_("Cannot Update After Submit"))
