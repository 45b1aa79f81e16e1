"""Writes docs/rest-documents.md: every document of the app with its fields, states and actions, as the source says.

`python -m dev.rest_documents` after a change of a DocType, a machine or an action; a test compares.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "rest-documents.md"
LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold")
#: The order of the work; lists that administrators keep come after, in the order of their names.
FIRST = (
    "Lead", "Client", "Proposal", "Contract", "Sales Order", "Invoice", "Payment", "Item", "Company", "Settings",
)  # fmt: skip
HEAD = """# The documents, field by field

Written by `python -m dev.rest_documents` from the source; how to use them stands in [rest.md](rest.md). Left out are
the fields that every document has: `name`, `owner`, `creation`, `modified`, `modified_by`, `docstatus`, `idx`.

**System** marks what only the system sets: a value sent for it is ignored. **Required** fields with a default may be
left out, and so may a lead's `pipeline` and `status`: it starts in the default pipeline. An action's *roles* are those
that may take it besides Connect Manager and System Manager; "by permission": whoever has the DocType's right named.
"""


def main() -> int:
    TARGET.write_text(text(), encoding="utf-8")
    return 0


def text() -> str:
    """The whole page."""
    known = _doctypes()
    parents = [doc for doc in known.values() if not doc.get("istable")]
    names = [doc["name"].removeprefix("Connect ") for doc in parents]
    order = [name for name in FIRST if name in names] + sorted(name for name in names if name not in FIRST)
    parts = [HEAD]
    parts += ["\n".join(_document(known[f"Connect {name}"], known)) for name in order]
    return "\n".join(parts)


def _doctypes() -> dict[str, dict[str, Any]]:
    paths = sorted((ROOT / "crmconnect" / "crmconnect" / "doctype").glob("*/*.json"))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {doc["name"]: doc for doc in found if doc.get("doctype") == "DocType"}


def _document(doc: dict[str, Any], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield f"## {doc['name']}\n"
    yield f"{_kind(doc)}\n"
    controller = _controller(doc["name"])
    if machine := getattr(controller, "machine", None):
        yield from _states(machine)
    yield from _actions(controller, machine)
    yield from _fields(doc)
    for field in doc["fields"]:
        if field["fieldtype"] == "Table":
            yield f"Rows of `{field['fieldname']}` ({field['options']}):\n"
            yield from _fields(known[field["options"]])


def _kind(doc: dict[str, Any]) -> str:
    names = {"hash": "a hash", "": "the prefixed number of its series"}
    autoname = doc.get("autoname") or ""
    if doc.get("issingle"):
        return f"A single document; its name is `{doc['name']}`."
    if autoname.startswith("field:"):
        name = f"the `{autoname[6:]}`"
    elif autoname.startswith("format:"):
        name = f"`{autoname[7:]}`"
    else:
        name = names.get(autoname, autoname)
    name = {"Connect Lead Status": "the `status_name`, suffixed when it is taken"}.get(doc["name"], name)
    name = {"Connect Number Series": "the `document_type` and the company"}.get(doc["name"], name)
    return f"`name`: {name}." + (" Submittable." if doc.get("is_submittable") else "")


def _controller(doctype: str) -> type:
    module = doctype.lower().replace(" ", "_")
    path = f"crmconnect.crmconnect.doctype.{module}.{module}"
    return getattr(import_module(path), doctype.replace(" ", ""))


def _states(machine: Any) -> Iterator[str]:
    yield "| status | status_code | docstatus | people may edit |"
    yield "|---|---|---|---|"
    for state in machine.states:
        editable = "everything" if "*" in state.editable else _codes(sorted(state.editable)) or "nothing"
        yield f"| {state.label} | {state.code} | {state.docstatus} | {editable} |"
    yield ""


def _actions(controller: type, machine: Any) -> Iterator[str]:
    from crmconnect.core.actions import declared_on

    actions = declared_on(controller)
    if not actions:
        return
    yield "| action | arguments | roles | when |"
    yield "|---|---|---|---|"
    for action in actions.values():
        roles = ", ".join(sorted(role.removeprefix("Connect ") for role in action.roles))
        roles = roles or f"by permission: {action.permission}"
        yield f"| `{action.name}` | {_arguments(action.args)} | {roles} | {_when(action, machine)} |"
    yield ""


def _arguments(arguments: Iterable[Any]) -> str:
    return ", ".join(f"`{a.fieldname}` ({_type(a)}{', required' if a.reqd else ''})" for a in arguments) or "–"


def _type(field: Any) -> str:
    return f"{field.fieldtype} to {field.options}" if field.fieldtype == "Link" else field.fieldtype


def _when(action: Any, machine: Any) -> str:
    if action.moves:
        target = next(move.target for move in machine.moves if move.action == action.moves)
        return f"{' / '.join(machine.sources(action.moves))} → {target}"
    if action.why_not:
        return f"else: “{action.why_not}”"
    return "see the reason that `available` gives" if action.obstacle else "always"


def _fields(doc: dict[str, Any]) -> Iterator[str]:
    yield "| field | type | |"
    yield "|---|---|---|"
    for field in doc["fields"]:
        if field["fieldtype"] not in LAYOUT:
            yield f"| `{field['fieldname']}` | {_fieldtype(field)} | {_remarks(field)} |"
    yield ""


def _fieldtype(field: dict[str, Any]) -> str:
    kind, options = field["fieldtype"], field.get("options") or ""
    if kind in ("Link", "Table"):
        return f"{kind}: {options}"
    if kind == "Dynamic Link":
        return f"Link to a `{options}`"
    if kind == "Select":
        return "one of " + ", ".join(option or "(empty)" for option in options.split("\n"))
    return kind


def _remarks(field: dict[str, Any]) -> str:
    remarks = [field["label"]]
    if field.get("reqd"):
        remarks.append("**required**")
    if field.get("read_only"):
        remarks.append("**system**")
    if field.get("default") not in (None, ""):
        remarks.append(f"default {field['default']}")
    if field.get("description"):
        remarks.append(field["description"])
    return "; ".join(remarks).replace("|", "\\|")


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(main())
