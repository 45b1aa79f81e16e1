"""How good a password is: a small estimate, enough to refuse what is guessed first."""

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


def estimate(password: str, person: Iterable[str | None] = ()) -> tuple[int, str]:
    """(score 0 to 4, what is wrong): from the number of distinct symbols and length, common and own words removed."""
    text = password.lower()
    own = {value.lower() for value in person if value}
    own |= {part for value in own for part in re.split(r"\W+", value) if len(part) > 3}
    for word in sorted(COMMON | own, key=len, reverse=True):
        text = text.replace(word, "*")
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    text = re.sub(r"0?123456789?|12345?6?|2[0-9]{3}$|19[0-9]{2}$", "*", text)
    alphabet = sum(
        size
        for pattern, size in ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^a-zA-Z0-9]", 30))
        if re.search(pattern, password)
    )
    bits = len(text) * math.log2(max(alphabet, 2))
    score = min(4, int(bits // 16)) if len(password) >= 8 else min(1, int(bits // 20))
    if len(password) < 8:
        return score, _("Use at least 8 characters.")
    return score, _("Use a longer password, without common words, names or dates.")


def strength(password: str, person: Iterable[str | None] = ()) -> dict:
    """{} when no policy is set, else {"score", "feedback": {…}} as the password form shows it."""
    if not cint(frappe.get_system_settings("enable_password_policy")):
        return {}
    score, advice = estimate(password, person)
    passed = bool(score) and score >= cint(frappe.get_system_settings("minimum_password_score"))
    feedback = {"warning": "" if passed else advice, "suggestions": [], "password_policy_validation_passed": passed}
    return {"score": score, "feedback": feedback}


def check_policy(password: str, person: Iterable[str | None] = ()) -> None:
    """Raise ValidationError for a password that the policy refuses, or one absurdly long."""
    if len(password) > MAX_PASSWORD_SIZE:
        frappe.throw(_("Password size exceeded the maximum allowed size."))
    feedback = strength(password, person).get("feedback")
    if feedback and not feedback["password_policy_validation_passed"]:
        frappe.throw(feedback["warning"], title=_("Invalid Password"))
