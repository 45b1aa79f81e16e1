"""Do the linked documents exist, and what is to be copied from them: one query per linked DocType and document."""

from typing import Any

import frappe
from frappe import _
from frappe.model.docstatus import DocStatus
from frappe.types import _dict
from frappe.utils import cstr, strip_html
from frappe.utils.html_utils import unescape_html


class _Link:
    """One filled link field of a document or row."""

    __slots__ = ("df", "doctype", "fetch", "meta", "name", "position", "row", "submittable")

    def __init__(self, row: Any, df: Any, position: int, submittable: bool):
        self.row, self.df, self.position, self.submittable = row, df, position, submittable
        self.name = row.get(df.fieldname)
        self.doctype = df.options if df.fieldtype == "Link" else row.get(df.options)
        if not self.doctype:
            if df.fieldtype == "Link":
                frappe.throw(_("Options not set for link field {0}").format(df.fieldname))
            frappe.throw(_("{0} must be set first").format(row.meta.get_label(df.options)))
        self.meta = _meta_of(self.doctype, row, df)
        self.fetch = row.meta.get_fields_to_fetch(df.fieldname) if df.fieldtype == "Link" else []

    @property
    def checks_docstatus(self) -> bool:
        return self.submittable and self.meta.is_submittable and self.df.fieldname != "amended_from"

    def message(self) -> str:
        label = _(self.df.label or self.df.fieldname)
        if self.row.get("parentfield"):
            return "{} #{}: {}: {}".format(_("Row"), self.row.idx, label, self.name)
        return f"{label}: {self.name}"


def _meta_of(doctype: Any, row: Any, df: Any) -> Any:
    if not isinstance(doctype, str) or frappe.modules.read_doctype_json(doctype) is None:
        label = row.meta.get_label(df.options) if df.fieldtype == "Dynamic Link" else df.label
        frappe.throw(_("Could not find {0}").format(f"{_(label)}: {doctype}"), frappe.LinkValidationError)
    return frappe.get_meta(doctype)


# field, name in it, message
Finding = tuple[str, Any, str]


def check_links(rows: list[Any], is_submittable: bool) -> tuple[list[Finding], list[Finding]]:
    """Fill fetched fields of `rows` (a document and its rows); answers what was not found and what is cancelled."""
    invalid: list[_Link] = []
    cancelled: list[_Link] = []
    for fields in _rounds(rows):
        links = [
            _Link(row, df, position, bool(is_submittable or row.meta.is_submittable))
            for position, row, df in fields
            if row.get(df.fieldname)
        ]
        found = _read(links)
        for link in links:
            values = found[link.doctype].get(_key(link.name))
            if values is None:
                invalid.append(link)
                continue
            _apply(link, values)
            if link.checks_docstatus and values.get("docstatus") == DocStatus.CANCELLED:
                cancelled.append(link)
    return _findings(invalid), _findings(cancelled)


def _findings(links: list[_Link]) -> list[Finding]:
    """In the order of fields and rows."""
    return [(link.df.fieldname, link.name, link.message()) for link in sorted(links, key=lambda link: link.position)]


def _rounds(rows: list[Any]) -> list[list[tuple[int, Any, Any]]]:
    """Link fields in the order in which they can be read: those fetched from another link come after it."""
    rounds: dict[int, list] = {}
    position = 0
    for row in rows:
        meta = row.meta
        for df in [*meta.get_link_fields(), *meta.get_dynamic_link_fields()]:
            position += 1
            rounds.setdefault(_depth(meta, df), []).append((position, row, df))
    return [rounds[depth] for depth in sorted(rounds)]


def _depth(meta: Any, df: Any, limit: int = 5) -> int:
    source = meta.get_field(df.fetch_from.split(".", 1)[0]) if df.fetch_from else None
    return 0 if source is None or not limit else 1 + _depth(meta, source, limit - 1)


def _key(name: Any) -> str:
    return cstr(name).rstrip().casefold()


def _read(links: list[_Link]) -> dict[str, dict[str, dict]]:
    """Linked rows by DocType and folded name."""
    by_doctype: dict[str, list[_Link]] = {}
    for link in links:
        by_doctype.setdefault(link.doctype, []).append(link)
    return {doctype: _read_doctype(doctype, group) for doctype, group in by_doctype.items()}


def _read_doctype(doctype: str, group: list[_Link]) -> dict[str, dict]:
    names = {cstr(link.name) for link in group}
    columns = {df.fetch_from.split(".", 1)[1] for link in group for df in link.fetch}
    meta = group[0].meta
    for link in group:
        for df in link.fetch:
            _check_source(meta, df)
    if meta.issingle:
        values = frappe.db.get_singles_dict(doctype) if columns else {}
        return {_key(name): _dict({**values, "name": doctype}) for name in names}
    if doctype == "DocType" and not columns:
        return {_key(name): _dict(name=name) for name in names if frappe.modules.read_doctype_json(name)}
    if any(link.checks_docstatus for link in group):
        columns.add("docstatus")
    seen = _seen() if not columns else {}
    known = {name: seen[doctype, name] for name in names if (doctype, name) in seen}
    missing = sorted(names - set(known))
    rows = _select(doctype, missing, columns) if missing else []
    if not columns:
        seen.update({(doctype, row.name): row for row in rows})
    out = {_key(row.name): row for row in [*known.values(), *rows]}
    out.update({_key(row.name): row for row in rows if row.name in names})  # an exact match wins
    return out


def _check_source(meta: Any, df: Any) -> None:
    from frappe.model.meta import get_default_df

    column = df.fetch_from.split(".", 1)[1]
    if not get_default_df(column) and not (meta.has_field(column) and column in meta.get_valid_columns()):
        message = _('Please check the value of "Fetch From" set for field {0}').format(frappe.bold(df.label))
        frappe.throw(message, title=_("Wrong Fetch From value"))


def _select(doctype: str, names: list[str], columns: set[str]) -> list[_dict]:
    wanted = ", ".join(f"`{column}`" for column in ["name", *sorted(columns - {"name"})])
    marks = ", ".join(["%s"] * len(names))
    return frappe.db.sql(f"SELECT {wanted} FROM `tab{doctype}` WHERE `name` IN ({marks})", names, as_dict=True)


def _seen() -> dict[tuple[str, str], _dict]:
    """Names found in this transaction: the next document of the same transaction need not ask again."""
    seen = getattr(frappe.local, "seen_links", None)
    if seen is None:
        seen = frappe.local.seen_links = {}
        frappe.db.after_commit.add(forget_links)
        frappe.db.after_rollback.add(forget_links)
    return seen


def forget_links() -> None:
    """Ask the database again: called when names go away (delete, rename) and at the end of the transaction."""
    frappe.local.seen_links = None


def _apply(link: _Link, values: dict) -> None:
    row = link.row
    if not link.df.is_virtual:
        setattr(row, link.df.fieldname, values["name"])
    for df in link.fetch:
        if df.fetch_if_empty and row.get(df.fieldname):
            continue
        if row.is_new() or not row.docstatus.is_submitted() or df.allow_on_submit:
            _set_fetched(link.meta, row, df, values[df.fetch_from.split(".", 1)[1]])


def _set_fetched(meta: Any, row: Any, df: Any, value: Any) -> None:
    if value and df.fieldtype in ("Small Text", "Text", "Data"):
        source = meta.get_field(df.fetch_from.split(".", 1)[1])
        if source and source.fieldtype == "Text Editor":
            value = unescape_html(strip_html(value))
    setattr(row, df.fieldname, value)
