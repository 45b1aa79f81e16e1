"""Transaction callbacks and control that both engines share."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import cache_store
from frappe.database.utils import CallbackManager

IGNORED = "Commit and rollback are ignored while the events of a document run; they would break its atomicity."


class TransactionMixin:
    """Commit, rollback and savepoints. Engines give `_begin`, `_commit` and `_rollback`."""

    MAX_WRITES_PER_TRANSACTION = 200_000

    def _init_transactions(self) -> None:
        self.before_commit = CallbackManager()
        self.after_commit = CallbackManager()
        self.before_rollback = CallbackManager()
        self.after_rollback = CallbackManager()
        self.transaction_writes = 0
        self.auto_commit_on_many_writes = 0
        self._disable_transaction_control = 0
        self.in_transaction = False
        self._schema_changed = False
        self.write_intent = False
        self.read_only = False

    def begin(self, write: bool | None = None, *, read_only: bool = False) -> None:
        """Say what the next transactions are for; the database is asked at the first statement.

        `write` takes the write lock at once (SQLite), `read_only` refuses writes.
        """
        if write is not None:
            self.write_intent = write
        self.read_only = read_only or bool(frappe.flags.read_only)

    def commit(self) -> None:
        """Make the changes durable, then run the `after_commit` callbacks. Ignored inside document events."""
        if self._disable_transaction_control:
            warnings.warn(IGNORED, stacklevel=2)
            return
        self.before_rollback.reset()
        self.after_rollback.reset()
        self.before_commit.run()
        if self.in_transaction:
            self._commit()
        self._ended()
        self.after_commit.run()
        cache_store.begin_transaction()

    def rollback(self, *, save_point: str | None = None) -> None:
        """Undo all since the last commit, or since `save_point`. A full one is ignored inside document events."""
        if save_point:
            self.sql(f"rollback to savepoint {_savepoint_name(save_point)}")
            self.value_cache.clear()
            self.memory.clear()
            cache_store.forget_request_values()
            return
        if self._disable_transaction_control:
            warnings.warn(IGNORED, stacklevel=2)
            return
        self.before_commit.reset()
        self.after_commit.reset()
        self.before_rollback.run()
        if self.in_transaction:
            self._rollback()
        if self._schema_changed:
            self.clear_schema_cache()
        self._ended()
        self.after_rollback.run()
        cache_store.begin_transaction()

    def _ended(self) -> None:
        self.in_transaction = False
        self._schema_changed = False
        self.transaction_writes = 0
        self.value_cache.clear()
        self.memory.clear()

    def savepoint(self, save_point: str) -> None:
        self.sql(f"savepoint {_savepoint_name(save_point)}")

    def release_savepoint(self, save_point: str) -> None:
        self.sql(f"release savepoint {_savepoint_name(save_point)}")

    def _count_write(self) -> None:
        self.transaction_writes += 1
        if self.transaction_writes > self.MAX_WRITES_PER_TRANSACTION:
            if not self.auto_commit_on_many_writes:
                raise frappe.TooManyWritesError("Too many changes to database in single action.")
            self.commit()


def _savepoint_name(name: str) -> str:
    if not name.isidentifier():
        raise frappe.ValidationError(f"Illegal savepoint name: {name!r}")
    return f"`{name}`"  # some names are words of MariaDB


@contextmanager
def savepoint(catch: type[Exception] | tuple[type[Exception], ...] = Exception) -> Iterator[None]:
    """Undo the block's changes, and go on, when it raises `catch`."""
    name = f"sp_{frappe.generate_hash(length=8)}"
    frappe.db.savepoint(name)
    try:
        yield
    except catch:
        frappe.db.rollback(save_point=name)
    else:
        frappe.db.release_savepoint(name)
