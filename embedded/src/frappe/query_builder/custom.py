"""Terms that pypika does not have."""

from typing import Any

from pypika.functions import DistinctOptionFunction
from pypika.terms import Term
from pypika.utils import format_alias_sql, format_quotes


class GROUP_CONCAT(DistinctOptionFunction):
    """Values of a group joined by commas."""

    def __init__(self, column: Any, alias: str | None = None) -> None:
        super().__init__("GROUP_CONCAT", column, alias=alias)


class ConstantColumn(Term):
    """A column with the same text in every row."""

    alias = None

    def __init__(self, value: str) -> None:
        super().__init__()
        self.value = value

    def get_sql(self, quote_char: str | None = None, param_wrapper: Any = None, **kwargs: Any) -> str:
        text = str(self.value)
        quoted = format_quotes(text.replace("\\", "\\\\"), kwargs.get("secondary_quote_char") or "'")
        sql = param_wrapper.get_sql(text) if param_wrapper else quoted
        return format_alias_sql(sql, self.alias or text, quote_char=quote_char, **kwargs)
