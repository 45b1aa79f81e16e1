from crmconnect.core.document import ConnectDocument


class ConnectWarehouse(ConnectDocument):
    """Connect Warehouse."""
