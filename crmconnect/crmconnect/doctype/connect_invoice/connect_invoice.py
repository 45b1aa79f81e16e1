from crmconnect.core.document import ConnectDocument


class ConnectInvoice(ConnectDocument):
    """Connect Invoice."""
