from crmconnect.core.document import ConnectDocument


class ConnectCompany(ConnectDocument):
    """Connect Company."""
