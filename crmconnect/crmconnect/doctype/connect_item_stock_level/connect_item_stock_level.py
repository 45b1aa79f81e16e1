from crmconnect.core.document import ConnectRow


class ConnectItemStockLevel(ConnectRow):
    """Connect Item Stock Level."""
