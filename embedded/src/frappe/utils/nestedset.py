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


def _parent_field(doctype: str) -> str:
    return frappe.get_meta(doctype).get("nsm_parent_field") or f"parent_{frappe.scrub(doctype)}"


def rebuild_tree(doctype: str, parent_field: str | None = None) -> dict[str, tuple[int, int]]:
    """Reckon `lft` and `rgt` of all nodes: siblings keep their order, new ones come last. Returns them by name.

    Raises NestedSetRecursionError when the parents form a ring.
    """
    parent_field = parent_field or _parent_field(doctype)
    table = frappe.qb.DocType(doctype)
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table[parent_field], table.lft, table.rgt)
        .orderby(table.creation)
        .for_update()
        .run()
    )
    numbers = _number(rows)
    for name, _parent, lft, rgt in rows:
        if (lft, rgt) != numbers[name]:
            frappe.db.set_value(
                doctype, name, {"lft": numbers[name][0], "rgt": numbers[name][1]}, update_modified=False
            )
    return numbers


def _number(rows: Any) -> dict[str, tuple[int, int]]:
    names = {row[0] for row in rows}
    below: dict[str | None, list[str]] = defaultdict(list)
    for name, parent, _lft, _rgt in sorted(rows, key=lambda row: row[2] or 1 << 60):
        below[parent if parent in names else None].append(name)
    numbers: dict[str, tuple[int, int]] = {}
    counter = 0
    path: list[tuple[str, int]] = []
    waiting = list(reversed(below[None]))
    while waiting or path:
        if waiting and (not path or waiting[-1] in below[path[-1][0]]):
            counter += 1
            name = waiting.pop()
            path.append((name, counter))
            waiting.extend(reversed(below[name]))
        else:
            counter += 1
            name, left = path.pop()
            numbers[name] = (left, counter)
    if len(numbers) != len(names):
        frappe.throw(frappe._("Item cannot be added to its own descendants"), NestedSetRecursionError)
    return numbers


def update_nsm(doc: Any) -> None:
    """Put a saved node in its place."""
    numbers = rebuild_tree(doc.doctype, getattr(doc, "nsm_parent_field", None))
    doc.lft, doc.rgt = numbers[doc.name]
    if doc.meta.has_field("old_parent"):
        doc.db_set("old_parent", doc.get(doc.nsm_parent_field) or "", update_modified=False)
    frappe.clear_document_cache(doc.doctype)


class NestedSet(Document):
    """Base class of documents that form a tree through their field `parent_<doctype>`."""

    @property
    def nsm_parent_field(self) -> str:
        """The field with the node above."""
        return _parent_field(self.doctype)

    def on_update(self) -> None:
        """Keep the tree in order."""
        update_nsm(self)
        self.validate_ledger()

    def on_trash(self, allow_root_deletion: bool = False) -> None:
        """Only leaves may go, and the root only when told so. Raises NestedSetChildExistsError."""
        if not allow_root_deletion and not self.get(self.nsm_parent_field) and self.get("is_group"):
            others = frappe.db.count(self.doctype)
            if others > 1:
                frappe.throw(frappe._("Root {0} cannot be deleted").format(frappe._(self.doctype)))
        if frappe.db.exists(self.doctype, {self.nsm_parent_field: self.name}):
            message = frappe._("Cannot delete {0} as it has child nodes").format(self.name)
            frappe.throw(message, NestedSetChildExistsError)

    def validate_ledger(self, group_identifier: str = "is_group") -> None:
        """A node with nodes below it must be a group."""
        if self.meta.has_field(group_identifier) and not self.get(group_identifier):
            if frappe.db.exists(self.doctype, {self.nsm_parent_field: self.name}):
                message = frappe._("{0} {1} cannot be a leaf node as it has children")
                frappe.throw(message.format(frappe._(self.doctype), self.name))


def get_ancestors_of(doctype: str, name: str, order_by: str = "lft desc", limit: int | None = None) -> list[str]:
    """Names of the nodes above a node."""
    lft, rgt = frappe.db.get_value(doctype, name, ["lft", "rgt"])
    filters = {"lft": ["<", lft], "rgt": [">", rgt]}
    return frappe.get_all(doctype, filters=filters, pluck="name", order_by=order_by, limit_page_length=limit or 0)


def get_descendants_of(
    doctype: str, name: str, order_by: str = "lft desc", limit: int | None = None, ignore_permissions: bool = False
) -> list[str]:
    """Names of the nodes below a node."""
    lft, rgt = frappe.db.get_value(doctype, name, ["lft", "rgt"])
    read = frappe.get_all if ignore_permissions else frappe.get_list
    filters = {"lft": [">", lft], "rgt": ["<", rgt]}
    return read(doctype, filters=filters, pluck="name", order_by=order_by, limit_page_length=limit or 0)
