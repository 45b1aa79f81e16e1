"""Search for link fields."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.model.db_query import get_order_by
from frappe.utils import cint, cstr

TEXT_TYPES = frozenset(
    ("Data", "Text", "Small Text", "Long Text", "Link", "Select", "Read Only", "Text Editor", "Autocomplete")
)
MAX_PAGE = 500


@frappe.whitelist()
def search_link(
    doctype: str,
    txt: str,
    query: str | None = None,
    filters: str | dict | list | None = None,
    page_length: int = 10,
    searchfield: str | None = None,
    reference_doctype: str | None = None,
    ignore_user_permissions: bool = False,
) -> list[dict]:
    """Documents to link to: {value, description[, label]}."""
    rows = search_widget(
        doctype,
        txt.strip(),
        query,
        searchfield=searchfield,
        page_length=page_length,
        filters=filters,
        reference_doctype=reference_doctype,
        ignore_user_permissions=ignore_user_permissions,
    )
    return [_suggestion(list(row), frappe.get_meta(doctype)) for row in rows]


def _suggestion(row: list, meta: Any) -> dict:
    label = None
    if meta.show_title_field_in_link:
        # The second column is the title then; the name takes its place in the description.
        label = row[1] if len(row) > 1 else row[0]
        rest = [part for i, part in enumerate(row[2:]) if i or part != label]
        row = [row[0], row[0], *rest]
    texts = (_(cstr(part)) if meta.translated_doctype else cstr(part) for part in row[1:] if part)
    found = {"value": row[0], "description": ", ".join(dict.fromkeys(texts))}
    if label:
        found["label"] = label
    return found


def sanitize_searchfield(searchfield: str | None) -> None:
    """Raise DataError when a search field cannot be a column name."""
    if searchfield and not searchfield.isidentifier():
        frappe.throw(_("Invalid Search Field {0}").format(searchfield), frappe.DataError)


@frappe.whitelist()
def search_widget(
    doctype: str,
    txt: str,
    query: str | None = None,
    searchfield: str | None = None,
    start: int = 0,
    page_length: int = 10,
    filters: str | dict | list | None = None,
    filter_fields: str | list | None = None,
    as_dict: bool = False,
    reference_doctype: str | None = None,
    ignore_user_permissions: bool = False,
) -> list:
    """Rows (name, title, search fields) that contain the text; a whitelisted `query` function may replace it."""
    filters = json.loads(filters) if isinstance(filters, str) else filters
    sanitize_searchfield(searchfield)
    query = query or (frappe.get_hooks("standard_queries") or {}).get(doctype, [None])[-1]
    if query:
        function = frappe.get_attr(query)
        frappe.is_whitelisted(function)
        return frappe.call(
            function, doctype, txt, searchfield or "name", start, page_length, filters,
            as_dict=as_dict, reference_doctype=reference_doctype, ignore_user_permissions=ignore_user_permissions,
        )
    fields = _columns(frappe.get_meta(doctype), searchfield, filter_fields)
    rows = _matching_rows(doctype, txt, fields, filters, cint(start), cint(page_length), {
        "ignore_permissions": _may_ignore(doctype, ignore_user_permissions, reference_doctype),
        "reference_doctype": reference_doctype,
    })
    return rows if as_dict else [tuple(row.values()) for row in rows]


def _may_ignore(doctype: str, ignore_user_permissions: bool, reference_doctype: str | None) -> bool:
    if doctype == "DocType":
        return True
    if not cint(ignore_user_permissions):
        return False
    right = "select" if frappe.only_has_select_perm(doctype) else "read"
    return bool(frappe.has_permission(doctype, right, parent_doctype=reference_doctype))


def _columns(meta: Any, searchfield: str | None, filter_fields: str | list | None) -> list[str]:
    fields = ["name", meta.title_field, searchfield, *_search_fields(meta)]
    fields += json.loads(filter_fields) if isinstance(filter_fields, str) else filter_fields or []
    return list(dict.fromkeys(f for f in fields if f))


def _search_fields(meta: Any) -> list[str]:
    return [f.strip() for f in (meta.search_fields or "").split(",") if f.strip()]


def _matching_rows(
    doctype: str, txt: str, fields: list[str], filters: Any, start: int, page_length: int, options: dict
) -> list[dict]:
    """One page, best first: names that start with the text, then its position in the name, then the usual order."""
    meta = frappe.get_meta(doctype)
    columns = [f"`tab{doctype}`.`{f}`" for f in fields]
    if meta.show_title_field_in_link and meta.title_field:
        columns.insert(1, f"`tab{doctype}`.`{meta.title_field}` as `label`")
    conditions = _as_list(doctype, filters) + _only_enabled(doctype, meta)
    or_filters = _text_filters(doctype, meta, txt)
    order_by = f"`tab{doctype}`.`idx` desc, {get_order_by(doctype, meta)}"
    common = {"filters": conditions, "or_filters": or_filters, "order_by": order_by, "strict": False, **options}
    if txt and not meta.translated_doctype:
        rows = _ranked_page(doctype, txt, columns, common, start, page_length)
    else:
        paging = {} if meta.translated_doctype else {"limit_start": start, "limit_page_length": page_length}
        rows = frappe.get_list(doctype, fields=columns, **(paging or {"limit_page_length": MAX_PAGE}), **common)
    if meta.translated_doctype:
        rows = [r for r in rows if any(txt.lower() in _(cstr(v)).lower() for v in r.values())]

    def rank(row: dict) -> tuple[bool, str]:
        name = cstr(_(row["name"]))
        return (not name.casefold().startswith(txt.casefold()), name)

    return sorted(rows, key=rank)


def _ranked_page(doctype: str, txt: str, columns: list[str], common: dict, start: int, page_length: int) -> list[dict]:
    """The position of the text in the name decides what stands on the page, before any other order."""
    wanted = txt.replace("%", "").replace("@", "").casefold()
    candidates = frappe.get_list(doctype, fields=["name"], limit_page_length=MAX_PAGE, **common)

    def position(row: dict) -> int:
        found = cstr(row["name"]).casefold().find(wanted)
        return found if found >= 0 else MAX_PAGE * 1000

    names = [row["name"] for row in sorted(candidates, key=position)][start : start + page_length]
    if not names:
        return []
    options = {**common, "filters": [*common["filters"], [doctype, "name", "in", names]]}
    rows = {row["name"]: row for row in frappe.get_list(doctype, fields=columns, limit_page_length=0, **options)}
    return [rows[name] for name in names if name in rows]


def _as_list(doctype: str, filters: Any) -> list:
    if isinstance(filters, dict):
        pairs = ((key, v if isinstance(v, list | tuple) else ("=", v)) for key, v in filters.items())
        return [[doctype, key, *condition] for key, condition in pairs]
    return list(filters or [])


def _only_enabled(doctype: str, meta: Any) -> list:
    found = []
    for fieldname, operator in (("enabled", "="), ("disabled", "!=")):
        field = meta.get_field(fieldname)
        if field and field.fieldtype == "Check":
            found.append([doctype, fieldname, operator, 1])
    return found


def _text_filters(doctype: str, meta: Any, txt: str) -> list:
    if not txt or meta.translated_doctype:
        return []
    found = [[doctype, "name", "like", f"%{txt}%"]]
    for fieldname in dict.fromkeys(filter(None, (meta.title_field, *_search_fields(meta)))):
        field = meta.get_field(fieldname)
        if field and field.fieldtype in TEXT_TYPES:
            found.append([doctype, fieldname, "like", f"%{txt}%"])
    return found


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
    """What a link field shows for a document: its title where the DocType says so, else its name."""
    meta = frappe.get_meta(doctype)
    if not (meta.show_title_field_in_link and meta.title_field):
        return docname
    if not frappe.has_permission(doctype, "read", doc=docname) and not frappe.has_permission(doctype, "select"):
        return docname
    return frappe.db.get_value(doctype, docname, meta.title_field)
