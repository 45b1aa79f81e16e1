"""A new site with the app, and a process that is ready to answer, as a person waits for them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import serving, sites
from benchmarks.measure import Result

SITE_GOAL, READY_GOAL = 5, 1


def measure(rounds: int) -> Iterator[Result]:
    """Seconds of `new-site --install-app crmconnect`, and of `serve` until its first answer."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "apps.txt").write_text("frappe\ncrmconnect\n")
        tool = str(Path(sys.executable).parent / "frappe-embedded")
        options = ["--admin-password", sites.PASSWORD, "--install-app", "crmconnect"]

        def new_site(number: int) -> float:
            start = time.perf_counter()
            command = [tool, "new-site", f"start{number}.localhost", *options]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            return time.perf_counter() - start

        def ready(_number: int) -> float:
            start = time.perf_counter()
            with serving.site(folder, "start0.localhost"):
                return time.perf_counter() - start

        yield _result("new site with the app", [new_site(n) for n in range(rounds)], SITE_GOAL)
        yield _result("process ready (serve until its first answer)", [ready(n) for n in range(rounds)], READY_GOAL)


def _result(title: str, times: list[float], goal: float) -> Result:
    return Result(title, statistics.median(times), goal, " s", detail=f"min {min(times):.2f} s")
