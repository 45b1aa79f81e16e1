from crmconnect.core.document import ConnectDocument


class ConnectPaymentMode(ConnectDocument):
    """Connect Payment Mode."""
