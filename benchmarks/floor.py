"""The floor under a deal: the rows that the app writes, by hand, in plain SQL over sqlite3. No checks, no rights.

The tables have the app's columns and indexes in SQLite's plainest form; columns that the code below does not name get
the value that the app itself wrote, so that rows are as wide as the app's.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = (
    "Connect Number Series",
    "Connect Lead",
    "Connect Client",
    "Connect Contact",
    "Connect Proposal",
    "Connect Proposal Item",
    "Connect Sales Order",
    "Connect Sales Order Item",
    "Connect Invoice",
    "Connect Invoice Item",
    "Connect Invoice Tax",
    "Connect Payment",
    "Connect Payment Allocation",
    "Connect Portal Link",
    "Comment",
    "Version",
    "Notification Log",
    "Email Queue",
    "Email Queue Recipient",
)
SERIES = ("Connect Lead", "Connect Opportunity", "Connect Proposal", "Connect Sales Order", "Connect Payment", "Fiscal")


class Floor:
    """A file of its own with the app's tables; `deal()` writes one."""

    def __init__(self, path: Path, site_file: str) -> None:
        self.statements = 0
        self._number = itertools.count(1)
        self._db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._templates: dict[str, dict[str, Any]] = {}
        self._copy_tables(sqlite3.connect(site_file))
        for name in SERIES:
            self._insert("Connect Number Series", {"name": name, "next_number": 1})

    def _copy_tables(self, site: sqlite3.Connection) -> None:
        for table in TABLES:
            columns = site.execute(f"PRAGMA table_info(`tab{table}`)").fetchall()
            kinds = {name: kind.split("(")[0].split()[0] for _position, name, kind, *_rest in columns}
            spelled = ", ".join(f"`{n}` {k}{' PRIMARY KEY' if n == 'name' else ''}" for n, k in kinds.items())
            self._db.execute(f"CREATE TABLE `{table}` ({spelled})")
            for _seq, index, unique, origin, _partial in site.execute(f"PRAGMA index_list(`tab{table}`)").fetchall():
                if origin == "pk":
                    continue
                keys = ", ".join(f"`{row[2]}`" for row in site.execute(f"PRAGMA index_info(`{index}`)"))
                unique_word = "UNIQUE " if unique else ""
                self._db.execute(f"CREATE {unique_word}INDEX `{index}` ON `{table}` ({keys})")
            row = site.execute(f"SELECT * FROM `tab{table}` ORDER BY rowid DESC LIMIT 1").fetchone()
            self._templates[table] = dict(zip(kinds, row or [None] * len(kinds), strict=True))
        site.close()

    # -- statements --------------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        yield
        self._db.execute("COMMIT")

    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple]:
        self.statements += 1
        return self._db.execute(sql, values).fetchall()

    def _insert(self, table: str, *rows: dict[str, Any]) -> None:
        full = [{**self._templates[table], **row} for row in rows]
        marks = f"({', '.join('?' * len(full[0]))})"
        columns = ", ".join(f"`{column}`" for column in full[0])
        values = [value for row in full for value in row.values()]
        self._run(f"INSERT INTO `{table}` ({columns}) VALUES {', '.join([marks] * len(full))}", values)

    def _update(self, table: str, name: str, **values: Any) -> None:
        pairs = ", ".join(f"`{column}`=?" for column in values)
        self._run(f"UPDATE `{table}` SET {pairs} WHERE name=?", [*values.values(), name])

    def _row(self, table: str, name: str) -> list[tuple]:
        return self._run(f"SELECT * FROM `{table}` WHERE name=?", [name])

    def _rows(self, table: str, parent: str) -> list[tuple]:
        return self._run(f"SELECT * FROM `{table}` WHERE parent=? ORDER BY idx", [parent])

    def _take(self, series: str) -> str:
        number = self._run("SELECT prefix, next_number FROM `Connect Number Series` WHERE name=?", [series])[0][1]
        self._run("UPDATE `Connect Number Series` SET next_number=next_number+1 WHERE name=?", [series])
        return f"{series}-{number:04d}"

    def _exists(self, table: str, name: str) -> None:
        self._run(f"SELECT 1 FROM `{table}` WHERE name=?", [name])

    def _note(self, doctype: str, name: str, text: str) -> None:
        note = {"reference_doctype": doctype, "reference_name": name, "content": text}
        self._insert("Comment", {"name": self._hash(), **note})

    def _hash(self) -> str:
        return f"r{next(self._number):09d}"

    # -- the deal ----------------------------------------------------------------------------------------------------

    def deal(self, count: int = 5) -> str:
        """Seven transactions from the lead to the money; the invoice's name."""
        opportunity = self._lead_and_opportunity()
        proposal = self._proposal(opportunity, count)
        self._answer(proposal)
        order = self._order(proposal, opportunity, count)
        invoice = self._invoice(order, proposal, opportunity, count)
        self._payment(invoice, opportunity)
        return invoice

    def _lead_and_opportunity(self) -> str:
        with self._transaction():
            lead = self._take("Connect Lead")
            self._insert("Connect Lead", {"name": lead, "is_opportunity": 0, "from_lead": None})
        with self._transaction():
            self._row("Connect Lead", lead)
            opportunity = self._take("Connect Opportunity")
            self._insert("Connect Lead", {"name": opportunity, "is_opportunity": 1, "from_lead": lead})
            self._update("Connect Lead", lead, converted_to=opportunity)
            self._note("Connect Lead", lead, "converted")
            self._note("Connect Lead", opportunity, "created")
        return opportunity

    def _lines(self, doctype: str, parent: str, count: int, link: str = "", sources: Sequence[str] = ()) -> list[str]:
        names = [self._hash() for _ in range(count)]
        rows = [{"name": name, "parent": parent, "idx": i + 1} for i, name in enumerate(names)]
        for row, source in zip(rows, sources, strict=False):
            row[link] = source
        self._insert(f"{doctype} Item", *rows)
        return names

    def _proposal(self, opportunity: str, count: int) -> str:
        with self._transaction():
            self._row("Connect Lead", opportunity)
            name = self._take("Connect Proposal")
            self._insert("Connect Proposal", {"name": name, "lead": opportunity, "status": "Draft", "status_code": 6})
            first = self._lines("Connect Proposal", name, 1)
            self._note("Connect Lead", opportunity, "proposal")
            self._run("DELETE FROM `Connect Proposal Item` WHERE name=?", first)
            self._lines("Connect Proposal", name, count)
            self._update("Connect Proposal", name, grand_total=1, net_total=1, tax_total=1, subtotal=1)
            self._insert("Version", {"name": self._hash(), "docname": name})
            self._update("Connect Proposal", name, status="Sent", status_code=4, sent_at="2026-01-01 10:00:00")
            self._note("Connect Proposal", name, "sent")
            link = {"document_name": name, "token": self._hash(), "open_count": 0}
            self._insert("Connect Portal Link", {"name": self._hash(), **link})
            mail = self._hash()
            self._insert("Email Queue", {"name": mail, "reference_name": name})
            self._insert("Email Queue Recipient", {"name": self._hash(), "parent": mail})
        return name

    def _answer(self, proposal: str) -> None:
        with self._transaction():
            find = "SELECT * FROM `Connect Portal Link` WHERE document_type=? AND document_name=?"
            self._run(find, ["Connect Proposal", proposal])
            self._row("Connect Proposal", proposal)
            self._rows("Connect Proposal Item", proposal)
            self._run("UPDATE `Connect Portal Link` SET open_count=open_count+1 WHERE document_name=?", [proposal])
            self._update("Connect Proposal", proposal, status="Reviewed", status_code=1)
            self._note("Connect Proposal", proposal, "opened")
            self._insert("Notification Log", {"name": self._hash(), "document_name": proposal})
            self._update("Connect Proposal", proposal, status="Accepted", status_code=3, decided_by="Ana")
            self._note("Connect Proposal", proposal, "accepted")

    def _client(self, opportunity: str) -> str:
        self._row("Connect Lead", opportunity)
        client = self._hash()
        self._insert("Connect Client", {"name": client, "lead": opportunity})
        self._insert("Connect Contact", {"name": self._hash(), "parent": client})
        self._run("UPDATE `Connect Lead` SET client=? WHERE name IN (?, ?)", [client, opportunity, opportunity])
        self._note("Connect Lead", opportunity, "client")
        return client

    def _order(self, proposal: str, opportunity: str, count: int) -> str:
        with self._transaction():
            self._row("Connect Proposal", proposal)
            lines = [row[0] for row in self._rows("Connect Proposal Item", proposal)]
            client = self._client(opportunity)
            name = self._take("Connect Sales Order")
            links = {"client": client, "proposal": proposal, "lead": opportunity}
            self._insert("Connect Sales Order", {"name": name, **links, "status": "Draft", "status_code": 1})
            self._lines("Connect Sales Order", name, count, "proposal_item", lines)
            self._update("Connect Proposal", proposal, sales_order=name, client=client)
            self._note("Connect Proposal", proposal, "ordered")
            self._note("Connect Sales Order", name, "created")
            self._update("Connect Sales Order", name, status="Accepted", status_code=4)
            self._note("Connect Sales Order", name, "accepted")
        return name

    def _invoice(self, order: str, proposal: str, opportunity: str, count: int) -> str:
        with self._transaction():
            self._row("Connect Sales Order", order)
            lines = [row[0] for row in self._rows("Connect Sales Order Item", order)]
            name = self._hash()
            links = {"sales_order": order, "proposal": proposal, "lead": opportunity}
            self._insert("Connect Invoice", {"name": name, **links, "docstatus": 0, "number": None})
            self._lines("Connect Invoice", name, count, "sales_order_item", lines)
            self._insert("Connect Invoice Tax", {"name": self._hash(), "parent": name})
            done = "UPDATE `Connect Sales Order Item` SET invoiced_qty=qty WHERE parent=?"
            self._run(done, [order])
            self._update("Connect Sales Order", order, invoice=name, is_fully_invoiced=1)
            self._note("Connect Sales Order", order, "invoiced")
            self._note("Connect Invoice", name, "created")
        with self._transaction():
            self._row("Connect Invoice", name)
            self._rows("Connect Invoice Item", name)
            self._run("SELECT * FROM `Connect Client` WHERE lead=?", [opportunity])
            number = self._take("Fiscal")
            self._update("Connect Invoice", name, docstatus=1, number=number, status="Unpaid", status_code=1)
            self._run("UPDATE `Connect Invoice Item` SET docstatus=1 WHERE parent=?", [name])
            self._run("UPDATE `Connect Invoice Tax` SET docstatus=1 WHERE parent=?", [name])
            self._note("Connect Invoice", name, "issued")
            self._insert("Version", {"name": self._hash(), "docname": name})
        return name

    def _payment(self, invoice: str, opportunity: str) -> None:
        with self._transaction():
            self._row("Connect Invoice", invoice)
            name = self._take("Connect Payment")
            self._insert("Connect Payment", {"name": name, "docstatus": 1})
            part = {"parent": name, "invoice": invoice, "docstatus": 1}
            self._insert("Connect Payment Allocation", {"name": self._hash(), **part})
            self._run("SELECT SUM(amount) FROM `Connect Payment Allocation` WHERE invoice=? AND docstatus=1", [invoice])
            credit = "SELECT SUM(grand_total) FROM `Connect Invoice` WHERE credited_invoice=? AND docstatus=1"
            self._run(credit, [invoice])
            self._update("Connect Invoice", invoice, status="Paid", status_code=2, outstanding_amount=0)
            self._note("Connect Invoice", invoice, "paid")
            self._note("Connect Client", invoice, "received")
            self._run("SELECT status FROM `Connect Invoice` WHERE lead=? AND docstatus<2", [opportunity])
            self._update("Connect Lead", opportunity, won_amount=1, won_on="2026-01-01", probability=100)
            self._note("Connect Lead", opportunity, "won")

    def close(self) -> None:
        self._db.close()
