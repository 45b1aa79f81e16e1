"""SQL expressions that come from callers: fields, order and group. Only known forms pass; all else is refused."""

import re
from collections.abc import Callable
from typing import NamedTuple

import frappe
from frappe import _
from frappe.database.utils import quote

TOKEN = re.compile(
    r"`[^`]*`|'[^'\\]*'|\"[^\"\\]*\"|\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|!=|[().,*+\-/=<>]|\s+|.", re.DOTALL
)
ALIAS = re.compile(r"^(.+?)\s+as\s+(?:`([^`]+)`|'([^'\\]+)'|\"([^\"\\]+)\"|(\w+))$", re.IGNORECASE | re.DOTALL)
QUERY_WORDS = frozenset("select create insert delete drop update case show union from where join".split())
FUNCTIONS = frozenset("count sum avg max min abs round lower upper date year month day distinct".split())
AGGREGATES = frozenset(("count", "sum", "avg", "max", "min"))
ILLEGAL_IN_ORDER = re.compile(r"[^a-z0-9-_ ,`'\".()*\s]", re.IGNORECASE)


class Column(NamedTuple):
    """A column that an expression reads: quoted table, DocType, column."""

    table: str
    doctype: str
    name: str


class Expression(NamedTuple):
    """Checked SQL with the columns it reads. `star` is "*" or "`tabX`.*"."""

    sql: str
    alias: str | None
    columns: list[Column]
    star: bool = False
    aggregate: bool = False

    @property
    def selected(self) -> str:
        return f"{self.sql} as {quote(self.alias)}" if self.alias else self.sql


def restricted() -> None:
    frappe.throw(_("Use of sub-query or function is restricted"), frappe.DataError)


def illegal() -> None:
    frappe.throw(_("Illegal SQL Query"))


class Parser:
    """Parses the expressions of one query; `resolve(table, column)` finds the column's table."""

    def __init__(self, resolve: Callable[[str | None, str], Column]) -> None:
        self.resolve = resolve

    def field(self, text: str) -> Expression:
        """A selected field: name, `tabX`.name, link.name, a call of a known function, arithmetic, with an alias."""
        text = text.strip()
        if text.isidentifier() and text.lower() not in QUERY_WORDS | {"distinct"}:
            column = self.resolve(None, text)
            return Expression(f"{column.table}.`{text}`", None, [column])
        self._refuse_dangerous(text)
        alias = None
        if match := ALIAS.match(text):
            text, alias = match[1].strip(), next(filter(None, match.groups()[1:]))
        if text == "*":
            column = self.resolve(None, "*")
            return Expression(f"{column.table}.*", None, [column], True)
        return self.expression(text, alias)

    @staticmethod
    def _refuse_dangerous(text: str) -> None:
        lower = text.lower()
        if "/*" in text or "--" in text or "#" in text or re.search(r"\sunion\s", lower):
            illegal()
        if "@" in text or ";" in text:
            restricted()
        bare = re.sub(r"`[^`]*`", "", lower)
        if QUERY_WORDS & set(re.findall(r"[a-z_]+", bare)):
            restricted()

    def expression(self, text: str, alias: str | None = None) -> Expression:
        tokens = [token for token in TOKEN.findall(text) if not token.isspace()]
        out: list[str] = []
        columns: list[Column] = []
        position, depth, aggregate = 0, 0, False
        while position < len(tokens):
            token = tokens[position]
            following = tokens[position + 1] if position + 1 < len(tokens) else ""
            if token[0].isalpha() or token[0] in "_`":
                position, aggregate = self._word(tokens, position, following, out, columns, aggregate)
                continue
            depth += (token == "(") - (token == ")")
            if depth < 0 or (token == "," and depth == 0) or not self._allowed(token):
                restricted()
            out.append(token.replace("%", "%%") if token[0] in "'\"" else token)
            position += 1
        if depth or not out:
            restricted()
        sql = " ".join(out).replace(" ( ", "(").replace(" (", "(").replace("( ", "(").replace(" )", ")")
        star = len(columns) == 1 and columns[0].name == "*" and sql.endswith(".*")
        return Expression(sql, alias, columns, star, aggregate)

    @staticmethod
    def _allowed(token: str) -> bool:
        return token[0].isdigit() or token[0] in "'\"" or token in "(),*+-/=<><=>=!="

    def _word(
        self, tokens: list, position: int, following: str, out: list, columns: list, aggregate: bool
    ) -> tuple[int, bool]:
        token = tokens[position]
        name = token.strip("`")
        if following == "(" and token[0] != "`":
            if name.lower() not in FUNCTIONS:
                message = _("Use of function {0} in field is restricted").format(name.lower())
                frappe.throw(message, frappe.DataError)
            out.append(name)
            return position + 1, aggregate or name.lower() in ("count", "sum", "avg", "min", "max", "group_concat")
        if following == ".":
            column = self.resolve(name, tokens[position + 2].strip("`") if position + 2 < len(tokens) else "")
            columns.append(column)
            out.append(f"{column.table}.{'*' if column.name == '*' else quote(column.name)}")
            return position + 3, aggregate
        if name.lower() == "distinct" and token[0] != "`":
            out.append(name)
            return position + 1, aggregate
        column = self.resolve(None, name)
        columns.append(column)
        out.append(f"{column.table}.{quote(column.name)}" if column.table else quote(column.name))
        return position + 1, aggregate

    def order(self, text: str, aliases: frozenset[str]) -> str:
        """`order by` or `group by` list; aliases of the selected fields may be used."""
        lower = text.lower()
        if "select" in lower and "from" in lower:
            frappe.throw(_("Cannot use sub-query in order by"))
        if ILLEGAL_IN_ORDER.search(text) or "--" in text:
            illegal()
        parts = []
        for part in _split(text):
            words = part.rsplit(None, 1)
            direction = words[1].lower() if len(words) == 2 and words[1].lower() in ("asc", "desc") else ""
            field = words[0].strip() if direction else part
            if "sleep" in field.split("(", 1)[0].lower():
                frappe.throw(_("Cannot use {0} in order/group by").format("sleep"))
            bare = field.strip("`'\"")
            sql = quote(bare) if bare in aliases else self.field(field).sql
            parts.append(f"{sql} {direction}".rstrip())
        return ", ".join(parts)


def _split(text: str) -> list[str]:
    """Parts between the commas that stand outside parentheses."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [part.strip() for part in [*parts, current] if part.strip()]
