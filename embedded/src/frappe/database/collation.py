"""Comparison of text and time values on SQLite as MariaDB's utf8mb4_unicode_ci and temporal columns compare them."""

import re
import unicodedata
from functools import lru_cache

TEXT = "UNICODE_CI"
MOMENT = "MOMENT"
# Order of ASCII in the Unicode Collation Algorithm (version 4, which utf8mb4_unicode_ci implements)
_ASCII = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_ORDER = {ord(char): chr(position + 1) for position, char in enumerate(_ASCII)}
_ZERO_TIME = " 00:00:00.000000"
_EXPANSIONS = str.maketrans({"æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ø": "o", "\u0131": "i"})


@lru_cache(maxsize=100_000)
def text_key(text: str) -> str:
    """Sort key: no case, no accents, trailing spaces ignored, punctuation before digits before letters."""
    text = text.rstrip(" ")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_EXPANSIONS)
    return text.lower().translate(_ORDER)


# place of the characters that decide most comparisons at once; a space in front may be all there is
_RANK = {c: ord(c.lower().translate(_ORDER)) for c in map(chr, range(33, 127))}


def compare_text(left: str, right: str) -> int:
    if left == right:
        return 0
    if left and right:
        first, second = _RANK.get(left[0]), _RANK.get(right[0])
        if first != second and first and second:
            return first - second
    a, b = text_key(left), text_key(right)
    return (a > b) - (a < b)


def _pad(text: str) -> str:
    """Full form of a date, a datetime or a time of the day."""
    text = text.strip().replace("T", " ")
    if len(text) > 4 and text[4] == "-":
        return text + _ZERO_TIME[len(text) - 10 :] if 10 <= len(text) < 26 else text
    hours, _, rest = text.partition(":")
    return f"{hours:0>2}:{rest}{'00:00.000000'[len(rest) :]}"


def compare_moment(left: str, right: str) -> int:
    """Dates, datetimes and times: '2026-01-31' equals '2026-01-31 00:00:00'."""
    if len(left) != len(right):
        left, right = _pad(left), _pad(right)
    return (left > right) - (left < right)


def fold(text: str) -> str:
    """Text without case and accents, character for character enough for LIKE."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_EXPANSIONS)


@lru_cache(maxsize=1024)
def like_matcher(pattern: str):
    """Function that tells whether a folded text matches a LIKE pattern (``%``, ``_``, backslash escapes)."""
    inner = pattern[1:-1]
    if len(pattern) > 1 and pattern[0] == pattern[-1] == "%" and not re.search(r"[%_\\]", inner):
        needle = fold(inner)
        return lambda text: needle in text
    parts = []
    for token in re.findall(r"\\.|.", fold(pattern), re.DOTALL):
        if token == "%":
            parts.append(".*")
        elif token == "_":
            parts.append(".")
        else:
            parts.append(re.escape(token[1:] if len(token) == 2 else token))
    return re.compile("".join(parts), re.DOTALL).fullmatch


def like(pattern: object, text: object) -> int | None:
    if pattern is None or text is None:
        return None
    return int(bool(like_matcher(str(pattern))(fold(str(text)))))
