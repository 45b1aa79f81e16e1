"""Rules of companies and clients on plain values."""

from __future__ import annotations

import re

from stdnum.ro import cf


def country_code(country: str | None) -> str | None:
    """The ISO 3166-1 code in capitals, RO when empty, None for what is no code of two letters."""
    code = (country or "RO").strip().upper()
    return code if re.fullmatch(r"[A-Z]{2}", code) else None


def compact_vat(number: str) -> str:
    """A VAT number without spaces, dots and dashes, in capitals.

    >>> compact_vat("ro 1859 7439")
    'RO18597439'
    """
    return re.sub(r"[\s.\-]", "", number).upper()


def vat_problem(number: str, country: str, is_company: bool) -> str:
    """What is wrong with a Romanian fiscal code, "" when it is fine; other countries' numbers are not checked.

    The check digit is the one of CUI (OMFP 1826/2006) or, for a person, of the CNP.
    """
    if country != "RO":
        return ""
    if not is_company and number.isdigit() and len(number) == 13:
        return "" if cf.is_valid(number) else "is not a valid CNP (the check digit does not match)"
    return "" if cf.is_valid(number) else "is not a valid CUI (the check digit does not match)"
