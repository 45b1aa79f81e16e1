"""Tables as CSV."""

import csv
import io
from collections.abc import Iterable
from typing import Any


def to_csv(data: Iterable[Iterable[Any]], quoting: int = csv.QUOTE_ALL, delimiter: str = ",") -> str:
    """CSV text of rows."""
    out = io.StringIO()
    csv.writer(out, quoting=quoting, delimiter=delimiter).writerows(data)
    return out.getvalue()


def read_csv_content(fcontent: str | bytes) -> list[list[Any]]:
    """Rows of CSV text; empty cells are None. Raises UnicodeDecodeError for what is no UTF-8."""
    text = fcontent.decode("utf-8-sig") if isinstance(fcontent, bytes) else fcontent.lstrip("\ufeff")
    return [[cell if cell else None for cell in row] for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
