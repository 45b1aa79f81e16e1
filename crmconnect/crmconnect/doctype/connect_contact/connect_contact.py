from crmconnect.core.document import ConnectRow


class ConnectContact(ConnectRow):
    """Connect Contact."""
