from crmconnect.core.document import ConnectDocument


class ConnectTeam(ConnectDocument):
    """Connect Team."""
