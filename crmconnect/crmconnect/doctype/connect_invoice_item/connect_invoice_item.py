from crmconnect.core.document import ConnectRow


class ConnectInvoiceItem(ConnectRow):
    """Connect Invoice Item."""
