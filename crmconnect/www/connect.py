"""``/connect``: what there is and where to go; numbers for those who may read them, the demo's links in the demo."""

from __future__ import annotations

from typing import Any

from crmconnect.portal import start

no_cache = 1
sitemap = 0


def get_context(context: Any) -> None:
    """The start page's sections."""
    context.no_cache = 1
    context.update(start.sections())
