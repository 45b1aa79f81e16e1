"""Sites with the app and records of the recorded vectors (`../shared/contract` beside the clone).

A template site is built once per run; `vec_site` is connected to a copy of it. On a bench `--vectors-site` names a site
that vecapp is installed on and has filled; it is put back as it was.
"""

import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.hosts import Bench, Host, MariaDB

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contract"
SITE = "vectors.localhost"
PASSWORD = "Vector#2026admin"
_numbers = itertools.count(1)


@dataclass
class VecSite:
    """A site of the vectors: `sites` is the folder of sites, `site` the name."""

    sites: Path
    site: str = SITE
    database: str | None = None

    def connect(self) -> None:
        """Connect as Administrator."""
        import frappe

        frappe.init(self.site, sites_path=str(self.sites), force=True)
        frappe.connect()
        frappe.set_user("Administrator")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without the vectors there is nothing to replay."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent) and not (CONTRACT / "doctypes.json").exists():
            item.add_marker(pytest.mark.skip(reason=f"no recorded vectors at {CONTRACT}"))


@pytest.fixture(scope="session")
def contract() -> Path:
    """The folder of the vectors, with vecapp importable."""
    app = str(CONTRACT / "app")
    if app not in sys.path:
        sys.path.insert(0, app)
    return CONTRACT


class Factory:
    """Builds the template once, and copies of it."""

    def __init__(self, host: Host, contract: Path, tmp: pytest.TempPathFactory) -> None:
        self.server = host.server if isinstance(host, MariaDB) else None
        self.contract, self.tmp = contract, tmp
        self.made: list[str] = []
        self.template = self._build()

    def _build(self) -> VecSite:
        import frappe
        from frappe import installer

        site = VecSite(self.tmp.mktemp("vectors"))
        (site.sites / "apps.txt").write_text("frappe\nvecapp\n")
        database: dict = {"db_type": "sqlite"}
        if self.server:
            site.database = self._database_name()
            database = {"db_type": "mariadb", "db_name": site.database, "db_host": self.server["host"]}
            database |= {"db_port": self.server["port"], "db_root_username": self.server["user"]}
            database |= {"db_root_password": self.server["password"]}
        installer.new_site(
            SITE, sites_path=str(site.sites), admin_password=PASSWORD, install_apps=["vecapp"], **database
        )
        import vecapp.setup

        site.connect()
        vecapp.setup.run(str(self.contract / "doctypes.json"))
        frappe.destroy()
        return site

    def _database_name(self) -> str:
        name = f"cc_vec_{os.getpid()}_{next(_numbers)}"
        self.made.append(name)
        return name

    def copy(self) -> VecSite:
        """A site equal to the template, in a folder and a database of its own."""
        site = VecSite(self.tmp.mktemp("vectors"))
        shutil.copytree(self.template.sites, site.sites, dirs_exist_ok=True)
        (site.sites / SITE / ".cache_generation").unlink(missing_ok=True)
        if self.server:
            site.database = self._database_name()
            self._copy_database(self.template.database or "", site.database)
            config = site.sites / SITE / "site_config.json"
            config.write_text(config.read_text().replace(self.template.database or "", site.database))
        return site

    def _administer(self):
        import pymysql

        return pymysql.connect(autocommit=True, **self.server)

    def _copy_database(self, old: str, new: str) -> None:
        with self._administer() as connection, connection.cursor() as cursor:
            cursor.execute(f"create database `{new}` character set utf8mb4 collate utf8mb4_unicode_ci")
            cursor.execute(f"create user if not exists '{new}'@'localhost' identified by '{self._password()}'")
            cursor.execute(f"create user if not exists '{new}'@'%' identified by '{self._password()}'")
            cursor.execute(f"grant all on `{new}`.* to '{new}'@'localhost'")
            cursor.execute(f"grant all on `{new}`.* to '{new}'@'%'")
            cursor.execute(f"show full tables from `{old}` where table_type = 'BASE TABLE'")
            for table, _kind in cursor.fetchall():
                cursor.execute(f"create table `{new}`.`{table}` like `{old}`.`{table}`")
                cursor.execute(f"insert into `{new}`.`{table}` select * from `{old}`.`{table}`")
            cursor.execute(f"show full tables from `{old}` where table_type = 'SEQUENCE'")
            for sequence, _kind in cursor.fetchall():
                cursor.execute(f"select next_not_cached_value from `{old}`.`{sequence}`")
                (start,) = cursor.fetchone()
                cursor.execute(f"create sequence `{new}`.`{sequence}` start with {int(start)} nocache")

    def _password(self) -> str:
        import json

        return json.loads((self.template.sites / SITE / "site_config.json").read_text())["db_password"]

    def close(self) -> None:
        if not self.server:
            return
        with self._administer() as connection, connection.cursor() as cursor:
            for name in self.made:
                cursor.execute(f"drop database if exists `{name}`")
                cursor.execute(f"drop user if exists '{name}'@'localhost'")
                cursor.execute(f"drop user if exists '{name}'@'%'")


class BenchFactory:
    """The one site of a bench, as it was when the run began."""

    def __init__(self, host: Bench, site: str) -> None:
        import frappe

        from tests.contract.bench_site import Kept

        os.chdir(host.sites)
        self.template = VecSite(host.sites, site)
        self.template.connect()
        self.kept = Kept(host.sites / site)
        frappe.destroy()

    def copy(self) -> VecSite:
        import frappe

        self.template.connect()
        self.kept.restore()
        frappe.destroy()
        return self.template

    def close(self) -> None:
        self.copy()


@pytest.fixture(scope="session")
def vec_factory(
    host: Host, contract: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Factory | BenchFactory]:
    if host.unavailable:
        pytest.skip(host.unavailable)
    site = request.config.getoption("--vectors-site")
    if isinstance(host, Bench) and not site:
        pytest.skip("no --vectors-site named")
    factory = BenchFactory(host, site) if isinstance(host, Bench) else Factory(host, contract, tmp_path_factory)
    yield factory
    factory.close()


@pytest.fixture(scope="module")
def vec_site(vec_factory: Factory | BenchFactory) -> Iterator[VecSite]:
    """Connected to a copy of the template as Administrator; the test rolls back what it does."""
    import frappe

    site = vec_factory.copy()
    site.connect()
    yield site
    frappe.destroy()
