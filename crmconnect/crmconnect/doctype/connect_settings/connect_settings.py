from crmconnect.core.document import ConnectDocument


class ConnectSettings(ConnectDocument):
    """Connect Settings."""
