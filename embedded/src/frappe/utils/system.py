"""Tracebacks without secrets; filters of requests."""

import json
import re
import sys
import traceback
from typing import Any

_SECRETS = re.compile(
    r"""((?:password|passwd|pwd|secret|token|api_?key|encryption_key)['"]?\s*[:=]\s*)(['"]?)[^'",\s)}]+""",
    re.IGNORECASE,
)


def hide_secrets(text: str) -> str:
    """Text in which values that belong to names like "password" are replaced by stars."""
    return _SECRETS.sub(r"\1\2********", text)


def get_traceback(with_context: bool = False) -> str:
    """The traceback of the exception being handled, without secrets; empty when there is none."""
    kind, error, trace = sys.exc_info()
    return hide_secrets("".join(traceback.format_exception(kind, error, trace))) if error else ""


def get_safe_filters(filters: Any) -> Any:
    """Filters parsed when they came as JSON text; a number is the name of a document."""
    try:
        found = json.loads(filters)
    except (TypeError, ValueError):
        return filters
    return str(found) if isinstance(found, int | float) else found
