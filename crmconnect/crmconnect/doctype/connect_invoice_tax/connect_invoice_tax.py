from crmconnect.core.document import ConnectRow


class ConnectInvoiceTax(ConnectRow):
    """Connect Invoice Tax."""
