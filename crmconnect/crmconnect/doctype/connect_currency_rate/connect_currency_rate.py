from crmconnect.core.document import ConnectDocument


class ConnectCurrencyRate(ConnectDocument):
    """Connect Currency Rate."""
