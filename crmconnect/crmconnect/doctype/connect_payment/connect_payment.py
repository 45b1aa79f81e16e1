from crmconnect.core.document import ConnectDocument


class ConnectPayment(ConnectDocument):
    """Connect Payment."""
