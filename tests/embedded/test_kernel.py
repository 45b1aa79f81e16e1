"""What a site starts with: scopes, hooks, modules, messages, whitelisting, and the refusal beside a genuine Frappe."""

import subprocess
import sys
import threading
from pathlib import Path

import frappe
import pytest
from frappe import appindex, context
from frappe.exceptions import AppNotInstalledError, DoesNotExistError, FrappeTypeError


@pytest.fixture
def scope(tmp_path: Path):
    """A scope of a site that has a folder but no database."""
    before = dict(frappe.local)
    site = tmp_path / "here.localhost"
    site.mkdir()
    (site / "site_config.json").write_text('{"db_type": "sqlite", "host_name": "https://here.example"}')
    frappe.init("here.localhost", sites_path=str(tmp_path), force=True)
    frappe.local.session.user = "Guest"
    yield site
    context._scope.set(before)


def test_a_scope_is_not_seen_by_other_threads(scope: Path) -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(hasattr(frappe.local, "site")))
    thread.start()
    thread.join()
    assert frappe.local.site == "here.localhost"
    assert seen == [False]


def test_proxies_are_false_without_a_scope() -> None:
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.extend([bool(frappe.db), bool(frappe.request), bool(frappe.flags)]))
    thread.start()
    thread.join()
    assert seen == [False, False, False]


def test_a_site_that_does_not_exist_is_refused(scope: Path) -> None:
    with pytest.raises(frappe.IncorrectSitePath):
        frappe.init("nowhere.localhost", sites_path=str(scope.parent), force=True)


def test_settings_of_the_site_stand_over_common_ones(scope: Path) -> None:
    (scope.parent / "common_site_config.json").write_text('{"host_name": "https://all.example", "workers": 3}')
    conf = frappe.get_site_config()
    assert (conf.host_name, conf.workers, conf.db_type) == ("https://here.example", 3, "sqlite")


def test_a_changed_setting_is_written_for_the_owner_only(scope: Path) -> None:
    from frappe.config import update_site_config

    update_site_config("colour", "green")
    assert frappe.get_site_config().colour == "green"
    assert (scope / "site_config.json").stat().st_mode & 0o077 == 0


def test_hooks_of_apps_are_gathered_and_dicts_merged() -> None:
    merged: dict = {}
    for value in ({"Lead": {"validate": "a.b"}}, {"Lead": {"validate": ["c.d"], "on_update": "e.f"}}):
        appindex.append_hook(merged, "doc_events", value)
    appindex.append_hook(merged, "after_install", "x.y")
    appindex.append_hook(merged, "after_install", ["z.w"])
    assert merged == {
        "doc_events": {"Lead": {"validate": ["a.b", "c.d"], "on_update": ["e.f"]}},
        "after_install": ["x.y", "z.w"],
    }


def test_changing_the_answer_of_a_hook_changes_no_hook(scope: Path) -> None:
    frappe.local.flags.in_install_db = True
    frappe.get_hooks("app_name").append("intruder")
    assert frappe.get_hooks("app_name") == ["frappe"]


def test_a_name_of_an_app_that_is_not_installed_is_refused(scope: Path) -> None:
    frappe.local.flags.in_install_db = True
    with pytest.raises(AppNotInstalledError):
        frappe.get_attr("os.system")


def test_only_the_arguments_that_a_function_takes_are_passed() -> None:
    def narrow(a: int, b: int = 2) -> tuple:
        return a, b

    assert frappe.call(narrow, a=1, c=3, ignore_permissions=True) == (1, 2)
    assert appindex.get_newargs(lambda **kwargs: None, {"a": 1, "flags": {}}) == {"a": 1}


def test_every_doctype_file_is_found_by_its_name(scope: Path) -> None:
    from frappe.modules import doctype_json_path, doctype_names, get_module_app, read_doctype_json

    frappe.local.flags.in_install_db = True
    names = doctype_names("frappe")
    assert "User" in names and len(names) == len(set(names))
    assert all(read_doctype_json(name)["name"] == name for name in names)
    assert doctype_json_path("No Such Thing") is None
    assert get_module_app("Core") == "frappe"
    with pytest.raises(DoesNotExistError):
        get_module_app("No Such Module")


def test_a_refusal_is_a_message_and_an_error(scope: Path) -> None:
    with pytest.raises(DoesNotExistError, match="gone") as caught:
        frappe.throw("gone", DoesNotExistError, title="Sorry")
    entry = frappe.get_message_log()[0]
    assert entry["__frappe_exc_id"] == vars(caught.value)["__frappe_exc_id"]
    assert {key: entry[key] for key in ("message", "title", "indicator", "raise_exception")} == {
        "message": "gone",
        "title": "Sorry",
        "indicator": "red",
        "raise_exception": 1,
    }


def test_muted_messages_are_not_collected_but_raised(scope: Path) -> None:
    frappe.flags.mute_messages = True
    frappe.msgprint("quiet")
    with pytest.raises(frappe.ValidationError):
        frappe.throw("loud")
    assert frappe.get_message_log() == []


def test_arguments_of_whitelisted_functions_are_converted_or_refused(scope: Path) -> None:
    @frappe.whitelist()
    def call(count: int, ready: bool = False, note: str | None = None) -> list:
        return [count, ready, note]

    frappe.flags.in_test = True
    assert call("5", ready=1) == [5, 1, None]
    with pytest.raises(FrappeTypeError, match="'count'"):
        call(count="many")
    with pytest.raises(FrappeTypeError, match="'note'"):
        call(1, note={"a": 1})


def test_guests_may_call_only_what_is_for_guests(scope: Path) -> None:
    @frappe.whitelist()
    def private() -> None: ...

    @frappe.whitelist(allow_guest=True)
    def public() -> None: ...

    frappe.local.flags.in_install_db = True
    frappe.local.form_dict = frappe._dict(text="<script>x</script><b>y</b>")
    with pytest.raises(frappe.PermissionError):
        frappe.is_whitelisted(private)
    frappe.is_whitelisted(public)
    assert frappe.form_dict.text == "&lt;script&gt;x&lt;/script&gt;<b>y</b>"


def test_the_runtime_is_not_imported_beside_a_genuine_frappe(tmp_path: Path) -> None:
    info = tmp_path / "frappe-16.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: frappe\nVersion: 16.0.0\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import frappe"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "uninstall one of the two" in run.stderr


def test_importing_the_runtime_imports_nothing_heavy() -> None:
    heavy = "babel bleach cryptography jinja2 num2words openpyxl PIL pydantic pypika requests weasyprint"
    code = f"import frappe, sys; print([m for m in {heavy.split()!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
