"""Commands about a site: made, dropped, its apps, settings, backups."""

import getpass
import json
import os
from pathlib import Path
from typing import Any

import click

from frappe.commands import Scope, pass_scope


def _password(given: str | None, prompt: str) -> str:
    return given if given is not None else getpass.getpass(prompt)


@click.command("new-site")
@click.argument("site")
@click.option("--admin-password", help="Password of Administrator (asked when absent)")
@click.option("--db-type", type=click.Choice(["sqlite", "mariadb"]), default="sqlite", show_default=True)
@click.option("--db-name")
@click.option("--db-host")
@click.option("--db-port", type=int)
@click.option("--db-socket")
@click.option("--db-user")
@click.option("--db-password")
@click.option("--db-root-username", default="root", show_default=True)
@click.option("--db-root-password")
@click.option("--install-app", "install_apps", multiple=True, help="May be given several times")
@click.option("--set-default", is_flag=True, help="Make it the default site")
@click.option("--force", is_flag=True, help="Overwrite the site if it exists")
@pass_scope
def new_site(scope: Scope, site: str, admin_password: str | None, set_default: bool, **options: Any) -> None:
    """Make a site."""
    from frappe import installer

    os.makedirs(scope.sites_path, exist_ok=True)
    _name_apps(scope.sites_path, options["install_apps"])
    password = _password(admin_password, "Password of Administrator: ")
    installer.new_site(site, sites_path=scope.sites_path, admin_password=password, **options)
    if set_default:
        Path(scope.sites_path, "currentsite.txt").write_text(site)
    click.echo(f"{site} is ready")


@click.command("drop-site")
@click.argument("site")
@click.option("--db-root-username", "--root-login", default="root", show_default=True)
@click.option("--db-root-password", "--root-password")
@click.option("--no-backup", is_flag=True, help="Do not make a backup first")
@click.option("--archived-sites-path", help="Move the site's folder here instead of deleting it")
@click.option("--yes", is_flag=True, help="Do not ask")
@pass_scope
def drop_site(
    scope: Scope,
    site: str,
    db_root_username: str,
    db_root_password: str | None,
    no_backup: bool,
    archived_sites_path: str | None,
    yes: bool,
) -> None:
    """Delete a site and its database; a backup is kept beside it."""
    from frappe import installer
    from frappe.utils import backups

    named = Scope(site, scope.sites_path)
    if not yes:
        click.confirm(f"Delete site {named.site} and its data?", abort=True)
    if not no_backup:
        folder = os.path.join(scope.sites_path, "archived_backups", site)
        with named.connected(write=False):
            backups.backup(with_files=True, folder=folder)
        click.echo(f"backup: {os.path.abspath(folder)}")
    account = {"db_root_username": db_root_username, "db_root_password": db_root_password}
    installer.drop_site(named.site, sites_path=scope.sites_path, archive_to=archived_sites_path, **account)
    click.echo(f"{site} is gone")


@click.command("install-app")
@click.argument("apps", nargs=-1, required=True)
@click.option("--force", is_flag=True)
@pass_scope
def install_app(scope: Scope, apps: tuple[str, ...], force: bool) -> None:
    """Install apps on the site."""
    from frappe import installer

    _name_apps(scope.sites_path, apps)
    for app in apps:
        with scope.connected():
            done = installer.install_app(app, force=force)
        click.echo(f"{app} is installed" if done else f"{app} was installed already")


def _name_apps(sites_path: str, apps: tuple[str, ...]) -> None:
    """Add importable apps to apps.txt, as `get-app` does on a bench."""
    import importlib.util

    path = Path(sites_path, "apps.txt")
    known = path.read_text().split() if path.exists() else ["frappe"]
    new = [app for app in apps if app not in known and importlib.util.find_spec(app)]
    if new or not path.exists():
        path.write_text("".join(f"{app}\n" for app in [*known, *new]))


@click.command("uninstall-app")
@click.argument("app")
@click.option("--yes", "-y", is_flag=True, help="Do not ask")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted")
@click.option("--no-backup", is_flag=True, help="Do not make a backup first")
@pass_scope
def uninstall_app(scope: Scope, app: str, yes: bool, dry_run: bool, no_backup: bool) -> None:
    """Take an app, with its data, off the site."""
    from frappe import installer
    from frappe.utils import backups

    if not (yes or dry_run):
        click.confirm(f"All data of {app} will be deleted. Go on?", abort=True)
    if not (dry_run or no_backup):
        with scope.connected(write=False):
            click.echo(f"backup: {backups.backup()['database']}")
    with scope.connected():
        doctypes = installer.remove_app(app, dry_run=dry_run)
    for doctype in doctypes:
        click.echo(f"{'would delete' if dry_run else 'deleted'}: {doctype}")


@click.command("list-apps")
@click.option("--format", "-f", "style", type=click.Choice(["text", "json"]), default="text")
@pass_scope
def list_apps(scope: Scope, style: str) -> None:
    """The apps of the site."""
    with scope.connected(write=False) as frappe:
        apps = frappe.get_installed_apps()
    click.echo(json.dumps({scope.site: apps}) if style == "json" else "\n".join(apps))


@click.command("migrate")
@click.option("--skip-failing", is_flag=True, help="Go on after a patch that fails")
@pass_scope
def migrate(scope: Scope, skip_failing: bool) -> None:
    """Bring the site up to the state of its apps."""
    from frappe.migrate import SiteMigration

    SiteMigration(skip_failing=skip_failing, say=click.echo).run(scope.site, sites_path=scope.sites_path)


@click.command("backup")
@click.option("--with-files", is_flag=True, help="Files too")
@click.option("--backup-path", help="The folder to write to")
@pass_scope
def backup(scope: Scope, with_files: bool, backup_path: str | None) -> None:
    """Back up the site's database and configuration (and files)."""
    from frappe.utils import backups

    with scope.connected(write=False):
        paths = backups.backup(with_files, backup_path)
    for kind, path in paths.items():
        click.echo(f"{kind}: {path}")


@click.command("restore")
@click.argument("database", type=click.Path(exists=True, dir_okay=False))
@click.option("--with-public-files", type=click.Path(exists=True, dir_okay=False))
@click.option("--with-private-files", type=click.Path(exists=True, dir_okay=False))
@click.option("--admin-password", help="Set Administrator's password afterwards")
@click.option("--force", is_flag=True, help="Accepted as bench does")
@pass_scope
def restore(
    scope: Scope,
    database: str,
    with_public_files: str | None,
    with_private_files: str | None,
    admin_password: str | None,
    force: bool,
) -> None:
    """Replace the site's data by a backup's. Stop the server first."""
    from frappe.utils import backups

    with scope.connected():
        backups.restore(database, with_public_files, with_private_files)
    if admin_password:
        _set_password(scope, "Administrator", admin_password)
    click.echo(f"{scope.site} is restored")


@click.command("set-admin-password")
@click.argument("password", required=False)
@pass_scope
def set_admin_password(scope: Scope, password: str | None) -> None:
    """Set Administrator's password."""
    _set_password(scope, "Administrator", _password(password, "New password: "))


@click.command("set-password")
@click.argument("user")
@click.argument("password", required=False)
@pass_scope
def set_password(scope: Scope, user: str, password: str | None) -> None:
    """Set a user's password."""
    _set_password(scope, user, _password(password, "New password: "))


def _set_password(scope: Scope, user: str, password: str) -> None:
    from frappe.utils.password import update_password

    with scope.connected() as frappe:
        if not frappe.db.exists("User", user):
            raise click.UsageError(f"There is no user {user}")
        update_password(user, password, logout_all_sessions=True)


@click.command("set-config")
@click.argument("key")
@click.argument("value")
@click.option("--global", "-g", "is_global", is_flag=True, help="For all sites")
@click.option("--parse", "-p", is_flag=True, help="The value is JSON")
@pass_scope
def set_config(scope: Scope, key: str, value: str, is_global: bool, parse: bool) -> None:
    """Set a value of site_config.json; `null` with --parse removes it."""
    from frappe.config import update_site_config

    parsed = json.loads(value) if parse else int(value) if value.isdecimal() else value
    if is_global:
        path = Path(scope.sites_path, "common_site_config.json")
        values = {**(json.loads(path.read_text()) if path.exists() else {}), key: parsed}
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({k: v for k, v in values.items() if v is not None}, indent=1, sort_keys=True))
        draft.replace(path)
    else:
        update_site_config(key, parsed, site_path=os.path.join(scope.sites_path, scope.site))


@click.command("clear-cache")
@pass_scope
def clear_cache(scope: Scope) -> None:
    """Make every process forget what it has read."""
    with scope.connected() as frappe:
        frappe.clear_cache()


def register(group: click.Group) -> None:
    """Add this module's commands."""
    for command in (
        new_site, drop_site, install_app, uninstall_app, list_apps, migrate, backup, restore, set_admin_password,
        set_password, set_config, clear_cache,
    ):  # fmt: skip
        group.add_command(command)
