from crmconnect.core.document import ConnectRow


class ConnectDocumentFile(ConnectRow):
    """Connect Document File."""
