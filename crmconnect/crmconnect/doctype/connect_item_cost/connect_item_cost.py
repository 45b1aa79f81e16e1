from crmconnect.core.document import ConnectDocument


class ConnectItemCost(ConnectDocument):
    """What an item costs us, apart from the item so that roles without the right cannot read it."""
