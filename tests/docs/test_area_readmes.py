"""Each area of the app says what it is for, and names every file that it has."""

import re
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent.parent / "crmconnect"
#: What a host gives its place: the DocTypes' module, pages, patches.
NOT_AREAS = {"crmconnect", "patches", "www"}
AREAS = sorted(p.parent for p in APP.glob("*/__init__.py") if p.parent.name not in NOT_AREAS)


@pytest.mark.parametrize("area", AREAS, ids=lambda p: p.name)
def test_its_readme_names_its_files_and_no_others(area: Path) -> None:
    text = (area / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in area.glob("*.py")} - {"__init__.py"}
    named = set(re.findall(r"[a-z_]+\.py", text))
    there = {path.name for path in APP.parent.rglob("*.py") if ".venv" not in path.parts}
    assert not {name for name in files if f"`{name}`" not in text}, "files that the README does not name"
    assert not named - there, "files that are not there"
