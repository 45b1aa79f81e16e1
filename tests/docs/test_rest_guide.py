"""The REST guide says what is there: its script runs, and its tables are those of the source."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dev import rest_documents
from tests.support.hosts import PASSWORD
from tests.support.servers import LiveServer

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_the_documents_are_described_as_they_are() -> None:
    written = rest_documents.TARGET.read_text(encoding="utf-8")
    assert written == rest_documents.text(), "run: python -m dev.rest_documents"


@pytest.mark.only_embedded(reason="starts a server of its own, with Administrator's password of the test site")
def test_the_script_of_the_guide_takes_a_lead_to_a_paid_invoice(live_server: LiveServer) -> None:
    if not shutil.which("curl"):
        pytest.skip("the guide's script wants curl")
    script = "set -e\n" + "\n".join(
        re.findall(r"^```sh\n(.*?)^```", (DOCS / "rest.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
    environment = {"site": live_server.url, "password": PASSWORD, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    run = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    for status in ("Reviewed", "Accepted", "Partially Paid", "Paid", "Won"):
        assert re.search(rf"(?m){status}$", run.stdout), f"{status} was never reached:\n{run.stdout}"
    assert '"complete":true' in run.stdout.replace(" ", "")
