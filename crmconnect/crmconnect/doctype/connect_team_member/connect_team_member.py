from crmconnect.core.document import ConnectRow


class ConnectTeamMember(ConnectRow):
    """Connect Team Member."""
