"""E-mail templates and print formats as files beside this module, seeded as records that administrators change."""

from __future__ import annotations

from pathlib import Path

from crmconnect.install.records import Record

HERE = Path(__file__).parent
#: Which DocType each print format of ``print_formats/`` prints.
PRINTED = ("Connect Proposal", "Connect Contract", "Connect Sales Order", "Connect Invoice", "Connect Payment")


def email_templates() -> list[Record]:
    """One record per file ``emails/<name>.<language>.html``; the file's first line is the subject."""
    records: list[Record] = []
    for path in sorted((HERE / "emails").glob("*.html")):
        base, language = path.name.removesuffix(".html").rsplit(".", 1)
        name = f"{base} ({language})"
        subject, body = path.read_text(encoding="utf-8").split("\n", 1)
        values = {"name": name, "subject": subject.strip(), "use_html": 1, "response_html": body.strip()}
        records.append(("Email Template", name, values))
    return records


def print_formats() -> list[Record]:
    """One HTML print format per printed DocType, named like it, in the file ``print_formats/<name>.html``."""
    records: list[Record] = []
    for doctype in PRINTED:
        path = HERE / "print_formats" / f"{doctype}.html"
        if path.exists():
            values = {
                "name": doctype,
                "doc_type": doctype,
                "module": "CRMConnect",
                "custom_format": 1,
                "print_format_type": "Jinja",
                "standard": "No",
                "html": path.read_text(encoding="utf-8"),
            }
            records.append(("Print Format", doctype, values))
    return records
