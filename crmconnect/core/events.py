"""Our own named events: an area says what happened, hooks.py says who acts on it.

``hooks.py`` holds ``connect_events = {"proposal_accepted": ["crmconnect.….on_proposal_accepted"], …}``; handlers run in
the same transaction, in the order written there.
"""

from __future__ import annotations

from typing import Any

import frappe


def publish(event: str, doc: Any, **details: Any) -> None:
    """Call every handler that hooks.py wires to ``event`` with the document and the details."""
    for path in frappe.get_hooks("connect_events", {}).get(event, []):
        frappe.get_attr(path)(doc, **details)
