"""Printing a document: its print format (Jinja of an administrator) or the layout that its DocType describes."""

from typing import Any

import nh3

import frappe
from frappe import _
from frappe.utils.data import cint, cstr, strip_html
from frappe.utils.pdf import get_pdf

STANDARD_TEMPLATE = "templates/print_formats/standard.html"
HTML_FIELDS = ("Text Editor", "HTML Editor", "Markdown Editor")
NOT_PRINTED = ("Section Break", "Column Break", "Tab Break", "Button", "Password", "Fold", "Heading", "HTML")


def get_print(
    doctype: str | None = None,
    name: str | None = None,
    print_format: str | None = None,
    style: str | None = None,
    as_pdf: bool = False,
    doc: Any = None,
    output: Any = None,
    no_letterhead: int | bool | None = 0,
    password: str | None = None,
    pdf_options: dict | None = None,
    letterhead: str | None = None,
    pdf_generator: str | None = None,
) -> str | bytes:
    """A document's print as a whole HTML page, or as PDF. Raises PermissionError unless
    `frappe.flags.ignore_print_permissions` is set.
    """
    doc = doc or frappe.get_doc(doctype, name)
    chosen = get_print_format_doc(print_format, doc.meta)
    body = get_rendered_template(doc, chosen, doc.meta, no_letterhead=bool(cint(no_letterhead)), letterhead=letterhead)
    page = as_page(body, get_print_style(style, chosen), cstr(doc.get_title() or doc.name))
    if not as_pdf:
        return page
    options = {**_format_options(chosen), **(pdf_options or {}), **({"password": password} if password else {})}
    return get_pdf(page, options, output)


def as_page(body: str, style: str, title: str) -> str:
    """The print as a page of its own."""
    context = {"body": body, "style": style, "title": strip_html(title), "lang": frappe.local.lang or "en"}
    return frappe.get_template("templates/print_formats/page.html").render(context)


def _format_options(chosen: Any) -> dict[str, Any]:
    if not chosen:
        return {}
    sides = {side: chosen.get(f"margin_{side}") for side in ("top", "right", "bottom", "left")}
    return {f"margin-{side}": value for side, value in sides.items() if value}


def get_print_format_doc(print_format: str | None, meta: Any) -> Any:
    """The Print Format of that name (else the form's or the DocType's default); None is the standard layout."""
    name = print_format or frappe.form_dict.get("format") or meta.get("default_print_format") or "Standard"
    if name == "Standard" or not frappe.db.exists("Print Format", name):
        return None
    chosen = frappe.get_cached_doc("Print Format", name)
    if chosen.disabled:
        frappe.throw(_("Print Format {0} is disabled").format(name), frappe.DoesNotExistError)
    return chosen


def get_rendered_template(
    doc: Any,
    print_format: Any = None,
    meta: Any = None,
    no_letterhead: bool | int | str | None = None,
    letterhead: str | None = None,
    trigger_print: bool = False,
    settings: dict | None = None,
) -> str:
    """The body of the print. Runs the document's `before_print`; checks the rights to read or print it."""
    if not frappe.flags.ignore_print_permissions:
        validate_print_permission(doc)
    print_settings = frappe._dict(frappe.get_single("Print Settings").as_dict())
    print_settings.update(settings or {})
    hide_head = not cint(print_settings.with_letterhead) if no_letterhead is None else bool(cint(no_letterhead))
    _check_docstatus(doc, print_settings)
    doc.flags.in_print, doc.flags.print_settings = True, print_settings
    doc.run_method("before_print", print_settings)
    head = get_letter_head(doc, hide_head, letterhead)
    values = {"doc": doc.as_dict()}
    context = {
        "doc": doc,
        "meta": meta or doc.meta,
        "layout": make_layout(doc),
        "no_letterhead": hide_head,
        "letter_head": frappe.render_template(head.content, values) if head.content else "",
        "footer": frappe.render_template(head.footer, values) if head.footer else "",
        "print_settings": print_settings,
        "print_heading": doc.get("print_heading") or _(doc.get("select_print_heading") or doc.doctype),
        "title": strip_html(cstr(doc.get_title() or doc.name)),
        "line_breaks": bool(print_format and print_format.line_breaks),
    }
    if print_format and (print_format.custom_format or print_format.standard == "Yes") and print_format.html:
        return frappe.get_jenv().from_string(print_format.html).render(context)
    return frappe.get_template(STANDARD_TEMPLATE).render(context)


def _check_docstatus(doc: Any, print_settings: Any) -> None:
    if not doc.meta.is_submittable:
        return
    if doc.docstatus == 0 and not cint(print_settings.allow_print_for_draft):
        frappe.throw(_("Not allowed to print draft documents"), frappe.PermissionError)
    if doc.docstatus == 2 and not cint(print_settings.allow_print_for_cancelled):
        frappe.throw(_("Not allowed to print cancelled documents"), frappe.PermissionError)


def validate_print_permission(doc: Any) -> None:
    """Raises PermissionError for a user who may neither read nor print the document."""
    for ptype in ("read", "print"):
        if frappe.has_permission(doc.doctype, ptype, doc):
            return
    if frappe.has_website_permission(doc):
        return
    raise frappe.PermissionError(_("You do not have enough permissions to print {0}").format(_(doc.doctype)))


def get_letter_head(doc: Any, no_letterhead: bool, letterhead: str | None = None) -> frappe._dict:
    """{"content", "footer"} of the named, the document's or the default Letter Head; empty when there is none."""
    if no_letterhead:
        return frappe._dict()
    name = letterhead or doc.get("letter_head")
    filters = {"name": name} if name else {"is_default": 1, "disabled": 0}
    return frappe._dict(frappe.db.get_value("Letter Head", filters, ["content", "footer"], as_dict=True) or {})


def get_print_style(style: str | None = None, print_format: Any = None, for_legacy: bool = False) -> str:
    """The CSS of a print: the standard one and, after it, the print format's own."""
    css = frappe.get_template("templates/print_formats/standard.css").render({"print_format": print_format})
    return f"{css}\n{print_format.css}" if print_format and print_format.css else css


# -- the standard layout -------------------------------------------------------------------------------------------


def make_layout(doc: Any) -> list[dict[str, Any]]:
    """Sections of columns of printed fields: [{"label", "columns": [[{"label", "value"} or {"rows"}]]}]."""
    readable = _readable_levels(doc)
    sections: list[dict[str, Any]] = [{"label": "", "columns": [[]]}]
    for df in doc.meta.fields:
        if df.fieldtype in ("Section Break", "Tab Break"):
            sections.append({"label": "" if df.get("print_hide") else _(df.label or ""), "columns": [[]]})
        elif df.fieldtype == "Column Break":
            sections[-1]["columns"].append([])
        elif field := _printed(doc, df, readable):
            sections[-1]["columns"][-1].append(field)
    for section in sections:
        section["columns"] = [column for column in section["columns"] if column]
    return [section for section in sections if section["columns"]]


def _readable_levels(doc: Any) -> set[int] | None:
    if frappe.flags.ignore_print_permissions or frappe.session.user == "Administrator":
        return None
    return {0, *doc.meta.get_permlevel_access("read")}


def _printed(doc: Any, df: Any, readable: set[int] | None) -> dict[str, Any] | None:
    value = doc.get(df.fieldname)
    hidden = df.get("print_hide") or df.get("hidden") or df.fieldtype in NOT_PRINTED
    if hidden or (readable is not None and cint(df.permlevel) not in readable):
        return None
    if df.fieldtype in ("Table", "Table MultiSelect"):
        return _table(df, value, readable) if value else None
    if value in (None, "") or (not value and (df.fieldtype == "Check" or df.get("print_hide_if_no_value"))):
        return None
    return {"label": _(df.label or ""), **formatted(value, df, doc)}


def _table(df: Any, rows: list[Any], readable: set[int] | None) -> dict[str, Any]:
    """The columns that are listed or required and not empty in all rows."""
    columns = [
        child
        for child in frappe.get_meta(df.options).fields
        if child.fieldtype not in (*NOT_PRINTED, "Table")
        and not (child.get("print_hide") or child.get("hidden"))
        and (child.get("in_list_view") or child.get("reqd"))
        and (readable is None or cint(child.permlevel) in readable)
        and any(row.get(child.fieldname) not in (None, "") for row in rows)
    ]
    heads = [{"label": _(child.label or ""), "number": is_number(child)} for child in columns]
    cells = [[formatted(row.get(child.fieldname), child, row) for child in columns] for row in rows]
    return {"label": _(df.label or ""), "heads": heads, "rows": cells}


def formatted(value: Any, df: Any, doc: Any) -> dict[str, Any]:
    """{"value", "html", "image", "number"} of one field for the template, which escapes what is not `html`."""
    kind = {"number": is_number(df), "html": df.fieldtype in HTML_FIELDS, "image": df.fieldtype == "Attach Image"}
    if value in (None, ""):
        return {**kind, "html": False, "image": False, "value": ""}
    if kind["html"]:
        return {**kind, "value": nh3.clean(cstr(value))}
    if df.fieldtype == "Check":
        return {**kind, "value": _("Yes") if cint(value) else _("No")}
    if kind["image"] or df.fieldtype in ("Data", "Small Text", "Text", "Long Text", "Link", "Attach", "Code"):
        return {**kind, "value": cstr(value)}
    if df.fieldtype == "Select":
        return {**kind, "value": _(cstr(value))}
    return {**kind, "value": strip_html(cstr(frappe.format_value(value, df, doc)))}


def is_number(df: Any) -> bool:
    """Whether the field's values stand at the right."""
    return df.fieldtype in ("Int", "Float", "Currency", "Percent")
