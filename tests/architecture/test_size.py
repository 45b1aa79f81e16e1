"""Small pieces: what grows beyond these limits is to be divided, not excused."""

import ast

from tests.architecture.source import APP, RUNTIME, modules

FILE, CONTROLLER, FUNCTION, RUNTIME_FILE, RUNTIME_TOTAL = 300, 60, 50, 400, 10_000


def test_files_of_the_app_stay_under_300_lines() -> None:
    assert not [f"{m.name}: {n}" for m in modules() if (n := len(m.text.splitlines())) > FILE]


def test_controllers_stay_under_60_lines() -> None:
    """Blank lines apart: a controller is a list of one-line methods."""
    controllers = [m for m in modules() if m.name.startswith("crmconnect/doctype/")]
    assert not [f"{m.name}: {n}" for m in controllers if (n := len(_written(m.text))) > CONTROLLER]


def test_functions_of_the_app_stay_under_50_lines() -> None:
    long = [f"{m.at(f)} {f.name}: {_lines(f)}" for m in modules() for f in m.functions() if _lines(f) > FUNCTION]
    assert not long, long


def test_the_runtime_stays_under_ten_thousand_lines() -> None:
    total = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in RUNTIME.rglob("*.py"))
    assert 0 < total < RUNTIME_TOTAL, f"embedded/src holds {total} lines of Python"


def test_files_and_functions_of_the_runtime_stay_small() -> None:
    found = []
    for path in sorted(RUNTIME.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if (count := len(text.splitlines())) > RUNTIME_FILE:
            found.append(f"{path.relative_to(RUNTIME)}: {count} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _lines(node) > FUNCTION:
                found.append(f"{path.relative_to(RUNTIME)}:{node.lineno} {node.name}: {_lines(node)} lines")
    assert not found, found


def test_every_area_explains_itself() -> None:
    """An area is a package with rules, a service or actions; its README says what it is for."""
    marks = ("rules.py", "service.py", "actions.py")
    areas = [path for path in APP.iterdir() if path.is_dir() and any((path / mark).exists() for mark in marks)]
    assert areas
    assert not [path.name for path in areas if not (path / "README.md").exists()]


def _written(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
