from crmconnect.core.document import ConnectDocument


class ConnectCampaign(ConnectDocument):
    """Connect Campaign."""
