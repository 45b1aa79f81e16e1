"""The cache of a process, kept right across the processes of a site without a server.

Values stay in this process. What tells other processes that a value is stale is one small file per site,
`<site>/.cache_generation`: a table of counters mapped into memory. Deleting a key stamps the key's slot with the
next number of a sequence; a value is valid while its slot was last stamped before the transaction that read it
began, so a reader with an old snapshot can never put old data back. Reading costs no system call.

A key deleted inside a transaction stays private to that transaction until it ends: what it computes from its
uncommitted rows is not shared, and the deletion is told to others after COMMIT.

Values that several processes must see (counters, one-time messages, failed logins) are passed with `shared=True` or
by the counter calls and live in `frappe.shared_store`.
"""

import fcntl
import functools
import mmap
import os
import pickle
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

import frappe

SLOTS = 2048
_HEAD = 2  # slot 0: the sequence, slot 1: when everything was dropped
_SIZE = 8 * SLOTS
_PLAIN = (str, int, float, bool, bytes, type(None))
_MAX_ENTRIES = 20_000


class Generations:
    """The counters of one site."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._fd).st_size < _SIZE:
            os.ftruncate(self._fd, _SIZE)
        self._map = mmap.mmap(self._fd, _SIZE)
        self.inode = os.fstat(self._fd).st_ino

    def read(self, slot: int) -> int:
        """The number of a slot."""
        return struct.unpack_from("<q", self._map, slot * 8)[0]

    @contextmanager
    def _locked(self):
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def stamp(self, slots: Iterable[int]) -> int:
        """Give the slots the next number of the sequence."""
        with self._locked():
            number = self.read(0) + 1
            for slot in slots:
                struct.pack_into("<q", self._map, slot * 8, number)
            struct.pack_into("<q", self._map, 0, number)
        return number


class MemoryGenerations:
    """Counters for when there is no site folder."""

    inode = 0

    def __init__(self) -> None:
        self._slots = [0] * SLOTS

    def read(self, slot: int) -> int:
        """The number of a slot."""
        return self._slots[slot]

    def stamp(self, slots: Iterable[int]) -> int:
        """Give the slots the next number of the sequence."""
        number = self._slots[0] + 1
        for slot in slots:
            self._slots[slot] = number
        self._slots[0] = number
        return number


FIELD = "\x1f"  # stands between the name of a hash and its field


@functools.lru_cache(maxsize=_MAX_ENTRIES)
def slot_of(key: str) -> int:
    """The slot of a key (of a hash: the slot of its name). Keys of one slot are dropped together, which costs no more
    than computing them again."""
    return _HEAD + zlib.crc32(key.partition(FIELD)[0].encode()) % (SLOTS - _HEAD)


@functools.lru_cache(maxsize=_MAX_ENTRIES)
def group_slot(name: str) -> int:
    """The slot of all keys `<name>::…`, so that they can be deleted together."""
    return slot_of(f"group {name}")


class SiteStore:
    """The values of one site in this process: key → (value, pickled, sequence, expiry)."""

    def __init__(self, site_path: str | None) -> None:
        self.entries: dict[str, tuple[Any, bool, int, float]] = {}
        folder = bool(site_path) and os.path.isdir(site_path or "")
        path = os.path.join(site_path or "", ".cache_generation")
        self.generations: Generations | MemoryGenerations = Generations(path) if folder else MemoryGenerations()
        self._path = path if folder else None
        self._folder = site_path

    def is_current(self) -> bool:
        """Whether the file is still the one that is mapped here."""
        if self._path is None:
            return not (self._folder and os.path.isdir(self._folder))
        try:
            return os.stat(self._path).st_ino == self.generations.inode
        except FileNotFoundError:
            return False

    def get(self, key: str) -> tuple[Any, bool, float] | None:
        """(value, pickled, expiry) when there is a valid one."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        value, pickled, sequence, expires = entry
        group = key.rpartition("::")[0]
        slots = (1, slot_of(key), group_slot(group)) if group else (1, slot_of(key))
        stale = any(self.generations.read(slot) > sequence for slot in slots)
        if stale or (expires and expires < time.time()):
            self.entries.pop(key, None)
            return None
        return value, pickled, expires

    def put(self, key: str, value: Any, pickled: bool, sequence: int, expires: float) -> None:
        """Keep a value; the oldest ones go when there are too many."""
        if len(self.entries) >= _MAX_ENTRIES:
            for old in list(self.entries)[: _MAX_ENTRIES // 10]:
                self.entries.pop(old, None)
        self.entries[key] = (value, pickled, sequence, expires)


_stores: dict[str, SiteStore] = {}
_stores_lock = threading.Lock()


def _folder_of_site() -> str:
    path = getattr(frappe.local, "site_path", None) or ""
    return _absolute(path) if path.startswith("/") else os.path.abspath(path) if path else ""


_absolute = functools.lru_cache(maxsize=256)(os.path.abspath)


def site_store() -> SiteStore:
    """The store of the current site."""
    key = _folder_of_site()
    store = _stores.get(key)
    if store is None:
        with _stores_lock:
            store = _stores.get(key) or _stores.setdefault(key, SiteStore(key or None))
    return store


def reopen() -> None:
    """Look at the site's counters again when its folder appeared or its file was replaced (a restored site)."""
    key = _folder_of_site()
    store = _stores.get(key)
    if store is not None and not store.is_current():
        with _stores_lock:
            _stores.pop(key, None)


class Scope:
    """What the current request knows: its sequence number, its own copies, and the keys it deleted."""

    __slots__ = ("dirty", "hooked", "patterns", "sequence", "values")

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self.values: dict[str, Any] = {}
        self.dirty: set[str] = set()
        self.patterns: set[str] = set()
        self.hooked = False


def scope() -> Scope:
    """The current request's scope, made on first use."""
    current = getattr(frappe.local, "cache_scope", None)
    if current is None:
        current = frappe.local.cache_scope = Scope(site_store().generations.read(0))
    return current


def begin_transaction() -> None:
    """A new snapshot may be taken from here on: called by the database layer after COMMIT and ROLLBACK."""
    current = getattr(frappe.local, "cache_scope", None)
    if current is not None and not current.dirty and not current.patterns:
        current.sequence = site_store().generations.read(0)
        current.values.clear()


def forget_request_values() -> None:
    """Compute again what this request computed itself: some of the rows behind it were undone (a savepoint)."""
    current = getattr(frappe.local, "cache_scope", None)
    if current is not None:
        current.values.clear()


def _is_dirty(current: Scope, key: str) -> bool:
    return key in current.dirty or any(fnmatchcase(key, pattern) for pattern in current.patterns)


def fetch(key: str, copy: bool) -> tuple[bool, Any]:
    """(found, value). With `copy` the caller gets an object of its own, the same one all through the request."""
    current = scope()
    if key in current.values:
        return True, current.values[key]
    if _is_dirty(current, key):
        return False, None
    entry = site_store().get(key)
    if entry is None:
        return False, None
    value, pickled, expires = entry
    if pickled:
        value = pickle.loads(value)  # noqa: S301  made by this very process, never read from outside
    if pickled or not expires:
        current.values[key] = value
    return True, value


def keep(key: str, value: Any, copy: bool, expires_in_sec: float | None = None) -> None:
    """Store a value; one whose key this transaction deleted stays in the transaction."""
    current = scope()
    current.values[key] = value
    if _is_dirty(current, key):
        return
    pickled = copy and not isinstance(value, _PLAIN)
    if pickled:
        value = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    elif expires_in_sec:
        current.values.pop(key, None)
    expires = time.time() + expires_in_sec if expires_in_sec else 0.0
    site_store().put(key, value, pickled, current.sequence, expires)


def known_keys() -> set[str]:
    """Keys that this process or this request holds."""
    return {*site_store().entries, *scope().values}


def drop(keys: Iterable[str]) -> None:
    """Delete keys: at once in this process and transaction, elsewhere when the transaction commits."""
    keys = list(keys)
    current, store = scope(), site_store()
    for key in keys:
        current.values.pop(key, None)
        store.entries.pop(key, None)
    current.dirty.update(keys)
    _publish_later(current)


def drop_matching(pattern: str) -> None:
    """Delete all keys that a shell pattern matches.

    Other processes forget the group `<name>::*`, or everything when the pattern is of another kind: their keys are not
    known here.
    """
    current, store = scope(), site_store()
    for held in (current.values, store.entries):
        for key in [key for key in list(held) if fnmatchcase(key, pattern)]:
            held.pop(key, None)
    current.patterns.add(pattern)
    _publish_later(current)


def drop_all() -> None:
    """Forget everything of this site, in all processes."""
    drop_matching("*")


def _publish_later(current: Scope) -> None:
    """Tell other processes now when there is no transaction, else when it ends."""
    database = getattr(frappe.local, "db", None)
    if database is None or not hasattr(database, "after_commit"):
        _publish(current)
    elif not current.hooked:
        current.hooked = True
        database.after_commit.add(_committed)
        database.after_rollback.add(_rolled_back)


def _publish(current: Scope) -> None:
    slots = {slot_of(key) for key in current.dirty} | {_slot_of_pattern(pattern) for pattern in current.patterns}
    if slots:
        current.sequence = site_store().generations.stamp(slots)
    _end(current)


def _slot_of_pattern(pattern: str) -> int:
    name = pattern.removesuffix("::*")
    return group_slot(name) if name != pattern and not set(name) & set("*?[") else 1


def _end(current: Scope) -> None:
    for held in (current.values, current.dirty, current.patterns):
        held.clear()
    current.hooked = False


def _committed() -> None:
    current = getattr(frappe.local, "cache_scope", None)
    if current is not None:
        _publish(current)


def _rolled_back() -> None:
    """What was computed from rows that are gone now goes too; nobody else ever saw it."""
    current = getattr(frappe.local, "cache_scope", None)
    if current is not None:
        _end(current)
        current.sequence = site_store().generations.read(0)


def compute(key: str, generator: Callable[[], Any] | None, copy: bool, expires_in_sec: float | None = None) -> Any:
    """The value of a key, made by `generator` when it is not there."""
    found, value = fetch(key, copy)
    if (not found or value is None) and generator is not None:
        value = generator()
        keep(key, value, copy, expires_in_sec)
    return value
