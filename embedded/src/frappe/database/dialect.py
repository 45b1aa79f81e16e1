"""MariaDB's SQL, as far as Frappe apps use it, rewritten for SQLite.

A statement is rewritten once and cached by its text. Strings keep MariaDB's backslash escapes, ``%s`` and ``%(name)s``
become ``?``; what has no SQLite spelling is turned into a call of a function that ``sqlite_functions`` registers.
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
    |(?P<null_safe><=>)
    |(?P<divide>/)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<space>\s+)""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
BACKSLASH = re.compile(r"\\(.)", re.DOTALL)
# these are keywords of SQLite, or built in with another meaning
RENAMED = {"left": "left_", "right": "right_", "greatest": "max", "least": "min", "rlike": "regexp"}
LOCKING = re.compile(
    r"\s+(?:for\s+update(?:\s+of\s+\S+)?(?:\s+(?:skip\s+locked|nowait))?|lock\s+in\s+share\s+mode)\s*;?\s*$", re.I
)
# strings and quoted names are out of the rewrites' reach: they stand as \0<number>\0
MASKED = re.compile("\0(\\d+)\0")
REWRITES = (
    (re.compile(r"^\s*insert\s+ignore\b", re.I), "INSERT OR IGNORE"),
    (re.compile(r"^\s*update\s+ignore\b", re.I), "UPDATE OR IGNORE"),
    (re.compile(r"^\s*truncate\s+(?:table\s+)?", re.I), "DELETE FROM "),
    (re.compile(r"\bon\s+duplicate\s+key\s+update\b", re.I), "ON CONFLICT DO UPDATE SET"),
    (re.compile(r"\bextract\(\s*(\w+)\s+from\s+", re.I), r"extract_part('\1', "),
    (re.compile("\\bextract\\(\\s*(\0\\d+\0)\\s+from\\s+", re.I), r"extract_part(\1, "),
    (re.compile("\\binterval\\s+(\0\\d+\0|\\?|-?[\\w.]+)\\s+(\\w+)", re.I), r"interval_(\1, '\2')"),
    (re.compile(r"\btimestampdiff\(\s*(\w+)\s*,", re.I), r"timestampdiff('\1',"),
    (re.compile("\\bseparator\\s+(\0\\d+\0)", re.I), r", \1"),
    (re.compile(r"\bas\s+(?:un)?signed(?:\s+integer)?\s*\)", re.I), "AS INTEGER)"),
)
UPSERT_VALUES = re.compile("\\bvalues\\(\\s*(\0\\d+\0|\\w+)\\s*\\)", re.I)
LONG = 4_000
CALL = re.compile(r"\(?\s*(distinct\s+)?(\w+)\s*\(", re.I)
TEMPORAL = frozenset(
    "max min coalesce ifnull nullif date timestamp date_add date_sub adddate subdate last_day now curdate sysdate"
    " current_date current_timestamp str_to_date if iif greatest least any_value".split()
)


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


def _rewrite_token(match: re.Match, parametrised: bool, rest: str) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "percent":
        return "%" if parametrised else text
    if kind == "null_safe":
        return " IS "
    if kind == "divide":
        return "*1.0/"
    if kind == "comment":
        return " "
    if kind == "word" and (new := RENAMED.get(text.lower())) and (rest.startswith("(") or new == "regexp"):
        return new
    return text


def _tokens(query: str, parametrised: bool) -> tuple[str, list[str | None], list[str]]:
    """Text with placeholders and masks, the values' names, and what is masked."""
    out: list[str] = []
    keys: list[str | None] = []
    masked: list[str] = []
    position = 0
    for match in TOKEN.finditer(query):
        out.append(query[position : match.start()])
        position = match.end()
        if match["string"] or match["name"]:
            text = _literal(match[0]) if match["string"] else match[0]
            out.append(f"\0{len(masked)}\0")
            masked.append(text.replace("%%", "%") if parametrised else text)
        elif parametrised and match["param"]:
            keys.append(match["key"])
            out.append("?")
        else:
            out.append(_rewrite_token(match, parametrised, query[position : position + 1]))
    out.append(query[position:])
    return "".join(out), keys, masked


def select_items(query: str) -> list[str]:
    """Expressions between SELECT and the FROM of the same level; empty when one of them is a star."""
    masked = re.sub(r"'(?:[^'\\]|\\.|'')*'|`[^`]*`", lambda m: "x" * len(m[0]), query)
    start = re.match(r"\s*select\s+(?:distinct\s+)?", masked, re.I)
    if not start:
        return []
    items, depth, begin = [], 0, start.end()
    for match in re.compile(r"[(),]|\bfrom\b|\Z", re.I).finditer(masked, begin):
        token = match[0]
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
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
    if lower.startswith("case ") or (call and call[2] in TEMPORAL):
        return "temporal"
    return None


def translate(query: str, parametrised: bool) -> Statement:
    """SQLite's form of a statement. `parametrised` says whether values go with it (then ``%%`` means ``%``)."""
    return (_translate if len(query) < LONG else _translate_long)(query, parametrised)


def _rewrite(query: str, parametrised: bool) -> Statement:
    if "\0" in query:
        raise ValueError("A statement cannot contain a null character")
    text, keys, masked = _tokens(query.strip(), parametrised)
    locks = bool(LOCKING.search(text))
    text = LOCKING.sub("", text)
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    head, upsert, tail = text.partition("ON CONFLICT DO UPDATE SET")
    text = head + upsert + UPSERT_VALUES.sub(r"excluded.\1", tail)
    parts = tuple(MASKED.sub(lambda mask: masked[int(mask[1])], part) for part in (text.split("?") if keys else [text]))
    columns = tuple(map(_column_kind, select_items(query)))
    return Statement("?".join(parts), parts, tuple(keys), locks, columns)


_translate = lru_cache(maxsize=2048)(_rewrite)
_translate_long = lru_cache(maxsize=8)(_rewrite)
