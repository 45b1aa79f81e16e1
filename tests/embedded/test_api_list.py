"""`embedded/API.md` lists what is served: every name in it exists."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

API = Path(__file__).resolve().parents[2] / "embedded" / "API.md"
#: Values of a request, job or command: they are set while it runs.
VALUES = re.compile(r"frappe\.(local|conf|session|flags|response|request|job|form_dict)(\.|$)")


def listed() -> Iterator[str]:
    """Names below `frappe` in the first column, arguments cut off; one without dots belongs to the one before."""
    for line in API.read_text(encoding="utf-8").splitlines():
        home = ""
        for quoted in re.findall(r"`([^`]+)`", line.split("|")[1]) if line.startswith("| `frappe.") else ():
            name = quoted.split("(")[0].strip()
            if re.fullmatch(r"frappe(\.\w+)+", name):
                home = name.rpartition(".")[0]
                yield name
            elif home and re.fullmatch(r"\w+", name):
                yield f"{home}.{name}"


def exists(name: str) -> bool:
    """Whether the name leads to something from the package `frappe`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.only_embedded(reason="the list is the runtime's")
def test_every_name_listed_is_served(site: str) -> None:
    names = {name for name in listed() if not VALUES.match(name)}
    assert len(names) > 300
    assert not sorted(name for name in names if not exists(name))
