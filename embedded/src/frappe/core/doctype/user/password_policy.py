"""How good a password must be: a small estimate, enough to refuse what is guessed first."""

import math
import re
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import cint

COMMON = frozenset(
    "password passw0rd qwerty qwertyuiop asdfgh zxcvbn letmein welcome admin administrator iloveyou monkey dragon "
    "football sunshine princess abc abcdef abcdefgh abc123 parola parola1 secret changeme master login romania".split()
)
MAX_PASSWORD_SIZE = 512
SYMBOLS = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^a-zA-Z0-9]", 30))


def score(password: str, person: Iterable[str | None] = ()) -> int:
    """0 to 4, from the number of distinct symbols and the length, common and own words removed."""
    text = password.lower()
    own = {value.lower() for value in person if value}
    own |= {part for value in own for part in re.split(r"\W+", value) if len(part) > 3}
    for word in sorted(COMMON | own, key=len, reverse=True):
        text = text.replace(word, "*")
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    text = re.sub(r"0?123456789?|12345?6?|2[0-9]{3}$|19[0-9]{2}$", "*", text)
    alphabet = sum(size for pattern, size in SYMBOLS if re.search(pattern, password))
    bits = len(text) * math.log2(max(alphabet, 2))
    return min(4, int(bits // 16)) if len(password) >= 8 else min(1, int(bits // 20))


def check_policy(password: str, person: Iterable[str | None] = ()) -> None:
    """Raise ValidationError for a password that the policy refuses, or one absurdly long."""
    if len(password) > MAX_PASSWORD_SIZE:
        frappe.throw(_("Password size exceeded the maximum allowed size."))
    if not cint(frappe.get_system_settings("enable_password_policy")):
        return
    if score(password, person) < max(1, cint(frappe.get_system_settings("minimum_password_score"))):
        advice = _("Use a longer password, without common words, names or dates.")
        if len(password) < 8:
            advice = _("Use at least 8 characters.")
        frappe.throw(advice, title=_("Invalid Password"))
