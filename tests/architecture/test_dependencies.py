"""What is imported is declared, and what is declared is imported: no library by accident, none for nothing."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import APP, ROOT, RUNTIME

# Libraries that are used without an import of ours: WSGI server started as a command, extras of another.
STARTED = {"gunicorn"}


def _imported(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"frappe", "crmconnect"}


def _declared(file: Path, *extras: str) -> set[str]:
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    rows = [*project["dependencies"], *(r for e in extras for r in project["optional-dependencies"][e])]
    return {_normal(re.split(r"[\[<>=!~; ]", row, maxsplit=1)[0]) for row in rows}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions(modules: set[str]) -> set[str]:
    owners = importlib.metadata.packages_distributions()
    return {_normal(owners.get(module, [module])[0]) for module in modules}


PACKAGES = pytest.mark.parametrize(
    ("folder", "file", "extras"),
    [(APP, ROOT / "pyproject.toml", ("demo",)), (RUNTIME, ROOT / "embedded" / "pyproject.toml", ())],
    ids=["app", "runtime"],
)


@PACKAGES
def test_every_library_imported_is_declared(folder: Path, file: Path, extras: tuple[str, ...]) -> None:
    assert _distributions(_imported(folder)) <= _declared(file, *extras)


@PACKAGES
def test_every_library_declared_is_imported(folder: Path, file: Path, extras: tuple[str, ...]) -> None:
    assert _declared(file, *extras) - STARTED <= _distributions(_imported(folder))


def test_every_library_of_the_tests_is_declared() -> None:
    known = _declared(ROOT / "pyproject.toml", "demo", "test") | _declared(ROOT / "embedded" / "pyproject.toml")
    imported = _imported(ROOT / "tests") | _imported(ROOT / "dev")
    own = {"vecapp"} | {path.stem for path in [*ROOT.iterdir(), *(ROOT / "tests").rglob("*")]}  # apps of the tests too
    assert _distributions(imported - own) <= known


def test_the_app_declares_the_frappe_versions_it_runs_on() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tools["bench"]["frappe-dependencies"] == {"frappe": ">=15.0.0,<17.0.0"}
