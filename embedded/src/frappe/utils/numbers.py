"""Numbers: tolerant conversion, the three rounding methods, amounts as text and in words."""

import math
from typing import Any

import frappe
from frappe.exceptions import InvalidRoundingMethod


def flt(s: Any, precision: int | None = None, rounding_method: str | None = None) -> float:
    """A float from anything (thousands commas are dropped, nonsense is 0), rounded to `precision` decimals if given."""
    if s is None:
        return 0.0
    try:
        number = float(s.replace(",", "") if isinstance(s, str) else s)
        return number if precision is None else rounded(number, precision, rounding_method)
    except InvalidRoundingMethod:
        raise
    except Exception:
        return 0.0


def cint(s: Any, default: int = 0) -> int:
    """A whole number from anything; `default` for nonsense. Decimals are cut off."""
    if s is None:
        return default
    for convert in (int, lambda x: int(float(x))):
        try:
            return convert(s)
        except Exception:
            continue
    return default


def sbool(x: Any) -> Any:
    """True or False for the texts "true", "1", "false", "0"; anything else comes back as it is."""
    if not isinstance(x, str):
        return x
    return {"true": True, "1": True, "false": False, "0": False}.get(x.lower(), x)


def rounded(num: Any, precision: int = 0, rounding_method: str | None = None) -> Any:
    """Round by the method named, or by the one of System Settings. Raises InvalidRoundingMethod."""
    method = rounding_method or frappe.get_system_settings("rounding_method") or "Banker's Rounding (legacy)"
    if method not in _METHODS:
        frappe.throw(frappe._("Unknown Rounding Method: {}").format(method), exc=InvalidRoundingMethod)
    return _METHODS[method](num, cint(precision))


def _smallest_step(num: float) -> float:
    """Distance to the next float: what a number written as …5 may be off by."""
    return 2.0 ** (math.log(abs(num), 2) - 52.0)


def _half_to_even(num: Any, precision: int) -> float:
    factor = 10**precision
    scaled = round(num * factor, 12)
    if scaled == 0:
        return 0.0
    below = math.floor(scaled)
    if abs(scaled - below - 0.5) < _smallest_step(scaled):
        return (below + below % 2) / factor
    return round(scaled) / factor


def _half_to_even_legacy(num: Any, precision: int) -> Any:
    """As the first versions did: half to even for whole numbers only, half up for decimals."""
    factor = 10**precision
    scaled = round(num * factor if precision else num, 8)
    below = math.floor(scaled)
    whole = round(scaled)
    if scaled - below == 0.5:
        whole = below + (1 if precision else below % 2)
    return whole / factor if precision else whole


def _half_away_from_zero(num: Any, precision: int) -> float:
    if num == 0:
        return 0.0
    return round(num + math.copysign(_smallest_step(num), num), precision)


_METHODS = {
    "Banker's Rounding": _half_to_even,
    "Banker's Rounding (legacy)": _half_to_even_legacy,
    "Commercial Rounding": _half_away_from_zero,
}


def _currency(currency: str | None, field: str) -> Any:
    """A field of a Currency record."""
    return frappe.get_cached_value("Currency", currency, field) if currency and frappe.db else None


def fmt_money(amount: Any, precision: int | None = None, currency: str | None = None, format: str | None = None) -> str:
    """An amount as text, in the site's (or the given) number format, with the currency's symbol."""
    from frappe.locale import get_number_format
    from frappe.utils.number_format import NumberFormat

    style = NumberFormat.from_string(format) if format else get_number_format()
    if precision is None:
        precision = cint(frappe.db.get_default("currency_precision") if frappe.db else None) or style.precision
    number = flt(amount, precision) if isinstance(amount, str) else amount or 0
    if style.decimal_separator and precision > 2:
        precision = _needed_decimals(number, precision, currency, style.precision)
    whole, _point, decimals = f"{round(flt(number), precision):.{precision}f}".partition(".")
    minus = "-" if flt(f"{whole}.{decimals}") < 0 else ""
    grouped = _group(whole.lstrip("-"), style.thousands_separator, 2 if style.string == "#,##,###.##" else 3)
    text = minus + grouped
    if precision and style.decimal_separator:
        text += style.decimal_separator + decimals
    return _with_symbol(text, currency)


def _needed_decimals(number: Any, precision: int, currency: str | None, usual: int) -> int:
    """More than two decimals are shown only when they are there."""
    shown = len(str(round(number % 1, precision)).rpartition(".")[2])
    if shown >= 3:
        return min(shown, precision)
    return len(str(_currency(currency, "fraction_units") or 100)) - 1 if currency else usual


def _group(digits: str, separator: str, size: int) -> str:
    head, tail = digits[:-3], digits[-3:]
    parts = []
    while head:
        parts.insert(0, head[-size:])
        head = head[:-size]
    return separator.join([*parts, tail])


def _with_symbol(text: str, currency: str | None) -> str:
    if not currency or frappe.defaults.get_global_default("hide_currency_symbol") == "Yes":
        return text
    symbol = frappe._(_currency(currency, "symbol") or currency)
    return f"{text} {symbol}" if _currency(currency, "symbol_on_right") else f"{symbol} {text}"
