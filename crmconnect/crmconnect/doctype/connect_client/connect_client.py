from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.parties import clients


class ConnectClient(ConnectDocument):
    """Whom we sell to."""

    @property
    def outstanding_amount(self) -> float:
        return clients.outstanding(self.name)

    @property
    def advance_amount(self) -> float:
        return clients.advances(self.name)

    def validate(self) -> None:
        super().validate()
        clients.prepare(self)
