"""The records of a new site that administrators may change afterwards: inserted when missing, never overwritten.

VAT rates are those in force in Romania since 2025-08-01 (Legea 141/2025): 21 % and 11 %.
"""

from __future__ import annotations

from typing import Any

Record = tuple[str, str, dict[str, Any]]

#: (DocType, name, values), in the order in which links need them.
RECORDS: tuple[Record, ...] = (
    *(
        ("Connect Unit", name, {"unit_name": name, "code": code, "is_default": int(code == "H87")})
        for name, code in (
            ("buc", "H87"),
            ("kg", "KGM"),
            ("m", "MTR"),
            ("mp", "MTK"),
            ("l", "LTR"),
            ("oră", "HUR"),
            ("zi", "DAY"),
            ("lună", "MON"),
            ("set", "SET"),
            ("cutie", "XBX"),
        )
    ),
    ("Connect Tax", "TVA 21%", {"tax_name": "TVA 21%", "rate": 21, "vat_category": "S", "is_default": 1}),
    ("Connect Tax", "TVA 11%", {"tax_name": "TVA 11%", "rate": 11, "vat_category": "S"}),
    (
        "Connect Tax",
        "Scutit",
        {"tax_name": "Scutit", "rate": 0, "vat_category": "E", "exemption_reason_code": "VATEX-EU-132"},
    ),
    (
        "Connect Tax",
        "Taxare inversă",
        {"tax_name": "Taxare inversă", "rate": 0, "vat_category": "AE", "exemption_reason_code": "VATEX-EU-AE"},
    ),
    (
        "Connect Tax",
        "Livrare intracomunitară",
        {"tax_name": "Livrare intracomunitară", "rate": 0, "vat_category": "K", "exemption_reason_code": "VATEX-EU-IC"},
    ),
    (
        "Connect Tax",
        "Export",
        {"tax_name": "Export", "rate": 0, "vat_category": "G", "exemption_reason_code": "VATEX-EU-G"},
    ),
    *(
        ("Connect Payment Mode", name, {"mode_name": name, "kind": kind})
        for name, kind in (("Ordin de plată", "Bank"), ("Numerar", "Cash"), ("Card", "Card"), ("Online", "Online"))
    ),
    ("Connect Pipeline", "Vânzări", {"pipeline_name": "Vânzări", "is_default": 1}),
    *(
        (
            "Connect Lead Status",
            name,
            {"status_name": name, "pipeline": "Vânzări", "position": position, "color": color},
        )
        for position, (name, color) in enumerate(
            (
                ("New", "#64748B"),
                ("Contacted", "#0EA5E9"),
                ("Qualified", "#6366F1"),
                ("Demo Scheduled", "#A855F7"),
                ("Proposal Sent", "#F59E0B"),
            ),
            start=1,
        )
    ),
    *(
        (
            "Connect Opportunity Status",
            name,
            {"status_name": name, "position": position, "probability": chance, "kind": kind, "color": color},
        )
        for position, (name, chance, kind, color) in enumerate(
            (
                ("Discovery", 10, "Open", "#64748B"),
                ("Proposal", 40, "Open", "#0EA5E9"),
                ("Negotiation", 70, "Open", "#6366F1"),
                ("Won", 100, "Won", "#16A34A"),
                ("Lost", 0, "Lost", "#DC2626"),
            ),
            start=1,
        )
    ),
    *(
        ("Connect Contract Status", name, {"status_name": name, "position": position})
        for position, name in enumerate(("Draft", "Active", "Expired", "Terminated"), start=1)
    ),
    *(
        ("Connect Lead Source", name, {"source_name": name})
        for name in ("Website", "Email", "Telefon", "Recomandare", "Facebook Lead Ad", "Târg", "Import")
    ),
    *(
        ("Connect Lost Reason", name, {"reason": name})
        for name in ("Preț prea mare", "A ales alt furnizor", "Fără buget", "Fără răspuns", "Nu se potrivește")
    ),
)
