"""Hashed passwords of users and encrypted secrets of documents, both in the table `__Auth`.

Passwords are stored as PBKDF2-HMAC-SHA256 in the notation that passlib (and so Frappe) writes. Secrets are Fernet
tokens under the site's `encryption_key`.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any

import frappe
from frappe.exceptions import AuthenticationError, ValidationError

DEFAULT_ROUNDS = 210_000
_MIN_ROUNDS = 29_000
_MAX_ROUNDS = 5_000_000
_PREFIX = "$pbkdf2-sha256$"
_MAX_LENGTH = 4096


class PasswordHashes:
    """Hashing and verifying, with passlib's three calls."""

    def hash(self, secret: str) -> str:
        """A salted hash of a password."""
        rounds = self._rounds()
        salt = secrets.token_bytes(16)
        return f"{_PREFIX}{rounds}${_encode(salt)}${_encode(_derive(secret, salt, rounds))}"

    def verify(self, secret: str, hashed: str) -> bool:
        """Whether the password is the one that was hashed."""
        try:
            rounds, salt, digest = _parse(hashed)
        except (ValueError, binascii.Error):
            return False
        return hmac.compare_digest(_derive(secret, salt, rounds), digest)

    def needs_update(self, hashed: str) -> bool:
        """Whether the hash is weaker than new ones."""
        return _parse(hashed)[0] < self._rounds()

    def _rounds(self) -> int:
        """`password_hash_rounds` of the site's settings, never less than what Frappe uses."""
        conf = getattr(frappe.local, "conf", None)
        return max(_MIN_ROUNDS, int((conf or {}).get("password_hash_rounds") or DEFAULT_ROUNDS))


def _encode(data: bytes) -> str:
    """Base64 as passlib writes it: "." for "+", nothing at the end."""
    return base64.b64encode(data, b"./").decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), b"./", validate=True)


def _derive(secret: str, salt: bytes, rounds: int) -> bytes:
    if len(secret) > _MAX_LENGTH:
        raise ValidationError("This password is too long")
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)


def _parse(hashed: str) -> tuple[int, bytes, bytes]:
    if not hashed.startswith(_PREFIX):
        raise ValueError("unknown kind of hash")
    rounds, salt, digest = hashed.removeprefix(_PREFIX).split("$")
    if not 0 < int(rounds) <= _MAX_ROUNDS:
        raise ValueError("impossible number of rounds")
    return int(rounds), _decode(salt), _decode(digest)


passlibctx = PasswordHashes()


def _read(doctype: str, name: str, fieldname: str, encrypted: int) -> Any:
    rows = frappe.db.sql(
        "select name, password from `__Auth` where doctype = %s and name = %s and fieldname = %s and encrypted = %s",
        (doctype, name, fieldname, encrypted),
    )
    return rows[0] if rows else None


def _write(doctype: str, name: str, fieldname: str, value: str, encrypted: int) -> None:
    remove_encrypted_password(doctype, name, fieldname)
    frappe.db.sql(
        "insert into `__Auth` (doctype, name, fieldname, password, encrypted) values (%s, %s, %s, %s, %s)",
        (doctype, name, fieldname, value, encrypted),
    )


def check_password(
    user: str, pwd: str, doctype: str = "User", fieldname: str = "password", delete_tracker_cache: bool = True
) -> str:
    """The user's name as stored when the password is right. Raises AuthenticationError.

    A wrong name takes as long as a wrong password, so that nobody can find out names by measuring.
    """
    row = _read(doctype, user, fieldname, 0)
    right = passlibctx.verify(pwd, row[1] if row else _decoy())
    if not row or not right:
        raise AuthenticationError(frappe._("Incorrect User or Password"))
    if passlibctx.needs_update(row[1]) and not frappe.flags.read_only:
        update_password(row[0], pwd, doctype, fieldname)
    return row[0]


_decoys: dict[int, str] = {}


def _decoy() -> str:
    """The hash of a password that nobody knows."""
    rounds = passlibctx._rounds()
    if rounds not in _decoys:
        _decoys[rounds] = passlibctx.hash(secrets.token_hex())
    return _decoys[rounds]


def update_password(
    user: str, pwd: str, doctype: str = "User", fieldname: str = "password", logout_all_sessions: bool = False
) -> None:
    """Set a user's password; with `logout_all_sessions` end all sessions but this one."""
    _write(doctype, user, fieldname, passlibctx.hash(pwd), 0)
    if logout_all_sessions:
        from frappe.sessions import clear_sessions

        clear_sessions(user=user, keep_current=True, force=True)


def get_decrypted_password(
    doctype: str, name: str, fieldname: str = "password", raise_exception: bool = True
) -> str | None:
    """A stored secret. Raises AuthenticationError when there is none, ValidationError when the key does not fit it."""
    row = _read(doctype, name, fieldname, 1)
    if row and row[1]:
        try:
            return decrypt(row[1], key=f"{doctype}.{name}.{fieldname}")
        except ValidationError:
            if raise_exception:
                raise
            return None
    if raise_exception:
        message = frappe._("Password not found for {0} {1} {2}").format(doctype, name, fieldname)
        frappe.throw(message, AuthenticationError)
    return None


def set_encrypted_password(doctype: str, name: str, pwd: str, fieldname: str = "password") -> None:
    """Store a secret."""
    _write(doctype, name, fieldname, encrypt(pwd), 1)


def remove_encrypted_password(doctype: str, name: str, fieldname: str = "password") -> None:
    """Forget a secret or password."""
    frappe.db.sql(
        "delete from `__Auth` where doctype = %s and name = %s and fieldname = %s", (doctype, name, fieldname)
    )


def delete_all_passwords_for(doctype: str, name: str) -> None:
    """Forget all secrets and passwords of a document."""
    frappe.db.sql("delete from `__Auth` where doctype = %s and name = %s", (doctype, name))


def rename_password(doctype: str, old_name: str, new_name: str) -> None:
    """Move the secrets of a document to its new name."""
    frappe.db.sql("update `__Auth` set name = %s where doctype = %s and name = %s", (new_name, doctype, old_name))


def _cipher(encryption_key: str | None) -> Any:
    from cryptography.fernet import Fernet

    try:
        return Fernet((encryption_key or get_encryption_key()).encode())
    except (ValueError, TypeError):
        frappe.throw(frappe._("Encryption key is in invalid format!"))


def encrypt(txt: str, encryption_key: str | None = None) -> str:
    """Encrypted text. Raises ValidationError when the key is no Fernet key."""
    return _cipher(encryption_key).encrypt(txt.encode()).decode()


def decrypt(txt: str, encryption_key: str | None = None, key: str | None = None) -> str:
    """Text that `encrypt` made. Raises ValidationError when the site's key is another one; `key` names the secret."""
    from cryptography.fernet import InvalidToken

    try:
        return _cipher(encryption_key).decrypt(txt.encode()).decode()
    except InvalidToken:
        what = frappe._("Failed to decrypt key {0}").format(key) + "<br><br>" if key else ""
        advice = frappe._("If the site was restored from a backup, copy its original encryption key too.")
        invalid = frappe._("Encryption key is invalid! Please check site_config.json")
        frappe.throw(f"{what}{invalid}<br><br>{advice}")


def get_encryption_key() -> str:
    """The site's key; made and written to `site_config.json` when there is none yet."""
    if not frappe.local.conf.get("encryption_key"):
        from cryptography.fernet import Fernet

        from frappe.config import update_site_config

        update_site_config("encryption_key", Fernet.generate_key().decode())
    return frappe.local.conf.encryption_key
