"""The documents of the repository: their links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

IGNORED = {".venv", ".demo", ".git", "node_modules", ".pytest_cache"}
PAGES = [p for p in sorted(ROOT.rglob("*.md")) if not IGNORED & set(p.relative_to(ROOT).parts)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_its_links_lead_to_files_that_exist(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [t for t in targets if t and not re.match(r"[a-z]+:", t)]
    assert not [t for t in local if not (page.parent / t).exists()]


def test_the_first_files_an_outsider_looks_for_are_there() -> None:
    names = ("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "embedded/README.md", "docs/README.md")
    assert not [name for name in names if not (ROOT / name).is_file()]
