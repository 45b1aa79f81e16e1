from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.parties import items


class ConnectItem(ConnectDocument):
    """A product or service."""

    @property
    def purchase_rate(self) -> float | None:
        return items.purchase_rate(self)

    def before_validate(self) -> None:
        items.take_purchase_rate(self)
        super().before_validate()

    def validate(self) -> None:
        super().validate()
        items.prepare(self)

    def on_update(self) -> None:
        items.save_purchase_rate(self)

    def on_trash(self) -> None:
        items.forget_purchase_rate(self)
