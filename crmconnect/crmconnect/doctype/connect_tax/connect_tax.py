from crmconnect.core.document import ConnectDocument


class ConnectTax(ConnectDocument):
    """Connect Tax."""
