from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.leads import statuses


class ConnectLeadStatus(ConnectDocument):
    """A column of a pipeline."""

    def autoname(self) -> None:
        self.name = statuses.name_for(self)

    def validate(self) -> None:
        super().validate()
        statuses.check_unique(self)
