from crmconnect.core.document import ConnectDocument


class ConnectLeadStatus(ConnectDocument):
    """Connect Lead Status."""
