"""Tags: `_user_tags` of a document, with a Tag and a Tag Link per use."""

from typing import Any

import frappe
from frappe.model.document import Document


class Tag(Document):
    pass


@frappe.whitelist()
def add_tag(tag: str, dt: str, dn: str, color: str | None = None) -> str:
    """Tag a document that the user may write; answers the tag."""
    DocTags(dt).add(dn, tag)
    return tag


@frappe.whitelist()
def remove_tag(tag: str, dt: str, dn: str) -> None:
    """Take a tag off a document."""
    DocTags(dt).remove(dn, tag)


class DocTags:
    """Tags of the documents of one DocType."""

    def __init__(self, dt: str) -> None:
        self.dt = dt

    def get_tags(self, dn: str) -> str:
        """The document's tags, separated by commas."""
        return (frappe.db.get_value(self.dt, dn, "_user_tags") or "").strip()

    def add(self, dn: str, tag: str) -> None:
        tags = self.get_tags(dn).split(",")
        if tag in tags:
            return
        if not frappe.db.exists("Tag", tag):
            frappe.get_doc({"doctype": "Tag", "name": tag}).insert(ignore_permissions=True)
        self.update(dn, [*tags, tag])

    def remove(self, dn: str, tag: str) -> None:
        self.update(dn, [t for t in self.get_tags(dn).split(",") if t.lower() != tag.lower()])

    def remove_all(self, dn: str) -> None:
        self.update(dn, [])

    def update(self, dn: str, tags: list[str]) -> None:
        """Store the tags; needs the right to write the document."""
        doc = frappe.get_doc(self.dt, dn)
        doc.check_permission("write")
        tags = list(dict.fromkeys(t.strip() for t in tags if t.strip()))
        frappe.db.set_value(self.dt, dn, "_user_tags", ",".join(tags), update_modified=False)
        _sync_links(doc, set(tags))


def _sync_links(doc: Any, tags: set[str]) -> None:
    of_document = {"document_type": doc.doctype, "document_name": doc.name}
    existing = set(frappe.get_all("Tag Link", filters=of_document, pluck="tag"))
    for tag in sorted(tags - existing):
        link = {"doctype": "Tag Link", **of_document, "title": doc.get_title() or "", "tag": tag}
        frappe.get_doc(link).insert(ignore_permissions=True)
    for tag in existing - tags:
        frappe.db.delete("Tag Link", {**of_document, "tag": tag})
