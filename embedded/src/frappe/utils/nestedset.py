"""Trees of documents as nested sets: `lft` and `rgt` of a node enclose those of all nodes below it.

After a change the numbers of the whole tree are reckoned anew and the rows that changed are written; trees here are
small (groups, territories), and a tree that was damaged heals with the next change.
"""

from collections import defaultdict
from typing import Any

import frappe
from frappe.exceptions import ValidationError
from frappe.model.document import Document


class NestedSetRecursionError(ValidationError):
    """A node would stand below itself."""


class NestedSetChildExistsError(ValidationError):
    """A node that has nodes below it cannot be deleted."""


def rebuild_tree(doctype: str, parent_field: str) -> dict[str, tuple[int, int]]:
    """Reckon `lft` and `rgt` of all nodes: siblings keep their order, new ones come last. Returns them by name.

    Raises NestedSetRecursionError when the parents form a ring.
    """
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.name, table[parent_field], table.lft, table.rgt)
    rows = query.orderby(table.creation).for_update().run()
    numbers = _number(rows)
    for name, _parent, lft, rgt in rows:
        if (lft, rgt) != numbers[name]:
            values = dict(zip(("lft", "rgt"), numbers[name], strict=True))
            frappe.db.set_value(doctype, name, values, update_modified=False)
    return numbers


def _number(rows: Any) -> dict[str, tuple[int, int]]:
    names = {row[0] for row in rows}
    below: dict[str | None, list[str]] = defaultdict(list)
    for name, parent, _lft, _rgt in sorted(rows, key=lambda row: row[2] or 1 << 60):
        below[parent if parent in names else None].append(name)
    numbers: dict[str, tuple[int, int]] = {}
    counter = 0
    waiting: list[tuple[str, int]] = [(name, 0) for name in reversed(below[None])]
    while waiting:
        name, left = waiting.pop()
        counter += 1
        if left:
            numbers[name] = (left, counter)
        else:
            waiting.append((name, counter))
            waiting.extend((child, 0) for child in reversed(below[name]))
    if len(numbers) != len(names):
        frappe.throw(frappe._("Item cannot be added to its own descendants"), NestedSetRecursionError)
    return numbers


class NestedSet(Document):
    """Base class of documents that form a tree through their field `parent_<doctype>`."""

    @property
    def nsm_parent_field(self) -> str:
        """The field with the node above."""
        return self.meta.get("nsm_parent_field") or f"parent_{frappe.scrub(self.doctype)}"

    def on_update(self) -> None:
        self.lft, self.rgt = rebuild_tree(self.doctype, self.nsm_parent_field)[self.name]
        if self.meta.has_field("old_parent"):
            self.db_set("old_parent", self.get(self.nsm_parent_field) or "", update_modified=False)
        frappe.clear_document_cache(self.doctype)
        if self.meta.has_field("is_group") and not self.get("is_group") and self._has_nodes_below():
            message = frappe._("{0} {1} cannot be a leaf node as it has children")
            frappe.throw(message.format(frappe._(self.doctype), self.name))

    def on_trash(self) -> None:
        """Only leaves may go, and the root only as the last. Raises NestedSetChildExistsError."""
        if not self.get(self.nsm_parent_field) and self.get("is_group") and frappe.db.count(self.doctype) > 1:
            frappe.throw(frappe._("Root {0} cannot be deleted").format(frappe._(self.doctype)))
        if self._has_nodes_below():
            message = frappe._("Cannot delete {0} as it has child nodes").format(self.name)
            frappe.throw(message, NestedSetChildExistsError)

    def _has_nodes_below(self) -> bool:
        return bool(frappe.db.exists(self.doctype, {self.nsm_parent_field: self.name}))
