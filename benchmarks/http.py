"""An authenticated GET of a document over HTTP with keep-alive, against a bare Werkzeug answer on the same server."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import frappe

from benchmarks import serving, sites
from benchmarks.measure import Result, interleaved, spell

GOAL = 40


def measure(rounds: int) -> Iterator[Result]:
    """The document's rate in percent of the bare answer's."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sites.create(folder, "http.localhost")
        with sites.connected(folder, "http.localhost"):
            values = {"client_name": "Moara Albă SRL", "email": "office@moara.example", "city": "Cluj-Napoca"}
            name = frappe.get_doc({"doctype": "Connect Client", **values}).insert().name
            frappe.db.commit()
            document = serving.request(f"/api/resource/Connect Client/{name}", serving.token("Administrator"))
        with serving.site(folder, "http.localhost") as url, serving.bare() as bare_url:
            own, bare = serving.Client(url), serving.Client(bare_url)
            plain = serving.request("/document/1")
            contestants = {"document": lambda: own.ask(document), "bare": lambda: bare.ask(plain)}
            times = interleaved(contestants, rounds, repeat=50)
            own.close()
            bare.close()
    rate = 100 * statistics.median(times["bare"]) / statistics.median(times["document"])
    best = 100 * min(times["bare"]) / min(times["document"])
    detail = f"minima {best:.0f} %; document {spell(times['document'])}, bare {spell(times['bare'])}"
    yield Result("authenticated GET, rate of a bare answer's", rate, GOAL, " %", at_least=True, detail=detail)
