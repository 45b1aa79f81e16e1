"""The app's source, parsed once, for the tests of its structure."""

import ast
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "crmconnect"
RUNTIME = ROOT / "embedded" / "src" / "frappe"
ALLOWED = "# allowed:"


@dataclass(frozen=True)
class Module:
    """A Python file of the app."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path below crmconnect/, with slashes."""
        return self.path.relative_to(APP).as_posix()

    @property
    def dotted(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def imports_frappe(self) -> bool:
        return any(name.split(".")[0] == "frappe" for name, _node in self.imports())

    def imports(self) -> list[tuple[str, ast.stmt]]:
        """Every absolute module name imported anywhere in the file."""
        found: list[tuple[str, ast.stmt]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.append((node.module or "", node))
        return found

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [n for n in ast.walk(self.tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

    def allowed(self, node: ast.AST) -> bool:
        """Whether the line says why it may do what is otherwise refused."""
        return ALLOWED in self.text.splitlines()[node.lineno - 1]  # type: ignore[attr-defined]

    def at(self, node: ast.AST) -> str:
        return f"crmconnect/{self.name}:{node.lineno}"  # type: ignore[attr-defined]


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the app."""
    return tuple(_module(path) for path in sorted(APP.rglob("*.py")))


def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, str(path)))


@cache
def doctypes() -> dict[str, dict[str, Any]]:
    """Every DocType of ours by its name, as its JSON file says."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(APP.glob("crmconnect/doctype/*/*.json"))]
    return {doc["name"]: doc for doc in found if doc.get("doctype") == "DocType"}


@cache
def core_doctypes() -> dict[str, dict[str, Any]]:
    """Every DocType that the runtime serves."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RUNTIME.glob("*/doctype/*/*.json"))]
    return {doc["name"]: doc for doc in found if doc.get("doctype") == "DocType"}


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, empty when it is not made of plain names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
