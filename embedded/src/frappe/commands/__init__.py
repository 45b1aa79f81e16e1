"""The command line, with bench's words: `frappe-embedded --site NAME <command>`, run in (or above) the sites folder."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click


class Scope:
    """What the options before the command say: where the sites are and which one is meant."""

    def __init__(self, site: str | None, sites_path: str | None) -> None:
        self._site = site
        self.sites_path = str(find_sites_path(sites_path))

    @property
    def site(self) -> str:
        """The site of `--site`, else the default one, else the only one. Raises UsageError."""
        site = self._site or os.environ.get("FRAPPE_SITE") or default_site(self.sites_path)
        if not site:
            raise click.UsageError("Which site? Give --site NAME, or choose a default one with `use NAME`.")
        if not Path(self.sites_path, site, "site_config.json").is_file():
            raise click.UsageError(f"Site {site} does not exist in {os.path.abspath(self.sites_path)}")
        return site

    @contextmanager
    def connected(self, write: bool = True) -> Iterator[Any]:
        """Connected as Administrator; committed at the end, rolled back when something is raised."""
        import frappe

        frappe.init(self.site, sites_path=self.sites_path, force=True)
        try:
            frappe.connect()
            frappe.db.begin(write=write)
            yield frappe
            frappe.db.commit()
        except BaseException:
            if frappe.db:
                frappe.db.rollback()
            raise
        finally:
            frappe.destroy()


def find_sites_path(given: str | None) -> Path:
    """The sites folder: as given, from SITES_PATH, `sites` beside us, else the present folder."""
    if chosen := given or os.environ.get("SITES_PATH"):
        return Path(chosen)
    here = Path(".")
    return here / "sites" if not (here / "apps.txt").exists() and (here / "sites" / "apps.txt").exists() else here


def site_names(sites_path: str) -> list[str]:
    """The sites of the folder."""
    return sorted(path.parent.name for path in Path(sites_path).glob("*/site_config.json"))


def default_site(sites_path: str) -> str | None:
    """The site of currentsite.txt or common_site_config.json, or the only one."""
    current = Path(sites_path, "currentsite.txt")
    if current.is_file() and (name := current.read_text().strip()):
        return name
    common = Path(sites_path, "common_site_config.json")
    if common.is_file() and (name := json.loads(common.read_text()).get("default_site")):
        return name
    names = site_names(sites_path)
    return names[0] if len(names) == 1 else None


def pass_scope(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command the Scope as its first argument."""

    @click.pass_context
    def with_scope(context: click.Context, *args: Any, **kwargs: Any) -> Any:
        return context.invoke(function, context.obj, *args, **kwargs)

    return update_wrapper(with_scope, function)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--site", help="Name of the site")
@click.option("--sites-path", help="The folder of the sites (default: the present one)")
@click.pass_context
def cli(context: click.Context, site: str | None, sites_path: str | None) -> None:
    """CRMConnect's embedded runtime of Frappe."""
    context.obj = Scope(site, sites_path)


def main() -> None:
    """Entry point of the console script. A refusal is one line and exit code 1."""
    from frappe.commands import run, server, site

    for module in (site, run, server):
        module.register(cli)
    import frappe

    try:
        cli(prog_name="frappe-embedded")
    except (
        frappe.ValidationError,
        frappe.DoesNotExistError,
        frappe.PermissionError,
        FileExistsError,
        ValueError,
    ) as error:
        if os.environ.get("FRAPPE_TRACEBACK"):
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
