from crmconnect.core.document import ConnectDocument


class ConnectPipeline(ConnectDocument):
    """Connect Pipeline."""
