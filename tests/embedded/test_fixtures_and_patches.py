"""Records and patches that an app brings."""

import json

import pytest

from tests.embedded.sample_app import forget_files, make_app
from tests.embedded.sites import new_site

pytestmark = pytest.mark.only_embedded(reason="these test the runtime's own migrate")


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "apps")


@pytest.fixture
def sample_site(host, tmp_path, app):
    with new_site(host, tmp_path / "sites", (app.name,)) as site:
        yield site


def migrate():
    import frappe.migrate

    forget_files()
    frappe.migrate.SiteMigration(say=lambda _text: None).run()


def test_patches_of_a_new_app_count_as_done(host, tmp_path, app):
    app.write_patch("old", "raise RuntimeError('must not run')")
    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe

        assert frappe.get_all("Patch Log", pluck="patch") == [f"{app.name}.patches.old"]
        migrate()


def test_a_patch_runs_once_and_sees_the_tables_of_its_section(sample_site, app):
    import frappe

    body = "frappe.db.set_default('seen_{0}', (frappe.db.get_default('seen_{0}') or '') + "
    body += "str(int(frappe.db.has_column('Sample Client', 'city'))))"
    app.write_patch("before_tables", body.format("pre"), "pre_model_sync")
    app.write_patch("after_tables", body.format("post"), "post_model_sync")
    from tests.embedded.sample_app import DOCTYPES, field

    client = DOCTYPES["Sample Client"]
    app.write_doctype("Sample Client", **{**client, "fields": [*client["fields"], field("city")]})
    migrate()
    migrate()
    assert frappe.db.get_default("seen_pre") == "0"
    assert frappe.db.get_default("seen_post") == "1"


def test_a_failing_patch_stops_the_migration_and_is_tried_again(sample_site, app):
    import frappe

    app.write_patch("shaky", "frappe.db.set_default('half', '1'); frappe.get_doc('Sample Client', 'Nobody')")
    with pytest.raises(frappe.DoesNotExistError):
        migrate()
    assert frappe.db.get_default("half") is None
    frappe.get_doc({"doctype": "Sample Client", "client_name": "Nobody"}).insert()
    frappe.db.commit()
    migrate()
    assert frappe.db.get_default("half") == "1"


def test_a_failing_patch_can_be_skipped_and_is_logged_with_its_traceback(sample_site, app):
    import frappe
    import frappe.migrate

    app.write_patch("broken", "raise ZeroDivisionError('by hand')")
    forget_files()
    frappe.migrate.SiteMigration(skip_failing=True, say=lambda _text: None).run()
    row = frappe.get_doc("Patch Log", {"patch": f"{app.name}.patches.broken"})
    assert row.skipped == 1 and "ZeroDivisionError: by hand" in row.traceback


def test_unknown_sections_and_inline_code_are_refused(sample_site, app):
    from frappe.modules.patch_handler import PatchError, get_patches_from_app, run_single

    app.write("patches.txt", "[someday]\nx.y\n")
    with pytest.raises(PatchError, match="someday"):
        get_patches_from_app(app.name)
    with pytest.raises(PatchError):
        run_single("execute:print('x')")


def test_fixtures_overwrite_what_they_name_and_leave_the_equal_alone(sample_site, app):
    import frappe

    frappe.db.set_value("Role", "Sample Guide", "desk_access", 1)
    frappe.db.commit()
    migrate()
    assert frappe.db.get_value("Role", "Sample Guide", "desk_access") == 0
    before = frappe.db.get_value("Role", "Sample Guide", "modified")
    migrate()
    assert frappe.db.get_value("Role", "Sample Guide", "modified") == before


def test_fixtures_bring_children_and_replace_them(sample_site, app):
    import frappe

    record = {"doctype": "Sample Project", "name": "Plan", "title": "Plan"}
    record["tasks"] = [{"subject": "a"}, {"subject": "b"}]
    app.write("fixtures/sample_project.json", json.dumps([record]))
    migrate()
    assert [t.subject for t in frappe.get_doc("Sample Project", "Plan").tasks] == ["a", "b"]
    record["tasks"] = [{"subject": "c"}]
    app.write("fixtures/sample_project.json", json.dumps([record]))
    migrate()
    assert [t.subject for t in frappe.get_doc("Sample Project", "Plan").tasks] == ["c"]
    assert frappe.db.count("Sample Task") == 1


def test_exported_fixtures_hold_what_the_hook_asks_for_and_can_be_imported_again(sample_site, app):
    import frappe
    from frappe.utils.fixtures import export_fixtures, import_fixtures

    paths = export_fixtures(app.name)
    records = json.loads(open(paths[0], encoding="utf-8").read())
    assert sorted(r["name"] for r in records) == ["Sample Guide", "Sample Manager", "Sample User"]
    assert not {"owner", "creation", "modified_by"} & set(records[0])
    frappe.delete_doc("Role", "Sample Guide", force=True)
    import_fixtures(app.name)
    assert frappe.db.exists("Role", "Sample Guide")


def test_print_formats_kept_beside_the_doctypes_are_imported_and_updated(sample_site, app):
    import frappe

    record = {"doctype": "Print Format", "name": "Sample Sheet", "doc_type": "Sample Project", "module": "Sample Work"}
    record |= {"standard": "Yes", "print_format_type": "Jinja", "html": "<p>{{ doc.title }}</p>"}
    path = "sample_work/print_format/sample_sheet/sample_sheet.json"
    app.write(path, json.dumps(record))
    migrate()
    assert frappe.db.get_value("Print Format", "Sample Sheet", "html") == "<p>{{ doc.title }}</p>"
    app.write(path, json.dumps({**record, "html": "<p>new</p>"}))
    migrate()
    assert frappe.db.get_value("Print Format", "Sample Sheet", "html") == "<p>new</p>"
