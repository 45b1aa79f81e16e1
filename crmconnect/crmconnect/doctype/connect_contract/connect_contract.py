from crmconnect.core.document import ConnectDocument


class ConnectContract(ConnectDocument):
    """Connect Contract."""
