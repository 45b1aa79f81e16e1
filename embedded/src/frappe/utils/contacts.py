"""People: names, mail addresses, telephone numbers of users and strangers."""

import re
from email.header import decode_header, make_header
from email.utils import formataddr, parseaddr
from typing import Any

import frappe
from frappe.exceptions import InvalidEmailAddressError, InvalidNameError, InvalidPhoneNumberError

_PHONE = re.compile(r"[0-9 +_\-,.*#()]{1,20}")
_NAME = re.compile(r"\w[\w'\-]*( \w[\w'\-]*)*")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_EMAIL_INSIDE = re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+")
_BETWEEN_EMAILS = re.compile(r'[,\n](?=(?:[^"]|"[^"]*")*$)')
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9\u00C0-\u024F/_' ]+")
_MAX_EMAIL = 500


def get_fullname(user: str | None = None) -> str:
    """First and last name of a user, else the user's name itself."""
    user = user or frappe.session.user
    known = frappe.get_cached_value("User", user, ["first_name", "last_name"], as_dict=True) if user else None
    names = [known.first_name, known.last_name] if known else []
    return " ".join(name for name in names if name) or user


def get_email_address(user: str | None = None) -> str | None:
    """A user's mail address."""
    return frappe.db.get_value("User", user or frappe.session.user, "email")


def get_formatted_email(user: str, mail: str | None = None) -> str:
    """`Full Name <address>` of a user; empty without an address."""
    address = mail or get_email_address(user) or validate_email_address(user)
    return str(make_header(decode_header(formataddr((get_fullname(user), address))))) if address else ""


def _address_inside(text: str) -> str:
    """The bare address in `Name <address>`, also in badly written ones."""
    _name, address = parseaddr(text)
    if not _plausible(address):
        found = _EMAIL_INSIDE.search(text)
        address = found.group() if found else address
    return address


def _plausible(address: str) -> bool:
    local, _at, domain = address.rpartition("@")
    return bool(local) and "." in domain and len(domain) > 3


def extract_email_id(email: str) -> str:
    """The bare address."""
    return _address_inside(email)


def split_emails(txt: Any) -> list[str]:
    """The addresses of a list with commas; commas in quotes do not count."""
    flat = re.sub(r"[\t\n\r]", " ", frappe.as_unicode(txt))
    return [part.strip() for part in _BETWEEN_EMAILS.split(flat) if part.strip()]


def validate_email_address(email_str: str | None, throw: bool = False) -> str:
    """The valid addresses of a list, joined by commas; with `throw` InvalidEmailAddressError for the others."""
    valid = []
    for entry in (email_str or "").strip().split(","):
        if not entry:
            continue
        address = _valid_address(entry.strip())
        if address:
            valid.append(address)
        elif throw and "undisclosed-recipient" not in entry:
            shown = frappe.utils.escape_html(entry.strip())
            frappe.throw(frappe._("{0} is not a valid Email Address").format(shown), InvalidEmailAddressError)
    return ", ".join(valid)


def _valid_address(entry: str) -> str | None:
    if not entry or len(entry) > _MAX_EMAIL or "undisclosed-recipient" in entry or (" " in entry and "<" not in entry):
        return None
    address = extract_email_id(entry)
    return address if address and _EMAIL.fullmatch(address) else None


def validate_phone_number(phone_number: str | None, throw: bool = False) -> bool:
    """Whether this can be a telephone number; with `throw` InvalidPhoneNumberError if not."""
    if not phone_number:
        return False
    number = phone_number.strip()
    valid = bool(_PHONE.fullmatch(number))
    if not valid and throw:
        shown = frappe.utils.escape_html(number)
        frappe.throw(frappe._("{0} is not a valid Phone Number").format(shown), InvalidPhoneNumberError)
    return valid


def validate_name(name: str | None, throw: bool = False) -> bool:
    """Whether this can be a person's name; with `throw` InvalidNameError if not."""
    if not name:
        return False
    valid = bool(_NAME.fullmatch(name.strip()))
    if not valid and throw:
        shown = frappe.utils.escape_html(name)
        frappe.throw(frappe._("{0} is not a valid Name").format(shown), InvalidNameError)
    return valid


def add_user_info(user: str | list[str] | set[str] | None, user_info: dict[str, Any]) -> None:
    """Add name, picture and mail address of users to a dict by user."""
    wanted = [user] if isinstance(user, str) else list(user or [])
    missing = [name for name in wanted if name not in user_info]
    if not missing:
        return
    fields = ["full_name", "user_image", "name", "email", "time_zone"]
    for row in frappe.get_all("User", filters={"name": ("in", missing)}, fields=fields):
        user_info[row.name] = frappe._dict(
            fullname=row.full_name or row.name,
            image=row.user_image,
            name=row.name,
            email=row.email,
            time_zone=row.time_zone,
        )
