"""Values of a document as people read them, and the decimals of its numbers."""

from typing import Any

import frappe
from frappe import _
from frappe.model import float_like_fields
from frappe.utils import cast


class Presentation:
    """Precision, formatting and print rules of single fields."""

    def precision(self, fieldname: str, parentfield: Any = None) -> int | None:
        """Decimals of a number field (of this document, or of a row of `parentfield`)."""
        from frappe.model.meta import get_field_precision

        if parentfield and not isinstance(parentfield, str) and parentfield.get("parentfield"):
            parentfield = parentfield.parentfield
        cache = self.__dict__.setdefault("_precision", {})
        key = (parentfield or "main", fieldname)
        if key not in cache:
            has_table = isinstance(parentfield, str) and parentfield and self.meta.has_field(parentfield)
            meta = frappe.get_meta(self.meta.get_field(parentfield).options) if has_table else self.meta
            df = meta.get_field(fieldname)
            cache[key] = get_field_precision(df, self) if df.fieldtype in float_like_fields else None
        return cache[key]

    def get_formatted(
        self,
        fieldname: str,
        doc: Any = None,
        currency: str | None = None,
        absolute_value: bool = False,
        translated: bool = False,
        format: str | None = None,
    ) -> str:
        """Value as people read it."""
        from frappe.model.meta import get_default_df
        from frappe.utils.formatters import format_value

        df = self.meta.get_field(fieldname) or get_default_df(fieldname)
        value = self.get(fieldname)
        if df and df.fieldtype == "Currency" and not currency and df.get("options") and self.get(df.options):
            currency = self.get(df.options)
        if translated:
            value = _(value)
        doc = doc or getattr(self, "parent_doc", None) or self
        if (absolute_value or doc.get("absolute_value")) and isinstance(value, int | float):
            value = abs(value)
        return format_value(value, df=df, doc=doc, currency=currency, format=format)

    def get_value(self, fieldname: str) -> Any:
        """Value cast to the field's type."""
        return self.cast(self.get(fieldname), self.meta.get_field(fieldname))

    def cast(self, value: Any, df: Any) -> Any:
        return cast(df.fieldtype, value)
