"""Who asks: login, logout, cookies, API keys, CSRF."""

import base64
import binascii
import datetime
import functools
import hmac
from typing import Any
from urllib.parse import quote, unquote

from werkzeug.wrappers import Response

import frappe
from frappe import _
from frappe.credentials import LoginAttemptTracker, find_login_name, password_matches
from frappe.sessions import USER_FIELDS, Session, clear_sessions, delete_session, get_expiry_in_seconds
from frappe.translate import get_language
from frappe.utils import cint, now_datetime

SAFE_HTTP_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
UNSAFE_HTTP_METHODS = frozenset(("POST", "PUT", "DELETE", "PATCH"))
LOGIN_PATHS = frozenset(("/api/method/login", "/api/v1/method/login"))
MAX_PASSWORD_SIZE = 512
SESSION_COOKIES = ("full_name", "user_id", "sid", "user_image", "user_lang", "system_user")


FIND_API_KEY = (
    "select u.name, a.password, u.language from `tabUser` u join `__Auth` a "
    "on a.doctype = 'User' and a.name = u.name and a.fieldname = 'api_secret' "
    "where u.api_key = %s and u.enabled = 1"
)


class HTTPRequest:
    """Sets up session, language and the CSRF check of the current request."""

    def __init__(self) -> None:
        frappe.local.request_ip = client_address()
        frappe.local.cookie_manager = CookieManager()
        frappe.local.login_manager = LoginManager()
        if frappe.session.user == "Guest" and not is_program():
            frappe.local.lang = get_language()
        validate_csrf_token()


def is_program() -> bool:
    """Whether the request brings a key instead of a session: it gets neither session nor cookies."""
    request = frappe.local.request
    return " " in request.headers.get("Authorization", "").strip() and not request.cookies.get("sid")


def client_address() -> str:
    """The client's address. Headers of a proxy count only when the site says that there is one (`trust_proxy`)."""
    request = frappe.local.request
    forwarded = request.headers.get("X-Forwarded-For") if frappe.conf.get("trust_proxy") else None
    # Each proxy appends whom it heard from: only the last entry is not the client's own claim.
    return (forwarded or request.remote_addr or "127.0.0.1").rsplit(",", 1)[-1].strip()


def validate_csrf_token() -> None:
    """Once a session has a token, its unsafe requests must bring it (header or form field)."""
    request = frappe.local.request
    if request.method not in UNSAFE_HTTP_METHODS or frappe.conf.get("ignore_csrf"):
        return
    saved = frappe.session.data.csrf_token if frappe.session.data else None
    if not saved or frappe.local.login_manager.just_logged_in:
        return
    sent = request.headers.get("X-Frappe-CSRF-Token") or frappe.form_dict.pop("csrf_token", None)
    if isinstance(sent, str) and hmac.compare_digest(sent.encode(), saved.encode()):
        return
    frappe.local.flags.disable_traceback = True
    frappe.throw(_("Invalid Request"), frappe.CSRFTokenError)


class LoginManager:
    """Logs in, resumes or ends the session of the request."""

    def __init__(self) -> None:
        self.user: str | None = None
        self.info: Any = None
        self.full_name: str | None = None
        self.user_type: str | None = None
        self.just_logged_in = False
        if frappe.local.request.path in LOGIN_PATHS:
            self.login()
        elif is_program():
            self._as_guest()
            self.user = "Guest"
        else:
            self.make_session(resume=True)
            self.get_user_info()
            validate_ip_address(self.user, self.info.restrict_ip)
            self.set_user_info(resume=True)

    def login(self) -> None:
        """Log in by `usr` and `pwd`; only by POST, a password does not belong into an address."""
        if frappe.local.request.method != "POST":
            self._as_guest()
            frappe.throw(_("Not permitted"), frappe.PermissionError)
        self._as_guest()
        self.run_trigger("before_login")
        if cint(frappe.get_system_settings("disable_user_pass_login")):
            frappe.throw(_("Login with username and password is not allowed."), frappe.AuthenticationError)
        self.authenticate(frappe.form_dict.get("usr"), frappe.form_dict.pop("pwd", None))
        self.post_login()

    def _as_guest(self) -> None:
        """Hooks and messages before the login need a session to look at."""
        frappe.local.session = frappe._dict(user="Guest", sid="Guest", data=frappe._dict())

    def authenticate(self, user: str | None = None, pwd: str | None = None) -> None:
        """Check a password and set `user`; raises AuthenticationError, or 429 while the user is locked.

        The attempt is counted before the password is looked at, so that parallel guesses count too.
        """
        if not (user and pwd and isinstance(user, str) and isinstance(pwd, str)):
            self.fail(_("Incomplete login details"))
        if len(pwd) > MAX_PASSWORD_SIZE:
            self.fail(_("Password size exceeded the maximum allowed size"))
        tracker = LoginAttemptTracker(user)
        tracker.add_attempt()
        name = find_login_name(user)
        if not password_matches(name, pwd):
            self.fail("Invalid login credentials")
        if name != "Administrator" and not frappe.db.get_value("User", name, "enabled"):
            self.fail("User disabled or missing")
        frappe.db.commit()
        frappe.db.begin(write=True)
        tracker.reset()
        self.user = name

    def check_password(self, user: str, pwd: str) -> str:
        """The user's name when the password is right, else AuthenticationError."""
        if not password_matches(user, pwd):
            self.fail("Incorrect password")
        return user

    def fail(self, message: str, user: str | None = None) -> None:
        """Refuse the login with this sentence in the answer."""
        frappe.local.response["message"] = message
        frappe.local.flags.disable_traceback = True
        raise frappe.AuthenticationError

    def post_login(self) -> None:
        """Start the session of `user` and run the hooks."""
        self.run_trigger("on_login")
        validate_ip_address(self.user, frappe.get_cached_value("User", self.user, "restrict_ip"))
        self._validate_hour()
        self.get_user_info()
        self.make_session()
        self.set_user_info()
        self.just_logged_in = True
        # A login is kept whatever the verb or the rest of the request does.
        frappe.local.flags.commit = True

    def login_as(self, user: str) -> None:
        """Become `user` without a password (the caller has checked why)."""
        self.user = user
        self.post_login()

    def _validate_hour(self) -> None:
        after, before = (cint(frappe.get_cached_value("User", self.user, f)) for f in ("login_after", "login_before"))
        hour = now_datetime().hour
        if (before and hour >= before) or (after and hour < after):
            frappe.throw(_("Login not allowed at this time"), frappe.AuthenticationError)

    def get_user_info(self) -> None:
        known = frappe.local.session_obj.info if getattr(frappe.local, "session_obj", None) else None
        if self.user == "Guest":
            self.info = frappe._dict(user_type="Website User", first_name="Guest")
        elif known and known.user == self.user:
            self.info = known
        else:
            self.info = frappe.get_cached_value("User", self.user, USER_FIELDS, as_dict=True) or frappe._dict()
        self.user_type = self.info.user_type

    def make_session(self, resume: bool = False) -> None:
        """Resume or start the session and make it the request's."""
        session = Session(self.user, resume=resume, full_name=self.full_name, user_type=self.user_type)
        frappe.local.session_obj, frappe.local.session = session, session.data
        self.user = session.user
        frappe.local.cookie_manager.keep_session(session.data.sid)
        if resume:
            return
        only_one = frappe.conf.get("deny_multiple_sessions") or frappe.get_system_settings("deny_multiple_sessions")
        if self.user != "Guest" and cint(only_one):
            clear_sessions(self.user, keep_current=True)
        self.run_trigger("on_session_creation")

    def set_user_info(self, resume: bool = False) -> None:
        """Cookies that pages read, and the answer of a login."""
        self.full_name = " ".join(filter(None, (self.info.first_name, self.info.last_name)))
        system_user = self.info.user_type == "System User"
        cookies = frappe.local.cookie_manager
        for key, value in (
            ("system_user", "yes" if system_user else "no"),
            ("full_name", self.full_name),
            ("user_id", self.user),
            ("user_image", self.info.user_image or ""),
            ("user_lang", frappe.local.lang or "en"),
        ):
            cookies.set_cookie(key, value, deduplicate=True)
        if not resume:
            self._answer_login(system_user)

    def _answer_login(self, system_user: bool) -> None:
        from frappe.website.utils import get_default_path, get_home_page

        frappe.local.response["message"] = "Logged In" if system_user else "No App"
        fallback = "/app" if system_user else "/" + get_home_page()
        frappe.local.response["home_page"] = get_default_path() or fallback
        frappe.local.response["full_name"] = self.full_name

    def run_trigger(self, event: str = "on_login") -> None:
        for method in frappe.get_hooks(event):
            frappe.call(frappe.get_attr(method), login_manager=self)

    def logout(self, arg: str = "", user: str | None = None) -> None:
        """End the current session, or all sessions of another user."""
        self.run_trigger("on_logout")
        if user and user != frappe.session.user:
            clear_sessions(user, force=True)
            return
        delete_session(frappe.session.sid, user=frappe.session.user)
        frappe.local.flags.commit = True
        self.user = "Guest"
        self.get_user_info()
        self.make_session()
        self.set_user_info()
        frappe.local.cookie_manager.delete_all()

    def clear_cookies(self) -> None:
        clear_cookies()


class CookieManager:
    """Cookies that the answer will set."""

    def __init__(self) -> None:
        self.cookies: dict[str, dict] = {}
        self.to_delete: list[str] = []

    def keep_session(self, sid: str | None) -> None:
        """Send the session's cookie, out of reach of scripts."""
        if sid:
            self.set_cookie("sid", sid, max_age=get_expiry_in_seconds(), httponly=True)

    def set_cookie(
        self,
        key: str,
        value: str,
        expires: Any = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str = "Lax",
        max_age: int | None = None,
        deduplicate: bool = False,
    ) -> None:
        """Set a cookie; with `deduplicate` only when the browser does not have this value already."""
        request = frappe.local.request
        if deduplicate and unquote(request.cookies.get(key, "")) == value:
            self.cookies.pop(key, None)
            return
        self.cookies[key] = {
            "value": quote(value or ""),
            "expires": expires,
            "secure": secure or request.scheme == "https",
            "httponly": httponly,
            "samesite": samesite,
            "max_age": max_age,
        }

    def delete_cookie(self, to_delete: str | list[str] | tuple[str, ...]) -> None:
        """Let the browser forget these cookies."""
        self.to_delete.extend([to_delete] if isinstance(to_delete, str) else to_delete)

    def delete_all(self) -> None:
        """Forget all that belongs to a session."""
        self.delete_cookie(SESSION_COOKIES)

    def flush_cookies(self, response: Response) -> None:
        """Put them into the answer."""
        gone = set(self.to_delete)
        for key, options in self.cookies.items():
            if key not in gone:
                response.set_cookie(key, **options)
        for key in sorted(gone):
            response.set_cookie(key, "", expires=datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))


@frappe.whitelist()
def get_logged_user() -> str:
    """The current user's name."""
    return frappe.session.user


def clear_cookies() -> None:
    """Forget the session in the browser."""
    frappe.local.cookie_manager.delete_all()


def validate_ip_address(user: str, allowed: str | None = None) -> None:
    """Raise AuthenticationError when the user may only come from certain addresses and this is none.

    `allowed` are these addresses (their beginnings), when the caller knows them.
    """
    prefixes = [p.strip() for p in (allowed or "").replace("\n", ",").split(",") if p.strip()]
    if prefixes and not any(frappe.local.request_ip.startswith(p) for p in prefixes):
        frappe.throw(_("Access not allowed from this IP Address"), frappe.AuthenticationError)


def validate_auth(hooks: list[str] | None = None) -> None:
    """Log in by the `Authorization` header or the app's hooks; a header that leads nowhere is 401."""
    parts = (frappe.local.request.headers.get("Authorization") or "").split(" ")
    if len(parts) == 2:
        _validate_api_key_header(*parts)
    for hook in frappe.get_hooks("auth_hooks") if hooks is None else hooks:
        frappe.get_attr(hook)()
    if len(parts) == 2 and parts[1] and frappe.session.user in ("", "Guest"):
        raise frappe.AuthenticationError


def _validate_api_key_header(scheme: str, value: str) -> None:
    try:
        if scheme.lower() == "basic":
            key, secret = base64.b64decode(value).decode().split(":", 1)
        elif scheme.lower() in ("token", "bearer") and ":" in value:
            key, secret = value.split(":", 1)
        else:
            return
    except (binascii.Error, UnicodeDecodeError):
        message = _("Failed to decode token, please provide a valid base64-encoded token.")
        frappe.throw(message, frappe.InvalidAuthorizationToken)
    except ValueError:
        return
    validate_api_key_secret(key, secret)


@functools.lru_cache(maxsize=512)
def _decrypted(encrypted: str, encryption_key: str) -> bytes:
    """Decrypting costs more than the rest of the check; the cipher text changes with the secret."""
    from frappe.utils.password import decrypt

    return decrypt(encrypted).encode()


def validate_api_key_secret(api_key: str, api_secret: str) -> None:
    """Become the enabled user with this key and secret, else AuthenticationError."""
    rows = frappe.db.sql(FIND_API_KEY, (api_key,)) if api_key else ()
    if not rows:
        raise frappe.AuthenticationError
    stored = _decrypted(rows[0][1], frappe.conf.get("encryption_key") or "")
    if not hmac.compare_digest(stored, api_secret.encode()):
        raise frappe.AuthenticationError
    if frappe.session.user in ("", "Guest"):
        arguments = frappe.local.form_dict
        frappe.set_user(rows[0][0])
        frappe.local.form_dict = arguments
        frappe.local.lang = rows[0][2] or frappe.get_system_settings("language") or "en"
