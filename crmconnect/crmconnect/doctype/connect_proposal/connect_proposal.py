from crmconnect.core.document import ConnectDocument


class ConnectProposal(ConnectDocument):
    """Connect Proposal."""
