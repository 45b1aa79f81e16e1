from crmconnect.core.document import ConnectDocument


class ConnectOpportunityStatus(ConnectDocument):
    """Connect Opportunity Status."""
