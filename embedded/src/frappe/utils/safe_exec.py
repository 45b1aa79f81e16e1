"""Expressions and template globals for people who may not run Python: conditions of workflows, print formats, mails."""

import ast
import functools
import types
import unicodedata
from typing import Any

import frappe

UNSAFE_ATTRIBUTES = frozenset(
    "gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_origin cr_await ag_code ag_frame ag_await tb_frame tb_next "
    "format format_map f_back f_builtins f_code f_globals f_locals f_trace mro".split()
)
_UNREADABLE = (types.ModuleType, types.CodeType, types.TracebackType, types.FrameType)
_MAX_LENGTH = 20_000


class NamespaceDict(frappe._dict):
    """A dict whose missing names are an error when they are called."""

    def __getattr__(self, key: str) -> Any:
        if key in self and not key.startswith("__"):
            return self[key]

        def missing(*_args: Any, **_kwargs: Any) -> None:
            raise AttributeError(f"module has no attribute '{key}'")

        return missing


def _read_item(obj: Any, key: Any) -> Any:
    if isinstance(key, str) and key.startswith("_"):
        raise SyntaxError("Key starts with _")
    return obj[key]


def _read_attribute(obj: Any, name: str, *default: Any) -> Any:
    if name in UNSAFE_ATTRIBUTES:
        raise SyntaxError(f"{name} is an unsafe attribute")
    if isinstance(obj, _UNREADABLE):
        raise SyntaxError(f"Reading {obj} attributes is not allowed")
    if name.startswith("_"):
        raise AttributeError(f'"{name}" is an invalid attribute name because it starts with "_"')
    return getattr(obj, name, *default)


@functools.lru_cache(maxsize=1)
def _eval_globals() -> dict[str, Any]:
    from RestrictedPython.Guards import guarded_iter_unpack_sequence

    return {
        "__builtins__": {},
        "int": int,
        "float": float,
        "long": int,
        "round": round,
        "_getattr_": _read_attribute,
        "_getitem_": _read_item,
        "_getiter_": iter,
        "_iter_unpack_sequence_": guarded_iter_unpack_sequence,
    }


@functools.lru_cache(maxsize=1024)
def _compile(code: str) -> types.CodeType:
    from RestrictedPython import compile_restricted

    if len(code) > _MAX_LENGTH:
        raise SyntaxError("This expression is too long")
    for node in ast.walk(ast.parse(code, mode="eval")):
        if isinstance(node, ast.NamedExpr):
            raise SyntaxError(f"Operation not allowed: line {node.lineno} column {node.col_offset}")
    return compile_restricted(code, filename="<safe_eval>", mode="eval")


def safe_eval(code: str, eval_globals: dict | None = None, eval_locals: dict | None = None) -> Any:
    """The value of a Python expression that cannot reach anything but the names it is given.

    Raises SyntaxError for what is not allowed.
    """
    compiled = _compile(unicodedata.normalize("NFKC", code).strip())
    return eval(compiled, {**(eval_globals or {}), **_eval_globals()}, eval_locals)  # noqa: S307  restricted above


# Names of frappe.utils.data that expressions and templates get: they only compute.
_UTILS = """
getdate get_datetime get_timedelta add_to_date add_days add_months date_diff now_datetime get_system_timezone
now nowdate today nowtime get_first_day get_last_day get_quarter_start get_quarter_ending
get_first_day_of_week get_last_day_of_week get_year_start get_year_ending get_time get_user_date_format
get_user_time_format format_date formatdate format_time format_datetime format_duration
get_timespan_date_range flt cint cstr rounded fmt_money is_html strip_html escape_html get_url
get_link_to_form get_absolute_url get_url_to_form expand_relative_urls quoted to_markdown md_to_html markdown
generate_hash sha256_hash DATE_FORMAT TIME_FORMAT DATETIME_FORMAT
""".split()


@functools.lru_cache(maxsize=1)
def _data_utils() -> dict[str, Any]:
    from frappe.utils import data

    return {name: _late(data, name) for name in _UTILS}


def _late(module: types.ModuleType, name: str) -> Any:
    """The function as it is when it is called: tests replace the clock."""
    value = getattr(module, name)
    if not callable(value):
        return value

    @functools.wraps(value)
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(module, name)(*args, **kwargs)

    return call


def get_safe_globals() -> NamespaceDict:
    """What templates may use: reading with the user's own rights, formatting, translation."""
    from frappe.locale import get_date_format, get_number_format, get_time_format
    from frappe.utils import get_fullname

    user = (frappe.session.user if frappe.session else None) or "Guest"
    data = frappe.session.data or {} if frappe.session else {}
    frappe_names = NamespaceDict(
        _=frappe._,
        flags=frappe._dict(),
        format=frappe.format_value,
        format_value=frappe.format_value,
        date_format=get_date_format(),
        time_format=get_time_format(),
        number_format=get_number_format(),
        format_date=frappe.utils.formatdate,
        form_dict=getattr(frappe.local, "form_dict", {}),
        bold=frappe.bold,
        get_meta=frappe.get_meta,
        get_doc=frappe.get_doc,
        get_cached_doc=frappe.get_cached_doc,
        get_list=frappe.get_list,
        get_all=frappe.get_all,
        get_system_settings=frappe.get_system_settings,
        utils=NamespaceDict(_data_utils()),
        get_url=frappe.utils.get_url,
        render_template=frappe.render_template,
        msgprint=frappe.msgprint,
        throw=frappe.throw,
        user=user,
        get_fullname=get_fullname,
        full_name=data.get("full_name") or user,
        session=frappe._dict(user=user, csrf_token=data.get("csrf_token") or ""),
        sanitize_html=frappe.utils.sanitize_html,
        lang=frappe.local.lang or "en",
        db=_database_names(),
    )
    return NamespaceDict(
        frappe=frappe_names,
        json=NamespaceDict(loads=frappe.parse_json, dumps=frappe.as_json),
        as_json=frappe.as_json,
        _=frappe._,
        _dict=frappe._dict,
        dict=dict,
        scrub=frappe.scrub,
        html2text=frappe.utils.html2text,
        style=frappe._dict(border_color="#d1d8dd"),
        **_BUILTINS,
    )


_BUILTINS = {
    value.__name__: value
    for value in (
        abs,
        all,
        any,
        bool,
        enumerate,
        int,
        float,
        isinstance,
        len,
        list,
        max,
        min,
        range,
        round,
        set,
        sorted,
    )
} | {"str": str, "sum": sum, "tuple": tuple, "zip": zip}


def _database_names() -> NamespaceDict:
    if not frappe.db:
        return NamespaceDict()
    return NamespaceDict(
        get_list=frappe.get_list,
        get_all=frappe.get_all,
        get_value=frappe.db.get_value,
        get_single_value=frappe.db.get_single_value,
        get_default=frappe.db.get_default,
        exists=frappe.db.exists,
        count=frappe.db.count,
        escape=frappe.db.escape,
    )


def validate_python_code(string: str, fieldname: str | None = None, is_expression: bool = True) -> None:
    """Raise ValidationError unless the text is a Python expression (or statements)."""
    if not string:
        return
    try:
        ast.parse(string.strip() if is_expression else string, mode="eval" if is_expression else "exec")
    except SyntaxError as error:
        where = f"{fieldname}:" if fieldname else ""
        message = frappe._("{0} Invalid python code on line {1}").format(where, error.lineno)
        frappe.throw(f"{message}<br>{frappe.utils.escape_html(error.msg)}", title=frappe._("Syntax Error"))
