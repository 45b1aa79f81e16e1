from crmconnect.core.document import ConnectRow


class ConnectPaymentAllocation(ConnectRow):
    """Connect Payment Allocation."""
