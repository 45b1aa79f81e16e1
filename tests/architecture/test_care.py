"""What is never done in passing: SQL text, a commit of one's own, swallowing every error, answering without types."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, dotted_name, modules


def _calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield dotted_name(node.func) or getattr(node.func, "attr", ""), node


def test_no_sql_text_in_the_app() -> None:
    names = ("frappe.db.sql", "frappe.db.sql_ddl", "db.sql", "frappe.db.multisql")
    found = [m.at(c) for m in modules() for name, c in _calls(m) if name in names and not m.allowed(c)]
    assert not found, f"use frappe.qb or get_all; or say why (# allowed: …): {found}"


def test_no_commit_of_our_own() -> None:
    found = [
        f"{m.at(call)} {name}"
        for m in modules()
        for name, call in _calls(m)
        if name.rsplit(".", 1)[-1] in ("commit", "rollback") and not m.allowed(call)
    ]
    assert not found, f"the host owns the transaction; or say why (# allowed: …): {found}"


def test_no_error_is_swallowed_wholesale() -> None:
    broad = (None, "Exception", "BaseException")
    found = [
        m.at(node)
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or dotted_name(node.type) in broad)
        and not m.allowed(node)
    ]
    assert not found, f"catch what you expect; or say why (# allowed: …): {found}"


def test_nothing_asks_which_host_it_runs_on() -> None:
    words = ("frappe_embedded", "frappe-embedded", "is_embedded")
    found = [m.name for m in modules() for word in words if word in m.text]
    assert not found, f"the app never asks which host it is on: {found}"


def test_every_function_open_to_the_world_says_what_it_takes_and_answers() -> None:
    found = []
    for module in modules():
        for function in module.functions():
            if not any(_decorator(d) in ("frappe.whitelist", "whitelist", "action") for d in function.decorator_list):
                continue
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            if bare or function.returns is None:
                found.append(f"{module.at(function)} {function.name}: {', '.join(bare) or 'no return type'}")
    assert not found, found


def test_public_functions_are_typed() -> None:
    found = []
    for module in modules():
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns is None:
                found.append(f"{module.at(node)} {node.name}")
    assert not found, found


def test_no_name_of_this_machine_or_of_a_registry_stands_in_the_sources() -> None:
    words = ("/" + "work/", "/" + "root/", "pypi" + ".org", "registry.npmjs" + ".org", "files.pythonhosted" + ".org")
    found = [f"{m.name}: {word}" for m in modules() for word in words if word in m.text]
    assert not found, found


def _decorator(node: ast.expr) -> str:
    name = dotted_name(node.func if isinstance(node, ast.Call) else node)
    return "action" if name.rsplit(".", 1)[-1] == "action" else name
