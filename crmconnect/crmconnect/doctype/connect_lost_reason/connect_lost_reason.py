from crmconnect.core.document import ConnectDocument


class ConnectLostReason(ConnectDocument):
    """Connect Lost Reason."""
