from crmconnect.core.document import ConnectDocument


class ConnectLeadSource(ConnectDocument):
    """Connect Lead Source."""
