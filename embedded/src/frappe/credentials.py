"""Checking who somebody is: login names, passwords, and how often one may guess."""

import datetime
import hashlib

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

DEFAULT_ATTEMPTS = 10
DEFAULT_LOCK_SECONDS = 60


class LoginAttemptTracker:
    """Counts login attempts of one user name in the database, so that every process sees them.

    `max_consecutive_login_attempts` wrong passwords lock the name for `lock_interval` seconds.
    """

    PARENT = "__login_attempts"

    def __init__(self, key: str, max_consecutive_login_attempts: int | None = None, lock_interval: int | None = None):
        settings = frappe.get_system_settings
        limit = max_consecutive_login_attempts or cint(settings("allow_consecutive_login_attempts"))
        self.limit = limit or DEFAULT_ATTEMPTS
        self.lock_interval = lock_interval or cint(settings("allow_login_after_fail")) or DEFAULT_LOCK_SECONDS
        self.name = hashlib.sha256(key.strip().lower().encode()).hexdigest()

    def add_attempt(self) -> None:
        """Count one attempt and commit it; raises TooManyRequestsError (429) while locked."""
        count, last = self._read()
        if (now_datetime() - last).total_seconds() >= self.lock_interval:
            count = 0
        if count >= self.limit:
            frappe.local.flags.disable_traceback = True
            frappe.local.response_headers.set("Retry-After", str(self.lock_interval))
            sentence = _("Your account has been locked and will resume after {0} seconds").format(self.lock_interval)
            frappe.throw(sentence, frappe.TooManyRequestsError)
        self._write(count + 1)
        frappe.db.commit()
        # Checking a password takes long on purpose: no write lock is held meanwhile.
        frappe.db.begin(write=False)

    def _read(self) -> tuple[int, datetime.datetime]:
        """Count and time of the last attempt; the row is locked from here on, made first when there is none."""
        never = f"0|{datetime.datetime.min.isoformat()}"
        frappe.db.sql(
            "insert ignore into `tabDefaultValue` (name, creation, modified, parent, defkey, defvalue) "
            "values (%s, %s, %s, %s, %s, %s)",
            (self.name, now_datetime(), now_datetime(), self.PARENT, self.name, never),
        )
        rows = frappe.db.sql("select defvalue from `tabDefaultValue` where name = %s for update", (self.name,))
        count, _sep, last = str(rows[0][0]).partition("|")
        return cint(count), datetime.datetime.fromisoformat(last)

    def _write(self, count: int) -> None:
        stamp = now_datetime()
        frappe.db.sql(
            "update `tabDefaultValue` set defvalue = %s, modified = %s where name = %s",
            (f"{count}|{stamp.isoformat()}", stamp, self.name),
        )

    def reset(self) -> None:
        """Forget the attempts after a right password."""
        frappe.db.sql("delete from `tabDefaultValue` where name = %s", (self.name,))

    @classmethod
    def forget_old(cls) -> None:
        """Delete what nobody has tried for a day (a daily job)."""
        yesterday = now_datetime() - datetime.timedelta(days=1)
        frappe.db.delete("DefaultValue", {"parent": cls.PARENT, "modified": ("<", yesterday)})


def find_login_name(user: str) -> str | None:
    """The user's document name for what was typed: name or e-mail, or user name or phone when allowed."""
    if user.lower() in ("administrator", "guest"):
        return "Administrator" if user.lower() == "administrator" else None
    fields = ["name", "email"]
    if cint(frappe.get_system_settings("allow_login_using_mobile_number")):
        fields.append("mobile_no")
    if cint(frappe.get_system_settings("allow_login_using_user_name")):
        fields.append("username")
    for value in dict.fromkeys((user.strip(), user.strip().lower())):
        for field in fields:
            if name := frappe.db.get_value("User", {field: value}, "name"):
                return name
    return None


def password_matches(user: str | None, pwd: str) -> bool:
    """Whether the password is the user's; takes as long for a user that does not exist."""
    from frappe.utils.password import check_password

    try:
        return bool(check_password(user or "", pwd))
    except frappe.AuthenticationError:
        return False
