from __future__ import annotations

import datetime

from crmconnect.core.actions import Argument, action
from crmconnect.core.document import ConnectDocument
from crmconnect.sales import actions as ask
from crmconnect.sales import contracts


class ConnectContract(ConnectDocument):
    """The legal document beside a sale; optional."""

    def validate(self) -> None:
        super().validate()
        contracts.prepare(self)

    def on_trash(self) -> None:
        contracts.refuse_delete(self)

    @action("Send", roles=ask.SALES, style="primary")
    def send(self) -> None:
        contracts.send(self)

    @action(
        "Sign manually",
        obstacle=contracts.obstacle_to_signing,
        roles=ask.SALES,
        args=(
            Argument("signed_by", "Signed by"),
            Argument("signed_on", "Signed on", "Date"),
            Argument("file", "Signed document", "Attach"),
        ),
    )
    def sign_manually(self, signed_by: str = "", signed_on: datetime.date | None = None, file: str = "") -> None:
        contracts.sign_manually(self, signed_by, signed_on, file)
