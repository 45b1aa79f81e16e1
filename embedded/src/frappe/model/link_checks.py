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
    """Linked rows by DocType and folded name; those of which only the name matters in one statement for all."""
    by_doctype: dict[str, list[_Link]] = {}
    for link in links:
        by_doctype.setdefault(link.doctype, []).append(link)
    found: dict[str, dict[str, dict]] = {}
    names_only: dict[str, set[str]] = {}
    for doctype, group in by_doctype.items():
        names, columns = {cstr(link.name) for link in group}, _columns(group)
        if group[0].meta.issingle:
            values = frappe.db.get_singles_dict(doctype) if columns else {}
            found[doctype] = {_key(name): _dict({**values, "name": doctype}) for name in names}
        elif doctype == "DocType" and not columns:
            existing = filter(frappe.modules.read_doctype_json, names)
            found[doctype] = {_key(name): _dict(name=name) for name in existing}
        elif columns or group[0].meta.autoname == "autoincrement":  # numbers as names stay numbers
            found[doctype] = _by_name(names, _select(doctype, names, columns))
        else:
            names_only[doctype] = names
    return found | _read_names(names_only)


def _columns(group: list[_Link]) -> set[str]:
    """What is wanted of the linked rows of one DocType beside their names."""
    for link in group:
        for df in link.fetch:
            _check_source(link.meta, df)
    columns = {df.fetch_from.split(".", 1)[1] for link in group for df in link.fetch}
    if any(link.checks_docstatus for link in group):
        columns.add("docstatus")
    return columns


def _read_names(wanted: dict[str, set[str]]) -> dict[str, dict[str, dict]]:
    """Which of the names exist, by DocType; names found before in this transaction are not asked for again."""
    memory = frappe.db.memory
    missing = {
        doctype: unknown
        for doctype, names in wanted.items()
        if (unknown := sorted(name for name in names if not memory.has_name(doctype, name)))
    }
    rows: dict[str, list[_dict]] = {}
    for doctype, name in _select_names(missing):
        rows.setdefault(doctype, []).append(_dict(name=name))
    for doctype, found in rows.items():
        memory.remember_names(doctype, [row.name for row in found])
    for doctype, names in wanted.items():
        known = names - set(missing.get(doctype, ()))
        rows.setdefault(doctype, []).extend(_dict(name=name) for name in known)
    return {doctype: _by_name(names, rows[doctype]) for doctype, names in wanted.items()}


def _select_names(wanted: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(DocType, name) for those that exist."""
    if not wanted:
        return []
    parts, values = [], []
    for doctype, names in wanted.items():
        parts.append(f"SELECT %s, `name` FROM `tab{doctype}` WHERE `name` IN ({', '.join(['%s'] * len(names))})")
        values += [doctype, *names]
    return frappe.db.sql(" UNION ALL ".join(parts), values)


def _by_name(names: set[str], rows: list[_dict]) -> dict[str, dict]:
    out = {_key(row.name): row for row in rows}
    out.update({_key(row.name): row for row in rows if row.name in names})  # an exact match wins
    return out


def _check_source(meta: Any, df: Any) -> None:
    from frappe.model.meta import get_default_df

    column = df.fetch_from.split(".", 1)[1]
    if not get_default_df(column) and not (meta.has_field(column) and column in meta.get_valid_columns()):
        message = _('Please check the value of "Fetch From" set for field {0}').format(frappe.bold(df.label))
        frappe.throw(message, title=_("Wrong Fetch From value"))


def _select(doctype: str, names: set[str], columns: set[str]) -> list[_dict]:
    wanted = ", ".join(f"`{column}`" for column in ["name", *sorted(columns - {"name"})])
    marks = ", ".join(["%s"] * len(names))
    values = sorted(names)
    rows = frappe.db.sql(f"SELECT {wanted} FROM `tab{doctype}` WHERE `name` IN ({marks})", values, as_dict=True)
    frappe.db.memory.remember_names(doctype, [row.name for row in rows])
    return rows


def link_exists(doctype: str, name: str) -> bool:
    """Whether a document exists, asked once per transaction."""
    memory = frappe.db.memory
    if memory.has_name(doctype, name):
        return True
    found = frappe.db.exists(doctype, name)
    if found and found == name:
        memory.remember_names(doctype, [name])
    return bool(found)


def forget_links() -> None:
    """Ask the database again: called when names go away (delete, rename)."""
    frappe.db.memory.clear()


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
