"""Types that apps import from `frappe.types`."""

from collections.abc import Mapping, Sequence
from typing import Any

from frappe.types.frappedict import _dict

FilterTuple = tuple[str, str, str, Any] | tuple[str, str, Any]
FilterSignature = str | int | Mapping[str, Any] | Sequence[Any]
Filters = list[Any]

__all__ = ["FilterSignature", "FilterTuple", "Filters", "_dict"]
