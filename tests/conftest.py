"""One suite, several hosts: `pytest --host sqlite|mariadb|bench` (see CONTRIBUTING.md).

In-process tests take `site` and are rolled back. Tests over `http` really commit, on every host alike: they make their
own records (`make.*` gives unique ones) and put back the settings that they change (`settings`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support.baseline import Baseline
from tests.support.factories import Make
from tests.support.hosts import Host, choose_host
from tests.support.http import Http
from tests.support.servers import LiveServer, Mailbox

# a loaded machine is no defect: no test asserts a time
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("crmconnect")
    group.addoption("--host", choices=("sqlite", "mariadb", "bench"), default="sqlite", help="where the tests run")
    group.addoption("--bench", metavar="PATH", help="the folder of a genuine bench (with --host bench)")
    group.addoption("--site", metavar="NAME", help="the site of that bench; the app must be installed on it")
    group.addoption("--vectors-site", metavar="NAME", help="a site of that bench filled by vecapp, for tests/contract")
    group.addoption("--record", action="store_true", help="write the answers of tests/recorded instead of comparing")
    group.addoption("--url", metavar="URL", help="a running server of that site; else requests run in process")


HOST: pytest.StashKey[Host] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HOST] = choose_host(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what the chosen host cannot show, always with the reason."""
    host = config.stash[HOST]
    for item in items:
        if host.unavailable and _needs_site(item):
            item.add_marker(pytest.mark.skip(reason=host.unavailable))
        for marker, fits in (
            ("only_embedded", host.name != "bench"),
            ("only_mariadb", host.name != "sqlite"),
            ("only_sqlite", host.name == "sqlite"),
        ):
            if not fits and (found := item.get_closest_marker(marker)):
                reason = found.kwargs.get("reason") or (found.args[0] if found.args else "no reason given")
                item.add_marker(pytest.mark.skip(reason=f"{marker}: {reason}"))


def _needs_site(item: pytest.Item) -> bool:
    return "ready_site" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def host(request: pytest.FixtureRequest) -> Host:
    return request.config.stash[HOST]


@pytest.fixture(scope="session")
def ready_site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The one site of this run: app installed, a default company, connected. Answers its name."""
    host.open(tmp_path_factory)
    try:
        Make().base()
        yield host.site
    finally:
        host.close()


@pytest.fixture
def site(ready_site: str, host: Host) -> Iterator[str]:
    """Connected as Administrator in a transaction that is rolled back when the test ends."""
    import frappe

    host.connect()
    frappe.db.rollback()  # what another fixture read must not be this test's view of the site
    frappe.set_user("Administrator")
    yield ready_site
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.local.message_log = []
    frappe.local.flags.pop("commit", None)
    frappe.clear_cache()


@pytest.fixture
def make(site: str) -> Make:
    """Factories of believable records, see tests/support/factories.py."""
    return Make()


@pytest.fixture
def as_user(site: str) -> Callable[[str], AbstractContextManager[None]]:
    """`with as_user("ana@example.com"): …` runs the block with that user's rights."""
    import frappe

    @contextmanager
    def switch(email: str) -> Iterator[None]:
        before = frappe.session.user
        frappe.set_user(email)
        try:
            yield
        finally:
            frappe.set_user(before)

    return switch


@pytest.fixture(scope="module")
def configuration(ready_site: str, host: Host) -> Iterator[None]:
    """Settings, statuses, taxes … are put back at the end of each module that committed."""
    host.connect()
    before = Baseline()
    yield
    host.connect()
    before.restore()


@pytest.fixture
def http(site: str, configuration: None, host: Host) -> Http:
    """A client of the REST surface, as guest; `http.token(user)` and `http.login(user, password)` give others."""
    return Http(host)


@pytest.fixture
def settings(site: str) -> Iterator[Callable[..., None]]:
    """`settings(reserve_stock_on_order=1)` changes Connect Settings and puts the old values back."""
    import frappe

    before: dict[str, Any] = {}

    def change(**values: Any) -> None:
        single = frappe.get_doc("Connect Settings")
        for field in values:
            before.setdefault(field, single.get(field))
        single.update(values).save()
        frappe.db.commit()

    yield change
    if before:
        frappe.set_user("Administrator")
        frappe.db.rollback()
        frappe.get_doc("Connect Settings").update(before).save()
        frappe.db.commit()


@pytest.fixture
def run_jobs(site: str, host: Host) -> Callable[[], None]:
    """`run_jobs()` runs the background jobs that wait; commits what the test wrote."""
    return host.run_jobs


@pytest.fixture
def smtp(site: str, host: Host) -> Iterator[Mailbox]:
    """A real SMTP server on loopback that the site sends to; `smtp.messages` are the mails received."""
    with Mailbox() as mailbox, mailbox.used_by_site(host):
        yield mailbox


@pytest.fixture
def live_server(ready_site: str, host: Host) -> Iterator[LiveServer]:
    """A real server process of the site; `live_server.url`."""
    with LiveServer(host) as server:
        yield server
