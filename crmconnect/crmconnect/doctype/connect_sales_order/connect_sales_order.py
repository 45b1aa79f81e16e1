from crmconnect.core.document import ConnectDocument


class ConnectSalesOrder(ConnectDocument):
    """Connect Sales Order."""
