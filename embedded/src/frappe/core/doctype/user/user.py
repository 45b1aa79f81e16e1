"""Accounts: their names, roles and passwords."""

from typing import Any

import frappe
import frappe.share
from frappe import STANDARD_USERS, _
from frappe.core.doctype.user.account_calls import (  # noqa: F401  (REST names of this module)
    generate_keys,
    get_roles,
    reset_password,
    update_password,
)
from frappe.core.doctype.user.password_policy import check_policy
from frappe.model.document import Document
from frappe.utils import cint, now_datetime, validate_email_address
from frappe.utils.password import update_password as store_password

LOCALE_KEYS = ("date_format", "time_format", "number_format", "first_day_of_the_week")


class User(Document):
    def __setup__(self) -> None:
        self.flags.ignore_save_passwords = ["new_password"]

    def autoname(self) -> None:
        if self.get("is_admin") or self.get("is_guest"):
            self.name = self.first_name
        else:
            self.email = (self.email or "").strip().lower()
            self.name = self.email

    def before_insert(self) -> None:
        self.flags.in_insert = True

    def validate(self) -> None:
        self.flags.entered_password, self.new_password = self.new_password, ""
        if self.flags.entered_password and not self.flags.ignore_password_policy:
            person = (self.first_name, self.middle_name, self.last_name, self.email)
            check_policy(self.flags.entered_password, person)
        if self.name not in STANDARD_USERS:
            self.email = self.name
            validate_email_address(self.email.strip(), True)
        self._clean_names()
        self._settle_roles()
        self._forbid_own_roles()
        self.user_type = "System User" if self._has_desk_access() else "Website User"
        self._validate_enabled()
        self._validate_username()
        if self.user_image and len(self.user_image) > 2000:
            frappe.throw(_("Not a valid User Image."))
        self.time_zone = self.time_zone or frappe.utils.get_system_timezone()

    def after_insert(self) -> None:
        if self.name not in STANDARD_USERS:
            flags = {"ignore_share_permission": True}
            frappe.share.add_docshare("User", self.name, self.name, write=1, share=1, flags=flags)

    def on_update(self) -> None:
        self._clear_caches()
        self._store_entered_password()
        if self.time_zone:
            frappe.defaults.set_default("time_zone", self.time_zone, self.name)
        if self.has_value_changed("language"):
            self._apply_language()
        if self.flags.in_insert and self.name not in STANDARD_USERS:
            self._send_welcome_email()

    def on_trash(self) -> None:
        if self.name in STANDARD_USERS:
            frappe.throw(_("User {0} cannot be deleted").format(self.name))
        self._clear_caches()
        self._end_sessions()
        frappe.db.delete("ToDo", {"allocated_to": self.name})
        frappe.db.set_value("ToDo", {"assigned_by": self.name}, "assigned_by", None, update_modified=False)
        frappe.db.delete("DocShare", {"user": self.name})
        frappe.db.delete("User Permission", {"user": self.name})

    def before_rename(self, old: str, new: str, merge: bool = False) -> None:
        if old in STANDARD_USERS or new in STANDARD_USERS:
            frappe.throw(_("User {0} cannot be renamed").format(old))
        validate_email_address(new.strip(), True)
        self._clear_caches()

    def after_rename(self, old: str, new: str, merge: bool = False) -> None:
        for doctype in frappe.get_all("DocType", filters={"issingle": 0, "is_virtual": 0}, pluck="name"):
            for column in ("owner", "modified_by"):
                if frappe.db.table_exists(doctype):
                    frappe.db.set_value(doctype, {column: old}, column, new, update_modified=False)
        frappe.db.set_value("User", new, "email", new)

    def _clean_names(self) -> None:
        for field in ("first_name", "middle_name", "last_name"):
            if self.get(field):
                self.set(field, frappe.utils.strip_html(self.get(field)).strip())
        self.full_name = " ".join(filter(None, [self.first_name, self.last_name]))

    def _settle_roles(self) -> None:
        """Roles of the profile, each once, only enabled ones; Guest has none but his own."""
        if self.role_profile_name and self.name not in STANDARD_USERS:
            profile = frappe.get_cached_doc("Role Profile", self.role_profile_name)
            wanted = [row.role for row in profile.roles]
            self.roles = [row for row in self.roles if row.role in wanted]
            self.append_roles(*wanted)
        disabled = set(frappe.get_all("Role", filters={"disabled": 1}, pluck="name"))
        kept: dict[str, Any] = {}
        for row in self.roles:
            allowed = row.role == "Guest" if self.name == "Guest" else row.role not in disabled
            if row.role and allowed:
                kept.setdefault(row.role, row)
        if len(kept) != len(self.roles):
            self.roles = list(kept.values())

    def _forbid_own_roles(self) -> None:
        """Roles are given by System Managers; whoever may write a User otherwise may not add any."""
        if self.flags.ignore_permissions or frappe.session.user == "Administrator":
            return
        if "System Manager" in frappe.get_roles():
            return
        before = self.get_doc_before_save()
        had = {row.role for row in before.roles} if before else set()
        if {row.role for row in self.roles} - had:
            frappe.throw(_("Only a System Manager may assign roles"), frappe.PermissionError)

    def _has_desk_access(self) -> bool:
        if self.name in STANDARD_USERS:
            return self.name == "Administrator"
        names = [row.role for row in self.roles]
        return bool(names and frappe.db.exists("Role", {"name": ["in", names], "desk_access": 1}))

    def _validate_enabled(self) -> None:
        if cint(self.enabled):
            return
        if self.name in STANDARD_USERS:
            frappe.throw(_("User {0} cannot be disabled").format(self.name))
        self.update({"thread_notify": 0, "send_me_a_copy": 0, "allowed_in_mentions": 0})
        if not self.is_new():
            self._end_sessions()

    def _validate_username(self) -> None:
        if not self.username and self.is_new() and self.first_name:
            self.username = frappe.scrub(self.first_name)
        self.username = (self.username or "").strip(" @") or None
        if self.username and frappe.db.exists("User", {"username": self.username, "name": ["!=", self.name]}):
            if self.user_type == "System User" and not self.is_new():
                frappe.msgprint(_("Username {0} already exists").format(self.username))
            self.username = None

    def _clear_caches(self) -> None:
        from frappe.permissions import clear_permission_cache

        clear_permission_cache(self.name)
        frappe.clear_cache(user=self.name)

    def _end_sessions(self) -> None:
        from frappe.sessions import clear_sessions

        clear_sessions(user=self.name, keep_current=False, force=True)

    def _store_entered_password(self) -> None:
        password = self.flags.pop("entered_password", None)
        if password:
            store_password(user=self.name, pwd=password, logout_all_sessions=cint(self.logout_all_sessions))

    def _apply_language(self) -> None:
        language = frappe.get_cached_doc("Language", self.language) if self.language else {}
        for key in LOCALE_KEYS:
            if language.get(key):
                frappe.defaults.set_default(key, language.get(key), self.name)
            elif not self.language:
                frappe.defaults.clear_default(key, parent=self.name)

    def _send_welcome_email(self) -> None:
        if self.flags.no_welcome_mail or not cint(self.send_welcome_email) or frappe.flags.in_install:
            return
        site = frappe.db.get_default("site_name")
        subject = _("Welcome to {0}").format(site) if site else _("Complete Registration")
        try:
            self._send_login_mail(subject, "new_user", self.reset_password(), "welcome_email_template")
        except frappe.OutgoingEmailError:
            frappe.clear_last_message()
            frappe.msgprint(_("Please setup default outgoing Email Account"), alert=True)

    def _send_login_mail(self, subject: str, template: str, link: str, custom: str) -> None:
        args = {"first_name": self.first_name or self.name, "user": self.name, "link": link, "title": subject}
        message = {"template": template, "args": args}
        chosen = frappe.get_system_settings(custom)
        if chosen:
            own = frappe.get_doc("Email Template", chosen).get_formatted_email(args)
            subject, message = own["subject"], {"message": own["message"]}
        frappe.sendmail(recipients=[self.email], subject=subject, **message)

    def reset_password(self, send_email: bool = False, password_expired: bool = False) -> str:
        """Make a one-time link to set a password (valid as long as System Settings say), and send it if asked."""
        key = frappe.generate_hash(length=32)
        values = {
            "reset_password_key": frappe.utils.sha256_hash(key),
            "last_reset_password_key_generated_on": now_datetime(),
        }
        self.db_set(values)
        expired = "&password_expired=true" if password_expired else ""
        link = frappe.utils.get_url(f"/update-password?key={key}{expired}", allow_header_override=False)
        if send_email:
            self._send_login_mail(_("Password Reset"), "password_reset", link, "reset_password_template")
        return link

    def append_roles(self, *roles: str) -> None:
        """Add roles that the user has not got, without saving."""
        present = {row.role for row in self.get("roles")}
        for role in roles:
            if role not in present:
                self.append("roles", {"role": role})
                present.add(role)

    def add_roles(self, *roles: str) -> None:
        """Add roles and save."""
        self.append_roles(*roles)
        self.save()

    def remove_roles(self, *roles: str) -> None:
        """Take roles away and save."""
        self.roles = [row for row in self.roles if row.role not in roles]
        self.save()

    @classmethod
    def find_by_credentials(cls, user_name: str, password: str, validate_password: bool = True) -> dict | None:
        """The user with this e-mail (or phone, username where System Settings allow), with `is_authenticated`."""
        from frappe.utils.password import check_password

        or_filters: list = [{"name": user_name}]
        if cint(frappe.get_system_settings("allow_login_using_mobile_number")):
            or_filters.append({"mobile_no": user_name})
        if cint(frappe.get_system_settings("allow_login_using_user_name")):
            or_filters.append({"username": user_name})
        or_filters = [["User", key, "=", value] for row in or_filters for key, value in row.items()]
        users = frappe.get_all("User", fields=["name", "enabled"], or_filters=or_filters)
        if not users:
            return None
        # Somebody's username may be somebody else's e-mail address: the address counts.
        user = min(users, key=lambda found: found.name != user_name.strip().lower())
        user["is_authenticated"] = True
        if validate_password:
            try:
                check_password(user["name"], password, delete_tracker_cache=False)
            except frappe.AuthenticationError:
                user["is_authenticated"] = False
        return user


def get_permission_query_conditions(user: str | None) -> str:
    """Administrator and Guest are not listed for others."""
    if (user or frappe.session.user) in STANDARD_USERS:
        return ""
    names = ", ".join(frappe.db.escape(name) for name in STANDARD_USERS)
    return f"`tabUser`.name not in ({names})"


def has_permission(doc: Document, user: str, ptype: str | None = None) -> bool:
    """Only Administrator touches the accounts Administrator and Guest."""
    return user in STANDARD_USERS or doc.name not in STANDARD_USERS
