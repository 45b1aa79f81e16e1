from crmconnect.core.document import ConnectRow


class ConnectProposalItem(ConnectRow):
    """Connect Proposal Item."""
