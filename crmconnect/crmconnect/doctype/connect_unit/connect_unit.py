from crmconnect.core.document import ConnectDocument


class ConnectUnit(ConnectDocument):
    """Connect Unit."""
