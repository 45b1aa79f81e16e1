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
