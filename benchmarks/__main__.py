"""`python -m benchmarks [--quick] [deal|lists|http|start …]`: every measurement and its goal, see README.md."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator

from benchmarks import deal, http, lists, start
from benchmarks.measure import Result

PARTS = ("deal", "lists", "http", "start")
MARIADB = "mysql://root@127.0.0.1:3306"


def main() -> None:
    """Measure and print; the exit code says nothing about the goals, the report does."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of {', '.join(PARTS)}; all without")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller tables: for a first look and CI")
    options = parser.parse_args()
    parts = options.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for part in parts:
        for result in _results(part, options.quick):
            print(result, flush=True)
    if "deal" in parts:
        print("         " + deal.on_mariadb(os.environ.get("TEST_MARIADB", MARIADB), 3 if options.quick else 10))


def _results(part: str, quick: bool) -> Iterator[Result]:
    if part == "deal":
        return deal.measure(10 if quick else 40)
    if part == "lists":
        return lists.measure(50_000, 200_000 if quick else 1_000_000, 10 if quick else 30)
    if part == "http":
        return http.measure(10 if quick else 30)
    return start.measure(2 if quick else 5)


if __name__ == "__main__":
    main()
