"""The app uses of its host only what `embedded/API.md` lists: otherwise it would run on one host and not on the other.

Read from the source: names below `frappe`, methods of documents and metadata, hook keys, what pages and scripts call.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.source import APP, ROOT, Module, dotted_name, modules

# What documents and metadata offer on any Frappe; a call of such a name is taken for a call on one of them.
DOCUMENT_METHODS = frozenset(
    """add_comment add_seen add_tag add_viewed append apply_fieldlevel_read_permissions as_dict as_json cancel
    check_if_latest check_permission db_get db_insert db_set db_update db_update_all delete_key discard
    get_all_children get_assigned_users get_db_value get_doc_before_save get_formatted get_invalid_links
    get_label_from_fieldname get_latest get_liked_by get_onload get_password get_signature get_tags get_title
    get_url get_valid_columns get_valid_dict get_value_before_save has_permission has_value_changed insert
    is_locked is_new load_doc_before_save load_from_db lock log_error notify_update queue_action reload
    remove_tag rename reset_values_if_no_permlevel_access round_floats_in run_method save save_version
    set_docstatus set_new_name set_onload set_parent_in_children set_title_field set_user_and_timestamp submit
    unlock update_child_table update_children update_if_missing update_modified update_single
    validate_from_to_dates validate_set_only_once validate_table_has_rows validate_update_after_submit
    validate_value""".split()
)
META_METHODS = frozenset(
    """get_field get_fieldnames_with_value get_label get_link_fields get_dynamic_link_fields get_options
    get_permitted_fieldnames get_permlevel_access get_search_fields get_select_fields get_set_only_once_fields
    get_table_fields get_title_field get_translatable_fields get_valid_fields get_workflow
    get_high_permlevel_fields get_custom_fields has_field is_nested_set""".split()
)
# Below these a longer name is another function and needs its own line; below others it is data (frappe.session.user).
NAMESPACES = re.compile(
    r"^frappe(\.(db|qb|local|cache|utils|model|desk|core|website|email|permissions|query_builder)(\..*)?)?$"
)
WHOLE = ("frappe.query_builder.functions", "frappe.query_builder.terms")  # pypika's, listed as a whole


@cache
def listed() -> frozenset[str]:
    """Every name in a first column of API.md, without arguments."""
    names: set[str] = set()
    for line in (ROOT / "embedded" / "API.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            names.update(_names(line.split("|")[1]))
    return frozenset(names | {name.replace("frappe.local.", "frappe.") for name in names})


def _names(cell: str) -> Iterator[str]:
    """`frappe.db.get_value(…)`, `set_value(…)`: a name without dots belongs where the one before it does."""
    home = ""
    without_arguments = re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "", cell.replace("`", " "))
    for word in re.findall(r"[A-Za-z_][\w.]*", without_arguments):
        word = word.strip(".")
        if "." in word:
            home = word.rpartition(".")[0]
        elif home:
            yield f"{home}.{word}"
        yield word


@cache
def _last_parts() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in listed())


def used_names(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Every dotted name below `frappe` that the module reads, aliases resolved."""
    aliases: dict[str, str] = {}
    for name, node in module.imports():
        if name.split(".")[0] != "frappe":
            continue
        if isinstance(node, ast.ImportFrom):
            aliases.update({a.asname or a.name: f"{name}.{a.name}" for a in node.names})
        else:
            aliases.update({a.asname: a.name for a in node.names if isinstance(node, ast.Import) and a.asname})
            aliases["frappe"] = "frappe"
    inner = {id(n.value) for n in ast.walk(module.tree) if isinstance(n, ast.Attribute)}
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and id(node) not in inner:
            root, _, rest = dotted_name(node).partition(".")
            if root in aliases:
                yield f"{aliases[root]}.{rest}" if rest else aliases[root], node


def is_listed(name: str) -> bool:
    if name in listed() or any(known.startswith(f"{name}.") for known in listed()):
        return True  # the name itself, or the module or object that holds listed ones
    if name.startswith("frappe.local."):
        return is_listed(name.replace(".local", "", 1))  # frappe.db, frappe.session … are what frappe.local holds
    parent = name.rpartition(".")[0]
    if not parent or (NAMESPACES.match(parent) and parent not in WHOLE):
        return False
    return is_listed(parent)


def test_the_list_is_there() -> None:
    assert len(listed()) > 100, "embedded/API.md lists the names that the runtime serves"


@pytest.mark.parametrize("module", [m for m in modules() if m.imports_frappe], ids=lambda m: m.name)
def test_every_frappe_name_in_it_is_listed(module: Module) -> None:
    missing = {f"{name} (line {node.lineno})" for name, node in used_names(module) if not is_listed(name)}  # type: ignore[attr-defined]
    assert not missing, f"not in embedded/API.md: {sorted(missing)}"


def test_every_document_method_in_use_is_listed() -> None:
    own = {f.name for m in modules() for f in m.functions()}
    missing = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                if name in DOCUMENT_METHODS | META_METHODS and name not in own and name not in _last_parts():
                    missing.setdefault(name, module.at(node))
    assert not missing, f"not in embedded/API.md: {missing}"


def test_every_hook_in_use_is_listed() -> None:
    """Facts about the app and our own keys (`connect_events`) apart."""
    hooks = next(m for m in modules() if m.name == "hooks.py")
    ours = ("_", "app_", "connect_")
    keys = {
        target.id
        for node in hooks.tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and not target.id.isupper() and not target.id.startswith(ours)
    }
    missing = {key for key in keys if key not in _last_parts()}
    assert not missing, f"hooks that embedded/API.md does not list: {sorted(missing)}"


def test_what_pages_and_scripts_call_is_listed() -> None:
    called = re.compile(r"""(?<![\w.])(frappe(?:\.[A-Za-z_]\w*)+)""")
    missing = set()
    for path in sorted(p for ext in ("html", "js") for p in APP.rglob(f"*.{ext}")):
        if "public/admin" not in path.as_posix() and not path.name.endswith(".desk.js"):
            for name in called.findall(path.read_text(encoding="utf-8")):
                if not is_listed(name) and not _desk_script(path.name, name):
                    missing.add(f"{path.relative_to(ROOT)}: {name}")
    assert not missing, sorted(missing)


def _desk_script(file: str, name: str) -> bool:
    """Client scripts of the Desk run on a bench only; of the server they may call what is listed."""
    return file.endswith(".js") and not name.startswith(("frappe.client", "frappe.desk", "frappe.model.workflow"))
