from crmconnect.core.document import ConnectDocument


class ConnectPortalLink(ConnectDocument):
    """The private link under which a client or vendor opens one document."""
