"""The life of a site: made, given apps, deprived of them, dropped."""

import json
import os
import re
import shutil
from typing import Any

import frappe
from frappe.core.seeds import insert_rows, insert_seeds

FOLDERS = ("public/files", "private/files", "private/backups", "logs", "locks")
DEFAULT_SETTINGS = {"country": "Romania", "language": "en", "time_zone": "Europe/Bucharest", "currency": "RON"}


def new_site(
    site: str,
    *,
    sites_path: str = ".",
    admin_password: str,
    install_apps: list[str] | tuple[str, ...] = (),
    db_type: str = "sqlite",
    db_name: str | None = None,
    db_host: str | None = None,
    db_port: int | None = None,
    db_socket: str | None = None,
    db_user: str | None = None,
    db_password: str | None = None,
    db_root_username: str | None = None,
    db_root_password: str | None = None,
    settings: dict[str, Any] | None = None,
    config: dict[str, Any] | None = None,
    force: bool = False,
) -> None:
    """Make a site with its folder, database, core DocTypes, seeds and apps.

    `settings` go into System Settings, `config` into site_config.json. Raises FileExistsError when the site exists and
    not `force`. When anything fails, nothing of the site remains.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", site) or ".." in site:
        raise ValueError(f"{site!r} is not a good name for a site")
    path = os.path.join(sites_path, site)
    if os.path.exists(path) and not force:
        raise FileExistsError(f"Site {site} already exists")
    database = {"db_file": "site.db"}
    if db_type == "mariadb":
        database = _mariadb_config(db_name, db_host, db_port, db_socket, db_user, db_password)
    values = {"db_type": db_type, **database, **(config or {})}
    root = {"root_login": db_root_username, "root_password": db_root_password}
    owned = _Undo(site, sites_path, root)
    try:
        _make_folder(path, values)
        frappe.init(site, sites_path=sites_path, force=True)
        _make_database(force, root, owned)
        _fill(admin_password, settings or {})
        for app in install_apps:
            install_app(app)
        frappe.db.commit()
    except BaseException:
        owned.undo()
        raise
    finally:
        frappe.destroy()


def _mariadb_config(
    name: str | None, host: str | None, port: int | None, socket: str | None, user: str | None, password: str | None
) -> dict[str, Any]:
    name = name or "_" + frappe.generate_hash(length=16)
    where = {"db_name": name, "db_host": host, "db_port": port, "db_socket": socket}
    return {**where, "db_user": user or name, "db_password": password or frappe.generate_hash(length=24)}


class _Undo:
    """Removes what a failed new_site made: never a database that was there before."""

    def __init__(self, site: str, sites_path: str, root: dict[str, Any]) -> None:
        self.path, self.root, self.database = os.path.join(sites_path, site), root, False

    def undo(self) -> None:
        from frappe.database import drop_database

        if getattr(frappe.local, "db", None):
            frappe.db.rollback()
        if self.database:
            drop_database(**self.root)
        shutil.rmtree(self.path, ignore_errors=True)


def _make_folder(path: str, config: dict[str, Any]) -> None:
    from cryptography.fernet import Fernet

    for folder in FOLDERS:
        os.makedirs(os.path.join(path, folder), exist_ok=True)
    values = {key: value for key, value in config.items() if value is not None}
    values.setdefault("encryption_key", Fernet.generate_key().decode())
    descriptor = os.open(os.path.join(path, "site_config.json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(values, stream, indent=1, sort_keys=True)


def _make_database(force: bool, root: dict[str, Any], owned: _Undo) -> None:
    from frappe.database import setup_database
    from frappe.database.schema import create_system_tables

    setup_database(force, **root)
    owned.database = True
    frappe.flags.in_install_db = True
    frappe.connect(set_admin_as_user=False)
    frappe.db.begin(write=True)
    create_system_tables()


def _fill(admin_password: str, settings: dict[str, Any]) -> None:
    """Core DocTypes, seeds and the Administrator's password."""
    from frappe.model.sync import init_singles, sync_for
    from frappe.utils.password import update_password

    frappe.flags.in_install = "frappe"
    frappe.local.session.user = "Administrator"
    settings = {**DEFAULT_SETTINGS, **settings}
    # First of all, since every stamp is in the site's time.
    frappe.db.set_single_value("System Settings", "time_zone", settings["time_zone"])
    sync_for("frappe", force=True)
    frappe.db.set_default("time_zone", settings["time_zone"])
    add_module_defs("frappe")
    frappe.db.set_global("installed_apps", json.dumps(["frappe"]))
    frappe.flags.in_install_db = False
    insert_seeds(settings)
    init_singles()
    update_password("Administrator", admin_password)
    _finish("frappe")
    frappe.flags.in_install = False
    frappe.set_user("Administrator")


def add_module_defs(app: str) -> None:
    """One Module Def per line of the app's modules.txt."""
    rows = [{"name": m, "module_name": m, "app_name": app, "custom": 0} for m in frappe.get_module_list(app)]
    insert_rows("Module Def", rows)


def install_app(name: str, verbose: bool = False, set_as_patched: bool = True, force: bool = False) -> bool:
    """Install an app (and those it requires first) on the connected site; False when it is there already.

    The caller commits. Raises ValidationError for an app that apps.txt does not name.
    """
    if name in frappe.get_installed_apps() and not force:
        return False
    if name not in frappe.get_all_apps():
        raise frappe.ValidationError(f"App {name} not in apps.txt")
    frappe.only_for("System Manager")
    hooks = frappe.get_hooks(app_name=name)
    for required in hooks.get("required_apps") or []:
        install_app(required.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git"))
    frappe.flags.in_install = name
    try:
        for method in hooks.get("before_install") or []:
            if frappe.get_attr(method)() is False:
                return False
        _call_hooks("before_app_install", name)
        _install(name, hooks, set_as_patched)
    finally:
        frappe.flags.in_install = False
    frappe.clear_cache()
    return True


def _install(name: str, hooks: dict, set_as_patched: bool) -> None:
    from frappe.model.sync import init_singles, sync_for, sync_module_records

    add_module_defs(name)
    sync_for(name, force=True, reset_permissions=True)
    _set_installed([*frappe.get_installed_apps(), name])
    init_singles()
    if set_as_patched:
        set_all_patches_as_completed(name)
    for method in hooks.get("after_install") or []:
        frappe.get_attr(method)()
    _call_hooks("after_app_install", name)
    sync_module_records(name)
    _finish(name)
    for method in hooks.get("after_sync") or []:
        frappe.get_attr(method)()


def _finish(app: str) -> None:
    from frappe.utils.fixtures import sync_fixtures
    from frappe.utils.scheduler import sync_jobs

    sync_jobs()
    sync_fixtures(app)


def _call_hooks(hook: str, app: str) -> None:
    for method in frappe.get_hooks(hook):
        frappe.get_attr(method)(app)


def _set_installed(apps: list[str]) -> None:
    frappe.db.set_global("installed_apps", json.dumps(list(dict.fromkeys(apps))))
    frappe.clear_cache()


def set_all_patches_as_completed(app: str) -> None:
    """A freshly installed app needs none of its patches."""
    from frappe.modules.patch_handler import get_patches_from_app

    done = set(frappe.get_all("Patch Log", pluck="patch"))
    patches = [patch for patch in dict.fromkeys(get_patches_from_app(app)) if patch not in done]
    insert_rows("Patch Log", [{"name": frappe.generate_hash(length=10), "patch": p, "skipped": 0} for p in patches])


def remove_app(
    app_name: str, dry_run: bool = False, yes: bool = True, no_backup: bool = True, force: bool = False
) -> list[str]:
    """Uninstall an app: its DocTypes with their data, modules and records of these. Answers the DocTypes removed."""
    installed = frappe.get_installed_apps()
    if app_name == "frappe" or (app_name not in installed and not force):
        raise frappe.ValidationError(f"App {app_name} is not installed")
    for other in installed:
        needs = frappe.get_hooks("required_apps", app_name=other) if other != app_name else []
        if any(app_name == need.rsplit("/", 1)[-1] for need in needs):
            raise frappe.ValidationError(f"App {app_name} is required by {other}: uninstall that first")
    doctypes = frappe.get_all("DocType", filters={"app": app_name}, pluck="name")
    if dry_run:
        return doctypes
    frappe.flags.in_uninstall = True
    try:
        for method in frappe.get_hooks("before_uninstall", app_name=app_name):
            frappe.get_attr(method)()
        _call_hooks("before_app_uninstall", app_name)
        _remove_modules(app_name, doctypes)
        _set_installed([app for app in installed if app != app_name])
        for method in frappe.get_hooks("after_uninstall", app_name=app_name):
            frappe.get_attr(method)()
        _call_hooks("after_app_uninstall", app_name)
        _finish("frappe")
    finally:
        frappe.flags.in_uninstall = False
    return doctypes


def _remove_modules(app: str, doctypes: list[str]) -> None:
    """Delete what belongs to the app's modules, and its DocTypes with tables, customisations and leftovers."""
    modules = frappe.get_all("Module Def", filters={"app_name": app}, pluck="name")
    for kind in ("Print Format", "Custom Field", "Property Setter"):
        for name in frappe.get_all(kind, filters={"module": ["in", modules]}, pluck="name") if modules else ():
            frappe.delete_doc(kind, name, ignore_on_trash=True, force=True)
    if doctypes:
        for kind, field in (("Custom Field", "dt"), ("Property Setter", "doc_type"), ("Custom DocPerm", "parent")):
            frappe.db.delete(kind, {field: ["in", doctypes]})
        for kind, field in (("DocShare", "share_doctype"), ("User Permission", "allow"), ("Workflow", "document_type")):
            frappe.db.delete(kind, {field: ["in", doctypes]})
        frappe.db.delete("Singles", {"doctype": ["in", doctypes]})
        frappe.db.delete("DocType", {"name": ["in", doctypes]})
    if modules:
        frappe.db.delete("Module Def", {"name": ["in", modules]})
    for doctype in doctypes:
        frappe.db.sql_ddl(f"DROP TABLE IF EXISTS `tab{doctype}`")
    frappe.clear_cache()


def drop_site(
    site: str,
    *,
    sites_path: str = ".",
    db_root_username: str | None = None,
    db_root_password: str | None = None,
    archive_to: str | None = None,
) -> None:
    """Delete a site's database and its folder (or move the folder to `archive_to`). There is no way back."""
    from frappe.database import drop_database

    frappe.init(site, sites_path=sites_path, force=True)
    try:
        path = frappe.get_site_path()
        drop_database(root_login=db_root_username, root_password=db_root_password)
    finally:
        frappe.destroy()
    if archive_to:
        shutil.move(path, archive_to)
    else:
        shutil.rmtree(path)
