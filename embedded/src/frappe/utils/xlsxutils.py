"""Tables as Excel workbooks."""

import io
import re
from collections.abc import Iterable
from typing import Any

from frappe.utils.html_utils import is_html, strip_html_tags

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


def make_xlsx(data: Iterable[Iterable[Any]], sheet_name: str, column_widths: list[int] | None = None) -> io.BytesIO:
    """A workbook of one sheet, the first row in bold. Text that looks like a formula stays text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLES.sub("", sheet_name)[:31] or "Sheet")
    for number, width in enumerate(column_widths or (), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for index, row in enumerate(data):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_plain(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"
            if index == 0:
                cell.font = Font(name="Calibri", bold=True)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value if value is None or isinstance(value, int | float) or hasattr(value, "isoformat") else str(value)
    return _CONTROL.sub("", strip_html_tags(value) if is_html(value) else value)
