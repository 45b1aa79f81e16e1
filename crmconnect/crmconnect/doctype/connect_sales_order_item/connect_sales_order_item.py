from crmconnect.core.document import ConnectRow


class ConnectSalesOrderItem(ConnectRow):
    """Connect Sales Order Item."""
