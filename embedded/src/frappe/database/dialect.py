"""The little of MariaDB's SQL that SQLite spells differently, rewritten once per text.

Strings keep MariaDB's backslash escapes, ``%s`` and ``%(name)s`` become ``?``, divisions are exact, locks are noticed.
"""

import re
from functools import lru_cache
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    |(?P<name>`[^`]*`)
    |(?P<comment>/\*.*?\*/|--[ \t][^\n]*|\#[^\n]*)
    |(?P<param>%\((?P<key>\w+)\)s|%s)
    |(?P<percent>%%)
    |(?P<divide>/)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
LOCKING = re.compile(r"\s+for\s+update\s*;?\s*$", re.I)
INSERT_IGNORE = re.compile(r"^\s*insert\s+ignore\b", re.I)
LONG = 4_000
ITEMS = re.compile(r"[(),]|\bfrom\b|\Z", re.I)
CALL = re.compile(r"\(?\s*(distinct\s+)?(\w+)\s*\(", re.I)
TEMPORAL = frozenset("max min coalesce ifnull date".split())


class Statement(NamedTuple):
    """A rewritten statement: `parts` with one value between each two of them, in the order of `keys`."""

    text: str
    parts: tuple[str, ...]
    keys: tuple[str | None, ...]
    locks: bool
    columns: tuple[str | None, ...]
    """Per selected expression: 'number', 'temporal' or None. SQLite has types for plain columns only."""


def _literal(token: str) -> str:
    quote, body = token[0], token[1:-1]
    body = body.replace(quote * 2, quote)
    body = BACKSLASH.sub(lambda m: m[0] if m[1] in "%_" else ESCAPES.get(m[1], m[1]), body)
    return "'" + body.replace("'", "''") + "'"


def _tokens(query: str, parametrised: bool) -> tuple[list[str], list[str | None]]:
    """Texts between the values, and the values' names."""
    parts: list[str] = [""]
    keys: list[str | None] = []
    position = 0
    for match in TOKEN.finditer(query):
        parts[-1] += query[position : match.start()]
        position, text = match.end(), match[0]
        if parametrised and match["param"]:
            keys.append(match["key"])
            parts.append("")
            continue
        if match["string"]:
            text = _literal(text)
        elif match["divide"] or match["comment"]:
            text = "*1.0/" if match["divide"] else " "
        parts[-1] += text.replace("%%", "%") if parametrised else text
    parts[-1] += query[position:]
    return parts, keys


def select_items(query: str) -> list[str]:
    """Expressions between SELECT and the FROM of the same level; empty when one of them is a star."""
    masked = re.sub(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`", lambda m: "x" * len(m[0]), query)
    start = re.match(r"\s*select\s+(?:distinct\s+)?", masked, re.I)
    if not start:
        return []
    items, depth, begin = [], 0, start.end()
    for match in ITEMS.finditer(masked, begin):
        token = match[0]
        if token in "()" and token:
            depth += 1 if token == "(" else -1
        elif depth == 0:
            items.append(query[begin : match.start()].strip())
            begin = match.end()
            if token != ",":
                break
    return [] if any(item.endswith("*") for item in items) else items


def _column_kind(item: str) -> str | None:
    lower = item.lower()
    if "sum(" in lower or "avg(" in lower:
        return "number"
    call = CALL.match(lower)
    return "temporal" if call and call[2] in TEMPORAL else None


def _rewrite(query: str, parametrised: bool) -> Statement:
    if "\0" in query:
        raise ValueError("A statement cannot contain a null character")
    parts, keys = _tokens(query.strip(), parametrised)
    locks = bool(LOCKING.search(parts[-1]))
    parts[-1] = LOCKING.sub("", parts[-1])
    parts[0] = INSERT_IGNORE.sub("INSERT OR IGNORE", parts[0])
    columns = tuple(map(_column_kind, select_items(query)))
    return Statement("?".join(parts), tuple(parts), tuple(keys), locks, columns)


_translate = lru_cache(maxsize=2048)(_rewrite)
_translate_long = lru_cache(maxsize=8)(_rewrite)


def translate(query: str, parametrised: bool) -> Statement:
    """SQLite's form of a statement. `parametrised` says whether values go with it (then ``%%`` means ``%``)."""
    return (_translate if len(query) < LONG else _translate_long)(query, parametrised)
