"""What documents with a private page have in common."""

from __future__ import annotations

from crmconnect.core.document import ConnectDocument
from crmconnect.portal import links


class PortalDocument(ConnectDocument):
    """A document that its client opens under a private link."""

    @property
    def portal_url(self) -> str | None:
        return links.url_of(self)

    @property
    def mail_status(self) -> str | None:
        return links.mail_status(self)
