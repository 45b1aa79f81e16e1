"""Script reports: `execute(filters)` of the report's module answers columns, rows, message, chart, summary."""

import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.desk.reportview import provide_table
from frappe.utils import cint, flt

NUMBERS = ("Int", "Float", "Currency", "Percent", "Duration")


def get_report_doc(report_name: str) -> Any:
    """The Report, when the user may see it; raises PermissionError otherwise."""
    report = frappe.get_doc("Report", report_name)
    if not report.is_permitted():
        sentence = _("You don't have access to Report: {0}").format(_(report_name))
        frappe.throw(sentence, frappe.PermissionError)
    if not frappe.has_permission(report.ref_doctype, "report"):
        sentence = _("You don't have permission to get a report on: {0}").format(_(report.ref_doctype))
        frappe.throw(sentence, frappe.PermissionError)
    if report.disabled:
        frappe.throw(_("Report {0} is disabled").format(_(report_name)))
    return report


def _execute(report: Any) -> Callable:
    if report.report_type != "Script Report" or report.is_standard != "Yes":
        frappe.throw(_("Only script reports of an app can be run here"))
    module = report.module or frappe.get_meta(report.ref_doctype).module
    return frappe.get_attr(f"{report_module(report.name, module)}.execute")


def report_module(name: str, module: str) -> str:
    """Dotted path of a standard report's Python module."""
    from frappe.modules.utils import get_module_app

    scrubbed = frappe.scrub(name)
    return f"{get_module_app(module)}.{frappe.scrub(module)}.report.{scrubbed}.{scrubbed}"


@frappe.whitelist()
def get_script(report_name: str) -> dict:
    """What a report view needs before running: nothing but the report's filters."""
    report = get_report_doc(report_name)
    filters = [row.as_dict() for row in report.get("filters") or []]
    return {"script": "", "html_format": None, "execution_time": 0, "filters": filters}


@frappe.whitelist()
def run(
    report_name: str,
    filters: Any = None,
    user: str | None = None,
    ignore_prepared_report: bool = False,
    custom_columns: Any = None,
    is_tree: bool = False,
    parent_field: str | None = None,
    are_default_filters: bool = True,
) -> dict:
    """Run a report: {columns, result, message, chart, report_summary, skip_total_row, add_total_row …}."""
    report = get_report_doc(report_name)
    filters = frappe._dict(json.loads(filters) if isinstance(filters, str) else filters or {})
    answer = list(_execute(report)(filters) or [])
    answer += [None] * (6 - len(answer))
    columns = [as_column(c) for c in answer[0] or []]
    result = _as_dicts(answer[1] or [], columns)
    skip_total = cint(answer[5])
    if cint(report.add_total_row) and result and not skip_total:
        result = [*result, add_total_row(result, columns)]
    return {
        "result": result,
        "columns": columns,
        "message": answer[2],
        "chart": answer[3],
        "report_summary": answer[4],
        "skip_total_row": skip_total,
        "status": None,
        "execution_time": 0,
        "add_total_row": cint(report.add_total_row) and not skip_total,
    }


def as_column(column: Any) -> dict:
    """A column as a dict; the short form is `Label:Fieldtype/Options:Width`."""
    if isinstance(column, dict):
        return {**column, "label": _(column.get("label") or "")}
    label, fieldtype, width = [*str(column).split(":"), "", ""][:3]
    fieldtype, _slash, options = (fieldtype or "Data").partition("/")
    found = {"label": _(label), "fieldname": frappe.scrub(label), "fieldtype": fieldtype or "Data"}
    if options:
        found["options"] = options
    return {**found, "width": cint(width)} if width else found


def _as_dicts(rows: list, columns: list[dict]) -> list[dict]:
    names = [c["fieldname"] for c in columns]
    return [dict(zip(names, row, strict=False)) if isinstance(row, list | tuple) else row for row in rows]


def add_total_row(result: list[dict], columns: list[dict]) -> dict:
    """Sums of the numeric columns, averages of percentages, "Total" in the first text column."""
    total: dict[str, Any] = {}
    for column in columns:
        name, fieldtype = column["fieldname"], column.get("fieldtype")
        if fieldtype in NUMBERS and not column.get("disable_total"):
            values = [flt(row.get(name)) for row in result]
            total[name] = sum(values) / (len(values) if fieldtype == "Percent" else 1)
    first = next((c["fieldname"] for c in columns if c.get("fieldtype") not in NUMBERS), None)
    return {first: _("Total"), **total} if first else total


@frappe.whitelist()
def export_query() -> None:
    """Download a report as CSV or Excel."""
    args = frappe.form_dict
    report_name = args.report_name
    frappe.permissions.can_export(frappe.get_cached_value("Report", report_name, "ref_doctype"), raise_exception=True)
    data = run(report_name, args.filters)
    columns = [c for c in data["columns"] if not c.get("hidden")]
    rows = [[c["label"] for c in columns]]
    rows += [[row.get(c["fieldname"]) for c in columns] for row in data["result"] if isinstance(row, dict)]
    provide_table(report_name, args.file_format_type or "CSV", rows)
