"""Questions one may ask a Meta."""

from typing import Any

import frappe
from frappe.model import NO_VALUE_FIELDS


class MetaQueries:
    """Read-only helpers of `Meta`; every list is in the order of the form."""

    def _of_type(self, *types: str) -> list:
        return [df for fieldtype in types for df in self._by_type.get(fieldtype, ())]

    def get_link_fields(self) -> list:
        return [df for df in self._of_type("Link") if df.options != "[Select]"]

    def get_data_fields(self) -> list:
        return self._of_type("Data")

    def get_phone_fields(self) -> list:
        return self._of_type("Phone")

    def get_dynamic_link_fields(self) -> list:
        return self._of_type("Dynamic Link")

    def get_select_fields(self) -> list:
        return [df for df in self._of_type("Select") if df.options not in ("[Select]", "Loading...")]

    def get_code_fields(self) -> list:
        return self._of_type("Code")

    def get_set_only_once_fields(self) -> list:
        names = {df.fieldname for df in self._set_only_once}
        return [*self._set_only_once, *(df for df in self.standard_set_once_fields if df.fieldname not in names)]

    def get_table_fields(self) -> list:
        return self._table_fields

    def get_valid_columns(self) -> list[str]:
        """Standard and data columns of the table."""
        return self._valid_columns

    def get_valid_fields(self) -> list[str]:
        """As `get_valid_columns`, with virtual fields."""
        return self._valid_fields

    def get_field(self, fieldname: str) -> Any:
        return self._fields.get(fieldname)

    def has_field(self, fieldname: str) -> bool:
        return fieldname in self._fields

    def get_label(self, fieldname: str) -> str:
        from frappe.model.meta import DEFAULT_FIELD_LABELS

        if df := self._fields.get(fieldname):
            return df.get("label")
        label = DEFAULT_FIELD_LABELS.get(fieldname)
        return frappe._(label) if label else "No Label"

    def get_options(self, fieldname: str) -> Any:
        return self._fields[fieldname].options

    def get_search_fields(self) -> list[str]:
        fields = [name.strip() for name in (self.search_fields or "name").split(",")]
        return fields if "name" in fields else [*fields, "name"]

    def get_fields_to_fetch(self, link_fieldname: str | None = None) -> list:
        """Fields whose `fetch_from` copies from the document behind `link_fieldname` (or behind any link)."""
        if not link_fieldname:
            links = {df.fieldname for df in self.get_link_fields()}
            return [df for df in self._fetching if df.fetch_from.split(".", 1)[0] in links]
        return [df for df in self._fetching if df.fetch_from.split(".", 1)[0] == link_fieldname]

    def get_title_field(self) -> str:
        return self.title_field or ("title" if self.has_field("title") else "name")

    def get_workflow(self) -> str:
        from frappe.model.workflow import get_workflow_name

        return get_workflow_name(self.name)

    def get_naming_series_options(self) -> list[str]:
        df = self._fields.get("naming_series")
        return (df.options or "").split("\n") if df else []

    def get_fieldnames_with_value(self, with_field_meta: bool = False, with_virtual_fields: bool = False) -> list:
        fields = [
            df
            for df in self.fields
            if df.fieldtype not in NO_VALUE_FIELDS and (with_virtual_fields or not df.is_virtual)
        ]
        return fields if with_field_meta else [df.fieldname for df in fields]

    def get_high_permlevel_fields(self) -> list:
        return self._high_permlevel

    @property
    def high_permlevel_fields(self) -> list:
        return self._high_permlevel

    def get_permitted_fieldnames(
        self,
        parenttype: str | None = None,
        *,
        user: str | None = None,
        permission_type: str | None = "read",
        with_virtual_fields: bool = True,
    ) -> list[str]:
        """Fields at the permission levels that the user has; all fields when the DocType has no permissions."""
        if self.istable and not parenttype:
            return []
        if not permission_type:
            permission_type = "select" if frappe.only_has_select_perm(self.name, user=user) else "read"
        if permission_type == "select":
            return self.get_search_fields()
        if not self.get_permissions(parenttype=parenttype):
            return self.get_fieldnames_with_value()
        levels = set(self.get_permlevel_access(permission_type, parenttype, user=user))
        if 0 not in levels and permission_type == "read" and _has_share(self.name, user, permission_type):
            levels.add(0)
        fields = self.get_fieldnames_with_value(with_field_meta=True, with_virtual_fields=with_virtual_fields)
        return [df.fieldname for df in fields if (df.permlevel or 0) in levels]

    def get_permlevel_access(
        self, permission_type: str = "read", parenttype: str | None = None, *, user: str | None = None
    ) -> list[int]:
        roles = set(frappe.get_roles(user))
        granted = (
            p.permlevel or 0 for p in self.get_permissions(parenttype) if p.role in roles and p.get(permission_type)
        )
        return list(dict.fromkeys(granted))

    def get_permissions(self, parenttype: str | None = None) -> list:
        return frappe.get_meta(parenttype).permissions if self.istable and parenttype else self.permissions

    def is_nested_set(self) -> bool:
        return self.has_field("lft") and self.has_field("rgt")


def _has_share(doctype: str, user: str | None, right: str) -> bool:
    from frappe.share import get_shared

    return bool(get_shared(doctype, user, rights=[right], limit=1))
