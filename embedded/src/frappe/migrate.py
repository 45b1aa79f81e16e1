"""Bringing a site up to the state of its apps' files."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe


@contextmanager
def _only_one() -> Iterator[None]:
    """Raise ValidationError while another process migrates this site."""
    path = frappe.get_site_path("locks", "migrate.lock")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise frappe.ValidationError(f"{frappe.local.site} is being migrated already") from None
        yield


class SiteMigration:
    """Patches, tables, fixtures and jobs, in Frappe's order; see `run`."""

    def __init__(self, skip_failing: bool = False, skip_search_index: bool = True, say: Callable[[str], Any] = print):
        self.skip_failing = skip_failing
        self.say = say

    def run(self, site: str | None = None, sites_path: str = ".") -> None:
        """Migrate `site` in a connection of its own, or the connected one when none is given."""
        if site:
            frappe.init(site, sites_path=sites_path, force=True)
            frappe.connect()
        try:
            with _only_one():
                self._migrate()
        finally:
            if site:
                frappe.destroy()

    def _migrate(self) -> None:
        frappe.clear_cache()
        frappe.flags.in_migrate = True
        try:
            for step in (self._before, self._update_schema, self._after):
                self._in_transaction(step)
        finally:
            frappe.flags.in_migrate = False
            frappe.clear_cache()

    def _in_transaction(self, step: Callable[[], None]) -> None:
        frappe.db.begin(write=True)
        try:
            step()
            frappe.db.commit()
        except BaseException:
            frappe.db.rollback()
            raise

    def _call(self, hook: str) -> None:
        for app in frappe.get_installed_apps():
            for method in frappe.get_hooks(hook, app_name=app):
                frappe.get_attr(method)()

    def _before(self) -> None:
        self._call("before_migrate")

    def _update_schema(self) -> None:
        from frappe.database.schema import create_system_tables
        from frappe.installer import add_module_defs
        from frappe.model.sync import init_singles, sync_all, sync_module_records
        from frappe.modules.patch_handler import PatchType, run_all

        create_system_tables()
        self._report("Patch", run_all(self.skip_failing, PatchType.pre_model_sync))
        for app in frappe.get_installed_apps():
            add_module_defs(app)
        self._report("Changed", sync_all())
        init_singles()
        for app in frappe.get_installed_apps():
            sync_module_records(app)
        self._report("Patch", run_all(self.skip_failing, PatchType.post_model_sync))

    def _after(self) -> None:
        from frappe.model.sync import remove_orphan_doctypes
        from frappe.utils.fixtures import sync_fixtures
        from frappe.utils.scheduler import sync_jobs

        sync_jobs()
        sync_fixtures()
        self._report("Removed", remove_orphan_doctypes())
        self._call("after_migrate")

    def _report(self, what: str, names: list[str]) -> None:
        for name in names:
            self.say(f"{what}: {name}")


def migrate(site: str | None = None, sites_path: str = ".", skip_failing: bool = False) -> None:
    """Migrate a site (the connected one by default)."""
    SiteMigration(skip_failing=skip_failing).run(site, sites_path)
