from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.leads import campaigns


class ConnectCampaign(ConnectDocument):
    """A marketing campaign with its budget and its result."""

    @property
    def lead_count(self) -> int:
        return campaigns.lead_count(self.name)

    @property
    def won_value(self) -> float:
        return campaigns.won_value(self.name)

    @property
    def roi(self) -> float:
        return campaigns.roi(self)

    def validate(self) -> None:
        super().validate()
        campaigns.prepare(self)
