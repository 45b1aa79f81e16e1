"""An authenticated GET of a document over HTTP with keep-alive, against a bare Werkzeug answer on the same server."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import frappe

from benchmarks import serving, sites
from benchmarks.measure import Result, interleaved, spell

GOAL = 40


def measure(rounds: int) -> Iterator[Result]:
    """The documents' rates in percent of the bare answer's: a lead, and a client, whose balance is summed up anew."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sites.create(folder, "http.localhost")
        with sites.connected(folder, "http.localhost"):
            values = {"client_name": "Moara Albă SRL", "email": "office@moara.example", "city": "Cluj-Napoca"}
            client = frappe.get_doc({"doctype": "Connect Client", **values}).insert().name
            values = {"lead_name": "Ana Ionescu", "email": "ana@moara.example"}
            lead = frappe.get_doc({"doctype": "Connect Lead", **values}).insert()
            frappe.db.commit()
            key = serving.token("Administrator")
            asked = {
                "lead": serving.request(f"/api/resource/Connect Lead/{lead.name}", key),
                "client": serving.request(f"/api/resource/Connect Client/{client}", key),
            }
        with serving.site(folder, "http.localhost") as url, serving.bare() as bare_url:
            own, bare = serving.Client(url), serving.Client(bare_url)
            plain = serving.request("/document/1")
            contestants = {name: partial(own.ask, request) for name, request in asked.items()}
            contestants["bare"] = partial(bare.ask, plain)
            times = interleaved(contestants, rounds, repeat=50)
            own.close()
            bare.close()
    for name in asked:
        rate = 100 * statistics.median(times["bare"]) / statistics.median(times[name])
        best = 100 * min(times["bare"]) / min(times[name])
        detail = f"minima {best:.0f} %; {name} {spell(times[name])}, bare {spell(times['bare'])}"
        title = f"authenticated GET of a {name}, rate of a bare answer's"
        yield Result(title, rate, GOAL, " %", at_least=True, detail=detail)
