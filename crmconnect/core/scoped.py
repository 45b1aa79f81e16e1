"""The DocTypes with ``assigned_to``, to which the rule of scope.py applies; plain data, for hooks.py to read."""

SCOPED = (
    "Connect Lead",
    "Connect Client",
    "Connect Proposal",
    "Connect Contract",
    "Connect Sales Order",
    "Connect Invoice",
)
