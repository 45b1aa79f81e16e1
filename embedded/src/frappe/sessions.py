"""Sessions of users, rows of `tabSessions`."""

import datetime
import json
from typing import Any
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.utils import cint, get_datetime, now, now_datetime

DEFAULT_EXPIRY = "240:00:00"
# The row is touched at most this often (seconds), so that reading stays reading.
TOUCH_AFTER = 600


USER_FIELDS = ("user_type", "first_name", "last_name", "user_image", "restrict_ip", "language", "enabled")
FIND_SESSION = (
    "select s.`user`, s.sessiondata, s.lastupdate, "
    "u.user_type, u.first_name, u.last_name, u.user_image, u.restrict_ip, u.language, u.enabled "
    "from `tabSessions` s join `tabUser` u on u.name = s.`user` where s.sid = %s"
)


def get_expiry_in_seconds(expiry: str | None = None) -> int:
    """Seconds of an `HH:MM[:SS]` period; the System Settings' session expiry when None."""
    parts = (expiry or frappe.get_system_settings("session_expiry") or DEFAULT_EXPIRY).split(":")
    hours, minutes, seconds = (cint(p) for p in [*parts, "0", "0"][:3])
    return hours * 3600 + minutes * 60 + seconds


def get_expired_threshold() -> datetime.datetime:
    """Sessions last used before this moment are over."""
    return now_datetime() - datetime.timedelta(seconds=get_expiry_in_seconds())


def get_csrf_token() -> str:
    """The session's CSRF token, made at the first call; from then on unsafe requests must send it."""
    data = frappe.session.data
    if not data.csrf_token:
        data.csrf_token = frappe.generate_hash(length=64)
        if getattr(frappe.local, "session_obj", None):
            frappe.local.session_obj.changed = True
    return data.csrf_token


def delete_session(sid: str | None = None, user: str | None = None, reason: str = "Session Expired") -> None:
    """End one session."""
    if sid:
        frappe.db.delete("Sessions", {"sid": sid})


def clear_sessions(user: str | None = None, keep_current: bool = False, force: bool = False) -> None:
    """End the user's sessions: all when `force`, else those beyond his number of simultaneous sessions."""
    for sid in get_sessions_to_clear(user, keep_current, force):
        delete_session(sid, user)


def get_sessions_to_clear(user: str | None = None, keep_current: bool = False, force: bool = False) -> list[str]:
    """Session ids that `clear_sessions` would end, the latest used are spared first."""
    user = user or frappe.session.user
    spared = 0
    if not force and user == frappe.session.user:
        spared = cint(frappe.db.get_value("User", user, "simultaneous_sessions")) or 1
        spared = max(0, spared - 1) if keep_current else spared
    table = frappe.qb.DocType("Sessions")
    query = frappe.qb.from_(table).select(table.sid).where(table.user == user)
    if keep_current:
        query = query.where(table.sid != frappe.session.sid)
    rows = query.orderby(table.lastupdate, order=Order.desc).run()
    return [row[0] for row in rows][spared:]


def clear_expired_sessions() -> None:
    """Delete expired sessions and old login attempts (a daily job)."""
    from frappe.credentials import LoginAttemptTracker

    LoginAttemptTracker.forget_old()
    table = frappe.qb.DocType("Sessions")
    frappe.qb.from_(table).delete().where(table.lastupdate < get_expired_threshold()).run()


class Session:
    """The session of the request: resumed from the cookie, or new.

    `data` is what `frappe.session` shows: user, sid and `data` (what the row keeps as JSON).
    """

    def __init__(self, user: str, resume: bool = False, full_name: str | None = None, user_type: str | None = None):
        self.user, self.full_name, self.user_type = user, full_name, user_type
        self.changed = False
        # Fields of the user that every request needs, when the session was resumed.
        self.info: Any = None
        self.data = frappe._dict(data=frappe._dict())
        frappe.local.session = self.data
        if resume:
            self.resume()
        else:
            self.start()

    def start(self) -> None:
        """A new session for `user`; guests have none of their own."""
        sid = "Guest" if self.user == "Guest" else frappe.generate_hash(length=64)
        self.data.update(user=self.user, sid=sid)
        self.data.data.update(user=self.user, session_ip=frappe.local.request_ip)
        if self.user == "Guest":
            return
        if not frappe.get_cached_value("User", self.user, "enabled"):
            frappe.throw(_("User {0} is disabled. Please contact your System Manager.").format(self.user))
        self.data.data.update(last_updated=now(), full_name=self.full_name, user_type=self.user_type)
        self._insert()

    def _insert(self) -> None:
        table = frappe.qb.DocType("Sessions")
        row = (self._as_json(), self.user, now(), self.data.sid, "Active")
        columns = (table.sessiondata, table.user, table.lastupdate, table.sid, table.status)
        frappe.qb.into(table).columns(*columns).insert(*row).run()
        seen = {"last_login": now(), "last_active": now(), "last_ip": frappe.local.request_ip}
        frappe.db.set_value("User", self.user, seen, update_modified=False)

    def _as_json(self) -> str:
        return json.dumps(self.data.data, default=str)

    def resume(self) -> None:
        """Take up the session of the cookie; an unknown or expired one becomes a guest's."""
        sid = unquote(frappe.local.request.cookies.get("sid") or "Guest")
        if sid == "Guest":
            self._become_guest()
            return
        stored = self._load(sid)
        if not stored:
            frappe.local.response["session_expired"] = 1
            frappe.local.cookie_manager.delete_all()
            self._become_guest()
            return
        self.user = stored.user
        self.data.update(user=stored.user, sid=sid, data=stored)

    def _become_guest(self) -> None:
        self.user = "Guest"
        self.start()

    def _load(self, sid: str) -> Any | None:
        rows = frappe.db.sql(FIND_SESSION, (sid,), as_dict=True)
        if not rows:
            return None
        self.info = rows[0]
        age = (now_datetime() - get_datetime(self.info.lastupdate)).total_seconds()
        if age > get_expiry_in_seconds() or not self.info.enabled:
            return None
        if age > TOUCH_AFTER:
            self.changed = True
        frappe.local.lang = self.info.language or frappe.get_system_settings("language") or "en"
        data = frappe._dict(json.loads(self.info.sessiondata or "{}"))
        data.user = self.info.user
        return data

    def update(self, force: bool = False) -> bool:
        """Write what changed in a transaction of its own; True when something was written."""
        if self.data.user in (None, "Guest") or not (self.changed or force) or not self.data.sid:
            return False
        self.changed = False
        self.data.data.last_updated = now()
        table = frappe.qb.DocType("Sessions")
        query = frappe.qb.update(table).set(table.sessiondata, self._as_json()).set(table.lastupdate, now())
        frappe.db.begin(write=True)
        query.where(table.sid == self.data.sid).run()
        frappe.db.commit()
        return True
