"""Requests of the app whose answers are recorded on a genuine server and replayed on the runtime.

Each is (name, verb, path, body); the body of a GET is its query. A name that begins with `guest:` or `agent:` is sent
without credentials or by a sales agent, others by Administrator. `{name}` in a path or body is the `name` that the case
of that name answered.
"""

from typing import Any

Case = tuple[str, str, str, Any]

RESOURCE, ACT, METHOD = "/api/resource/", "/api/v2/document/", "/api/method/"

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
    ("order invoiced too early", "POST", ACT + "Connect Sales Order/{order}/method/convert_to_invoice", {}),
    (
        "invoice",
        "POST",
        RESOURCE + "Connect Invoice",
        {"client": "{client}", "items": [{"item": "{item}", "qty": 2, "rate": 100, "discount_percentage": 10}]},
    ),
    ("invoice issued", "POST", ACT + "Connect Invoice/{invoice}/method/submit", {}),
    ("issued invoice changed", "PUT", RESOURCE + "Connect Invoice/{invoice}", {"items": []}),
    ("issued invoice deleted", "DELETE", RESOURCE + "Connect Invoice/{invoice}", None),
    ("invoice read", "GET", RESOURCE + "Connect Invoice/{invoice}", None),
    (
        "payment",
        "POST",
        ACT + "Connect Invoice/{invoice}/method/record_payment",
        {"amount": 100},
    ),
    ("payment of too much", "POST", ACT + "Connect Invoice/{invoice}/method/record_payment", {"amount": -1}),
    ("trace", "GET", METHOD + "crmconnect.api.trace.trace", {"doctype": "Connect Invoice", "name": "{invoice}"}),
    (
        "actions",
        "GET",
        METHOD + "crmconnect.api.actions.available",
        {"doctype": "Connect Invoice", "name": "{invoice}"},
    ),
    (
        "list",
        "GET",
        RESOURCE + "Connect Proposal",
        {"filters": {"client": "{client}"}, "fields": ["name", "status", "grand_total"], "order_by": "name asc"},
    ),
    (
        "list by rows",
        "GET",
        RESOURCE + "Connect Invoice",
        {
            "filters": [["Connect Invoice Item", "item", "=", "{item}"], ["grand_total", ">", 1]],
            "fields": ["name", "status", "status_code", "outstanding_amount"],
            "limit_page_length": 1,
        },
    ),
    (
        "list v2",
        "GET",
        "/api/v2/document/Connect Client",
        {"filters": {"name": "{client}"}, "fields": ["name", "city"]},
    ),
    ("list that finds nothing", "GET", RESOURCE + "Connect Lead", {"filters": {"email": ["like", "%@none.example"]}}),
    ("list by an unknown field", "GET", RESOURCE + "Connect Lead", {"filters": {"nothing": 1}}),
    (
        "count",
        "GET",
        METHOD + "frappe.client.get_count",
        {"doctype": "Connect Invoice", "filters": {"client": "{client}"}},
    ),
    (
        "value",
        "GET",
        METHOD + "frappe.client.get_value",
        {"doctype": "Connect Client", "filters": {"name": "{client}"}, "fieldname": ["client_name", "city"]},
    ),
    ("unknown DocType", "GET", RESOURCE + "Connect Nothing", None),
    ("unknown method", "POST", METHOD + "crmconnect.api.nothing", {}),
    ("unknown action", "POST", ACT + "Connect Invoice/{invoice}/method/no_such_action", {}),
    ("guest: wrong password", "POST", METHOD + "login", {"usr": "nobody@moara.example", "pwd": "wrong"}),
    ("guest: who", "GET", METHOD + "frappe.auth.get_logged_user", None),
    ("guest: list", "GET", RESOURCE + "Connect Client", None),
    ("guest: read", "GET", RESOURCE + "Connect Invoice/{invoice}", None),
    ("guest: insert", "POST", RESOURCE + "Connect Lead", {"lead_name": "Nimeni"}),
    ("guest: action", "POST", ACT + "Connect Invoice/{invoice}/method/cancel", {}),
    ("agent: lead", "POST", RESOURCE + "Connect Lead", {"lead_name": "Ion Rusu", "email": "ion@moara.example"}),
    ("agent: own list", "GET", RESOURCE + "Connect Lead", {"fields": ["lead_name", "status"]}),
    ("agent: another's lead", "GET", RESOURCE + "Connect Lead/{lead}", None),
    ("agent: another's proposal changed", "PUT", RESOURCE + "Connect Proposal/{proposal}", {"subject": "x"}),
    ("agent: settings", "PUT", RESOURCE + "Connect Settings/Connect Settings", {"proposal_validity_days": 1}),
    ("agent: invoice's action", "POST", ACT + "Connect Invoice/{invoice}/method/submit", {}),
    ("action by GET", "GET", ACT + "Connect Proposal/{proposal}/method/convert_to_invoice", None),
    ("delete what left its draft", "DELETE", RESOURCE + "Connect Proposal/{proposal}", None),
)
