"""`frappe.cache` and `frappe.client_cache`: the shapes apps know, over `cache_store` and `shared_store`."""

from collections.abc import Callable, Iterable
from typing import Any

import frappe
from frappe import cache_store, shared_store
from frappe.cache_store import FIELD

Keys = str | Iterable[str]


def _names(keys: Keys) -> list[str]:
    return [keys] if isinstance(keys, str) else list(keys)


class Cache:
    """Values by key, per site. What `get_value` returns belongs to the caller: changing it changes no other request."""

    copies = True

    def __call__(self) -> "Cache":
        return self

    def make_key(self, key: str, user: str | bool | None = None, shared: bool = False) -> str:
        """The full name of a key; `user=True` means the session's user."""
        if not user:
            return str(key)
        return f"user:{frappe.session.user if user is True else user}:{key}"

    def get_value(
        self,
        key: str,
        generator: Callable[[], Any] | None = None,
        user: str | bool | None = None,
        expires: bool = False,
        shared: bool = False,
        use_local_cache: bool = True,
    ) -> Any:
        """The value of a key; a missing one is made by `generator` and kept."""
        name = self.make_key(key, user)
        if not shared:
            return cache_store.compute(name, generator, self.copies)
        value = shared_store.get(name)
        if value is None and generator is not None:
            value = generator()
            shared_store.put(name, value)
        return value

    def set_value(
        self,
        key: str,
        val: Any,
        user: str | bool | None = None,
        expires_in_sec: float | None = None,
        shared: bool = False,
    ) -> None:
        """Keep a value. `shared`: every process sees it at once (JSON values only)."""
        name = self.make_key(key, user)
        if shared:
            shared_store.put(name, val, expires_in_sec)
        else:
            cache_store.keep(name, val, self.copies, expires_in_sec)

    def delete_value(
        self, keys: Keys, user: str | bool | None = None, make_keys: bool = True, shared: bool = False
    ) -> None:
        """Forget keys (hashes with all their fields)."""
        names = [self.make_key(key, user) for key in _names(keys)]
        if shared:
            shared_store.delete(names)
            return
        wanted = tuple(name + FIELD for name in names)
        fields = [key for key in cache_store.known_keys() if key.startswith(wanted)] if wanted else []
        cache_store.drop([*names, *fields])

    delete_key = delete_value

    def delete_keys(self, key: str) -> None:
        """Forget all keys that begin with `key` (or that match it, when it is a pattern)."""
        cache_store.drop_matching(key if "*" in key else f"{key}*")

    # hashes

    def hget(self, name: str, key: str, generator: Callable[[], Any] | None = None, shared: bool = False) -> Any:
        """A field of a hash."""
        return self.get_value(f"{name}{FIELD}{key}", generator, shared=shared)

    def hdel(self, name: str, keys: Keys, shared: bool = False, pipeline: Any = None) -> None:
        """Forget fields of a hash."""
        self.delete_value([f"{name}{FIELD}{key}" for key in _names(keys)], shared=shared)

    def hdel_names(self, names: Iterable[str], key: str) -> None:
        """Forget one field of several hashes."""
        cache_store.drop([f"{name}{FIELD}{key}" for name in names])




class ClientCache(Cache):
    """The same values, handed out without copying: do not change what it returns."""

    copies = False

    def get_doc(self, doctype: str, name: str | None = None) -> Any:
        """The cached document, shared by all who ask: read only."""
        return frappe.get_cached_doc(doctype, name or doctype)
