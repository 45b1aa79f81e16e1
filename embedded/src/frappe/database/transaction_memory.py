"""What a transaction has read and need not read again: rows of documents, and names that exist.

A transaction sees one state of the database plus its own writes (a snapshot, or rows that it has locked). So a row read
before is still the same unless this transaction wrote to its table, and every write makes its table forgotten.
"""

import re
from collections.abc import Iterable, Sequence

from frappe.types import _dict

# More statements than any single action needs; a long import starts over now and then.
MAX_READS = 1_000
_TARGET = re.compile(
    r"\s*(?:insert(?:\s+ignore)?\s+into|replace\s+into|update(?:\s+ignore)?|delete\s+from)\s+"
    r"(?:`([^`]+)`|(\w+))\s*(?:set\b|\(|where\b|values\b|select\b|$)",
    re.IGNORECASE,
)


class TransactionMemory:
    """Forgets by itself: `wrote` hears of every write, `clear` of the end of a transaction or a rollback."""

    def __init__(self) -> None:
        self._reads: dict[str, dict[tuple, tuple[bool, list[dict]]]] = {}
        self._count = 0
        self._names: dict[str, set[str]] = {}

    def clear(self) -> None:
        self._reads.clear()
        self._names.clear()
        self._count = 0

    def wrote(self, kind: str, query: str) -> None:
        """Forget the table that a statement writes to, and everything when the table is not plain to see."""
        if not (self._reads or self._names):
            return
        found = _TARGET.match(query)
        if not found:
            self.clear()
            return
        table = (found.group(1) or found.group(2)).lower()
        self._reads.pop(table, None)
        if kind in ("delete", "replace"):
            self._names.pop(table, None)

    def rows(self, table: str, key: tuple, locked: bool) -> list[_dict] | None:
        """The rows of a statement made before, as copies; None when it has to be made (again, to lock them)."""
        known = self._reads.get(table.lower(), {}).get(key)
        if known is None or (locked and not known[0]):
            return None
        return [_dict(row) for row in known[1]]

    def keep(self, table: str, key: tuple, locked: bool, rows: Sequence[dict]) -> None:
        """Remember the rows of a statement; `locked` says whether nobody else can change them meanwhile."""
        if self._count >= MAX_READS:
            self.clear()
        self._count += 1
        self._reads.setdefault(table.lower(), {})[key] = (locked, [dict(row) for row in rows])

    def remember_names(self, doctype: str, names: Iterable[str]) -> None:
        """These documents exist: found, or written by this transaction."""
        self._names.setdefault(f"tab{doctype}".lower(), set()).update(names)

    def has_name(self, doctype: str, name: str) -> bool:
        return name in self._names.get(f"tab{doctype}".lower(), ())
