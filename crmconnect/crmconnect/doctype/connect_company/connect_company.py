from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.parties import companies


class ConnectCompany(ConnectDocument):
    """A company that sells: the seller on the invoices."""

    def validate(self) -> None:
        super().validate()
        companies.prepare(self)

    def after_insert(self) -> None:
        companies.after_insert(self)
