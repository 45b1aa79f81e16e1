"""Fixtures of the runtime's own tests: a bare site, made once, on the database that the run is about."""

import importlib
from collections.abc import Iterator

import frappe
import pytest

from tests.embedded.bare import BareSite
from tests.embedded.web_fixtures import web  # noqa: F401
from tests.support.hosts import MariaDB


@pytest.fixture(scope="session")
def bare_site(host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareSite]:
    """The session's bare site."""
    if host.name == "bench":
        pytest.skip("concerns the embedded runtime")
    if host.unavailable:
        pytest.skip(host.unavailable)
    site = BareSite(tmp_path_factory.mktemp("bare"), **database_options(host, "bare")).create()
    yield site
    site.remove()


def database_options(host, purpose: str) -> dict:
    """Arguments of new_site for the database of this run."""
    if not isinstance(host, MariaDB):
        return {"db_type": "sqlite"}
    server = host.server
    return {
        "db_type": "mariadb",
        "db_name": f"{host.database}_{purpose}",
        "db_host": server["host"],
        "db_port": server["port"],
        "db_root_username": server["user"],
        "db_root_password": server["password"],
    }


@pytest.fixture
def bare(bare_site: BareSite) -> Iterator[BareSite]:
    """Connected to the bare site as Administrator; jobs, mails and notes of earlier tests are gone."""
    with bare_site.connected():
        for doctype in ("Background Job", "Email Queue", "Email Queue Recipient", "ToDo", "Error Log"):
            frappe.db.delete(doctype)
        frappe.db.commit()
        importlib.import_module("opsapp.targets").attempts.clear()
        yield bare_site


@pytest.fixture
def notes():
    """Texts of the notes that are committed or written in this transaction."""

    def texts() -> list[str]:
        return frappe.get_all("ToDo", pluck="description", order_by="creation asc")

    return texts
