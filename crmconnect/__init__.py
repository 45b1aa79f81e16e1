"""CRMConnect: from the first contact with a prospect to money in the bank and goods at the client's door."""

__version__ = "0.1.0"
