from crmconnect.core.document import ConnectDocument


class ConnectClient(ConnectDocument):
    """Connect Client."""
