from crmconnect.core.document import ConnectDocument


class ConnectNumberSeries(ConnectDocument):
    """Connect Number Series."""
