"""Requests of the app whose answers are recorded on a genuine server and replayed on the runtime.

Each is (name, verb, path, body). `{name}` in a path or body is the `name` that the case of that name answered.
"""

from typing import Any

Case = tuple[str, str, str, Any]

RESOURCE, ACT = "/api/resource/", "/api/v2/document/"

CASES: tuple[Case, ...] = (
    ("client", "POST", RESOURCE + "Connect Client", {"client_name": "Moara Albă SRL", "email": "a@moara.example"}),
    ("client read", "GET", RESOURCE + "Connect Client/{client}", None),
    ("client changed", "PUT", RESOURCE + "Connect Client/{client}", {"city": "Cluj-Napoca"}),
    ("client without a name", "POST", RESOURCE + "Connect Client", {"email": "b@moara.example"}),
    ("client that is none", "GET", RESOURCE + "Connect Client/nobody", None),
    ("lead", "POST", RESOURCE + "Connect Lead", {"lead_name": "Ana Ionescu", "email": "ana@moara.example"}),
    ("lead with an unknown status", "PUT", RESOURCE + "Connect Lead/{lead}", {"status": "no such status"}),
    (
        "opportunity",
        "POST",
        ACT + "Connect Lead/{lead}/method/convert_to_opportunity",
        {"estimated_value": 1000, "probability": 50, "estimated_close_date": "2099-01-31"},
    ),
    ("opportunity again", "POST", ACT + "Connect Lead/{lead}/method/convert_to_opportunity", {}),
    ("item", "POST", RESOURCE + "Connect Item", {"item_code": "{unique}", "item_name": "Făină", "sale_rate": 62.5}),
    (
        "proposal",
        "POST",
        RESOURCE + "Connect Proposal",
        {"subject": "Făină", "client": "{client}", "items": [{"item": "{item}", "qty": 3, "rate": 62.5}]},
    ),
    ("proposal with its status set", "PUT", RESOURCE + "Connect Proposal/{proposal}", {"status": "Accepted"}),
    ("proposal's total set", "PUT", RESOURCE + "Connect Proposal/{proposal}", {"grand_total": 1}),
    ("proposal accepted too early", "POST", ACT + "Connect Proposal/{proposal}/method/accept", {}),
    ("proposal marked as sent", "POST", ACT + "Connect Proposal/{proposal}/method/mark_sent", {}),
    ("proposal accepted", "POST", ACT + "Connect Proposal/{proposal}/method/accept", {"reason": "preț bun"}),
    ("order", "POST", ACT + "Connect Proposal/{proposal}/method/convert_to_sales_order", {}),
    ("action by GET", "GET", ACT + "Connect Proposal/{proposal}/method/convert_to_invoice", None),
    ("delete what left its draft", "DELETE", RESOURCE + "Connect Proposal/{proposal}", None),
)
