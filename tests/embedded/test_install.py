"""The life of a site: made whole or not at all, given an app, migrated, deprived of it, dropped."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.embedded.sample_app import forget_files, make_app
from tests.embedded.sites import PASSWORD, database_arguments, new_site

pytestmark = pytest.mark.only_embedded(reason="a bench makes its own sites")


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "apps")


def test_a_new_site_has_folders_and_a_private_configuration_with_a_key(host, tmp_path):
    with new_site(host, tmp_path / "sites") as site:
        folder = tmp_path / "sites" / site
        for name in ("public/files", "private/files", "private/backups", "logs"):
            assert (folder / name).is_dir()
        config = folder / "site_config.json"
        assert len(json.loads(config.read_text())["encryption_key"]) == 44
        assert config.stat().st_mode & 0o077 == 0


def test_a_new_site_knows_roles_users_countries_currencies_and_languages(host, tmp_path):
    with new_site(host, tmp_path / "sites"):
        import frappe

        assert frappe.db.get_value("Country", {"code": "ro"}) == "Romania"
        assert frappe.db.count("Country") == 249
        assert frappe.db.get_value("Currency", "RON", ["symbol", "number_format"]) == ("lei", "#.###,##")
        assert frappe.db.get_value("Language", "ro", "language_name") == "Română"
        assert {"System Manager", "Desk User", "All", "Guest", "Website Manager"} <= set(
            frappe.get_all("Role", pluck="name")
        )
        assert frappe.db.get_value("User", "Administrator", "user_type") == "System User"
        assert frappe.db.get_value("User", "Guest", "user_type") == "Website User"
        assert frappe.db.get_single_value("System Settings", "time_zone") == "Europe/Bucharest"
        assert frappe.db.get_default("time_zone") == "Europe/Bucharest"


def test_the_given_password_is_the_administrators_and_no_other(host, tmp_path):
    with new_site(host, tmp_path / "sites"):
        import frappe
        from frappe.utils.password import check_password

        assert check_password("Administrator", PASSWORD) == "Administrator"
        with pytest.raises(frappe.AuthenticationError):
            check_password("Administrator", "admin")


def test_every_core_doctype_has_its_table(host, tmp_path):
    with new_site(host, tmp_path / "sites"):
        import frappe
        from frappe.modules import doctype_names

        for name in doctype_names("frappe"):
            meta = frappe.get_meta(name)
            if not (meta.issingle or name in ("DocField", "DocPerm")):
                assert frappe.db.count(name) >= 0
                assert set(meta.get_valid_columns()) <= set(frappe.db.get_table_columns(name)), name


def test_a_second_site_of_the_same_name_is_refused(host, tmp_path):
    from frappe import installer

    with new_site(host, tmp_path / "sites") as site:
        with pytest.raises(FileExistsError):
            installer.new_site(site, sites_path=str(tmp_path / "sites"), admin_password="x", **database_arguments(host))


@pytest.mark.parametrize("name", ["../evil", "", "a/b", ".hidden", "a b"])
def test_bad_site_names_are_refused(tmp_path, name):
    from frappe import installer

    with pytest.raises(ValueError):
        installer.new_site(name, sites_path=str(tmp_path), admin_password="x")
    assert list(tmp_path.iterdir()) == []


def test_when_an_app_fails_to_install_nothing_of_the_site_remains(host, tmp_path, app):
    import frappe

    app.write("log.py", "def __getattr__(name):\n    raise RuntimeError('no')\n")
    with pytest.raises(RuntimeError):
        with new_site(host, tmp_path / "sites", (app.name,)):
            pass
    assert [p.name for p in (tmp_path / "sites").iterdir()] == ["apps.txt"]
    assert not getattr(frappe.local, "db", None)


def test_an_existing_database_survives_a_failed_new_site(host, tmp_path):
    if host.name != "mariadb":
        pytest.skip("SQLite's database is a file of the site")
    import pymysql
    from frappe import installer

    arguments = database_arguments(host)
    with pymysql.connect(**host.server) as admin, admin.cursor() as cursor:
        cursor.execute(f"create database `{arguments['db_name']}`")
        try:
            with pytest.raises(FileExistsError):
                installer.new_site("x.localhost", sites_path=str(tmp_path), admin_password="x", **arguments)
            cursor.execute("show databases like %s", arguments["db_name"])
            assert cursor.fetchall()
        finally:
            cursor.execute(f"drop database `{arguments['db_name']}`")
    assert not (tmp_path / "x.localhost").exists()


def test_installing_an_app_makes_tables_roles_modules_fixtures_and_jobs(host, tmp_path, app):
    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe

        assert frappe.get_installed_apps() == ["frappe", app.name]
        assert frappe.db.get_value("DocType", "Sample Project", ["module", "is_submittable"]) == ("Sample Work", 1)
        assert frappe.db.get_value("Module Def", "Sample Work", "app_name") == app.name
        assert frappe.db.exists("Role", "Sample Manager") and frappe.db.exists("Role", "Sample Guide")
        assert frappe.db.get_single_value("Sample Settings", "limit_days") == 30
        jobs = frappe.get_all("Scheduled Job Type", pluck="method", filters={"method": ["like", f"{app.name}%"]})
        assert sorted(jobs) == [f"{app.name}.log.daily", f"{app.name}.log.night"]
        assert app.calls == [("before_install", False), ("after_install", True), ("after_sync", True)]
        assert frappe.get_doc({"doctype": "Sample Project", "title": "One"}).insert().name == "One"


def test_installing_twice_does_nothing(host, tmp_path, app):
    with new_site(host, tmp_path / "sites", (app.name,)):
        from frappe import installer

        assert installer.install_app(app.name) is False
        assert len(app.calls) == 3


def test_an_app_outside_apps_txt_is_refused(host, tmp_path):
    with new_site(host, tmp_path / "sites"):
        import frappe
        from frappe import installer

        with pytest.raises(frappe.ValidationError, match="not in apps.txt"):
            installer.install_app("nosuchapp")


def test_a_required_app_is_installed_first_and_cannot_leave_first(host, tmp_path, app):
    other = make_app(tmp_path / "more")
    other.write("modules.txt", "")
    other.write("hooks.py", f'app_name = "{other.name}"\nrequired_apps = ["{app.name}"]\n')
    with new_site(host, tmp_path / "sites", (other.name, app.name)):
        import frappe
        from frappe import installer

        assert frappe.get_installed_apps() == ["frappe", app.name, other.name]
        with pytest.raises(frappe.ValidationError, match="required by"):
            installer.remove_app(app.name)


def test_removing_an_app_takes_its_data_and_leaves_the_rest(host, tmp_path, app):
    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe
        from frappe import installer

        frappe.get_doc({"doctype": "Sample Project", "title": "One"}).insert()
        assert "Sample Project" in installer.remove_app(app.name)
        frappe.db.commit()
        assert frappe.get_installed_apps() == ["frappe"]
        assert not frappe.db.exists("DocType", {"module": "Sample Work"})
        assert not frappe.db.exists("Module Def", "Sample Work")
        assert not frappe.db.table_exists("Sample Project", cached=False)
        assert not frappe.get_all("Scheduled Job Type", filters={"method": ["like", f"{app.name}%"]})
        assert [name for name, _present in app.calls][-2:] == ["before_uninstall", "after_uninstall"]
        assert frappe.db.exists("User", "Administrator")


def test_migrate_adds_columns_and_new_doctypes_and_calls_the_hooks(host, tmp_path, app):
    from tests.embedded.sample_app import DOCTYPES, field

    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe
        from frappe.migrate import migrate

        frappe.get_doc({"doctype": "Sample Client", "client_name": "Ana"}).insert()
        client = DOCTYPES["Sample Client"]
        app.write_doctype("Sample Client", **{**client, "fields": [*client["fields"], field("city", default="Cluj")]})
        app.write_doctype("Sample Extra", autoname="hash", fields=[field("note")], permissions=[])
        forget_files()
        app.calls.clear()
        migrate()
        assert frappe.db.get_value("Sample Client", "Ana", "city") == "Cluj"
        assert frappe.get_doc({"doctype": "Sample Extra", "note": "x"}).insert().name
        assert [name for name, _present in app.calls] == ["before_migrate", "after_migrate"]


def test_migrating_again_changes_no_table_and_runs_no_patch(host, tmp_path, app):
    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe
        from frappe.migrate import SiteMigration

        said: list[str] = []
        frappe.db.trace = trace = []
        SiteMigration(say=said.append).run()
        assert said == []
        assert not [q for q in trace if q.lower().startswith("alter")]


def test_migrate_forgets_doctypes_that_no_app_has_any_more_and_keeps_their_data(host, tmp_path, app):
    import shutil

    with new_site(host, tmp_path / "sites", (app.name,)):
        import frappe
        from frappe.migrate import migrate

        shutil.rmtree(app.root / "sample_work" / "doctype" / "sample_diary")
        forget_files()
        migrate()
        assert not frappe.db.exists("DocType", "Sample Diary")
        assert frappe.db.table_exists("Sample Diary", cached=False)


def test_only_one_migration_runs_at_a_time(host, tmp_path):
    import fcntl

    with new_site(host, tmp_path / "sites"):
        import frappe
        from frappe.migrate import migrate

        path = Path(frappe.get_site_path("locks", "migrate.lock"))
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(frappe.ValidationError, match="migrated already"):
                migrate()


def test_a_dropped_site_is_gone(host, tmp_path):
    with new_site(host, tmp_path / "sites") as site:
        assert os.path.isdir(tmp_path / "sites" / site)
    assert not os.path.exists(tmp_path / "sites" / site)


@pytest.mark.only_sqlite(reason="the promise of five seconds is for the trial on SQLite")
def test_a_site_with_an_app_of_sixty_doctypes_is_made_in_five_seconds(host, tmp_path, app):
    from tests.embedded.sample_app import ALL, field, rule

    for number in range(60):
        fields = [field(f"field_{i}", "Currency" if i % 3 else "Data", search_index=int(i % 5 == 0)) for i in range(20)]
        app.write_doctype(f"Sample Bulk {number}", fields=fields, permissions=[rule("Sample Manager", ALL)])
    started = time.perf_counter()
    with new_site(host, tmp_path / "sites", (app.name,)):
        assert time.perf_counter() - started < 5
