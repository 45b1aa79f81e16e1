from __future__ import annotations

from crmconnect.core import numbering, series
from crmconnect.core.document import ConnectDocument


class ConnectNumberSeries(ConnectDocument):
    """A series of document numbers."""

    def autoname(self) -> None:
        self.name = numbering.series_name(self.document_type, self.company or "")

    def validate(self) -> None:
        super().validate()
        series.check(self)

    def on_trash(self) -> None:
        series.refuse_delete(self)
