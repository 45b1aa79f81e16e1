"""A real Chromium against a real server of the test's site; skipped, with the reason, where there is no browser.

`BROWSER_PICTURES=<folder>` keeps a picture of every page that a test opens.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import frappe
import pytest

from tests.support.hosts import Host
from tests.support.servers import LiveServer

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
WIDTHS = (1440, 390)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not program:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")  # a server of its own writes; it must not outlive these tests
def server(ready_site: str, host: Host) -> Iterator[str]:
    """The address of a server of the site, as a demo (so that /demo-mailbox exists)."""
    with host.changed_config(crmconnect_demo=1), LiveServer(host) as live:
        yield live.url


@pytest.fixture
def browse(chromium: Any, server: str, site: str) -> Iterator[Callable[..., Any]]:
    """`browse(width=390, javascript=False)` opens a new private window; relative addresses are the server's."""
    contexts = []

    def new(width: int = 1440, javascript: bool = True, locale: str = "ro-RO", **options: Any) -> Any:
        frappe.db.commit()
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 844 if width < 500 else 900},
            java_script_enabled=javascript,
            bypass_csp=javascript,  # axe is brought in by the test
            locale=locale,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: pytest.fail(f"an error of a script on the page: {error}"))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        return page

    yield new
    for context in contexts:
        context.close()


@contextmanager
def nothing_fails(page: Any) -> Iterator[None]:
    """While the block runs no request of the page may fail (missing styles, broken pictures)."""
    failed: list[str] = []
    page.on("response", lambda r: failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    yield
    assert not [line for line in failed if "favicon" not in line]


def findings(page: Any) -> list[str]:
    """What axe-core finds on the page against WCAG 2.1 A and AA, one line per rule."""
    base = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    script = (Path(next(iter(base.__path__))) / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(script)
    options = {"runOnly": {"type": "tag", "values": WCAG}}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:3]}" for v in result["violations"]]


def fits(page: Any) -> bool:
    """Whether nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def picture(page: Any, name: str) -> None:
    """Keep a picture of the whole page where BROWSER_PICTURES says."""
    if folder := os.environ.get("BROWSER_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
