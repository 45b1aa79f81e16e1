from crmconnect.core.document import ConnectDocument


class ConnectContractStatus(ConnectDocument):
    """Connect Contract Status."""
