from crmconnect.core.document import ConnectDocument


class ConnectItem(ConnectDocument):
    """Connect Item."""
