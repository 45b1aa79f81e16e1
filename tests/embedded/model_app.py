"""A site with an app whose DocTypes have every kind of field, name and rule, for the tests of documents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.sample_app import ALL, SampleApp, field, make_app, rule
from tests.embedded.sites import new_site

MANAGER = [rule("System Manager", ALL), rule("Sample User", "read write create")]
DOCTYPES: dict[str, dict[str, Any]] = {
    "Model Client": {
        "autoname": "field:client_name",
        "allow_rename": 1,
        "fields": [
            field("client_name", reqd=1, unique=1),
            field("city"),
            field("tax_id", unique=1),
            field("disabled", "Check"),
        ],
    },
    "Model Row": {
        "istable": 1,
        "fields": [
            field("client", "Link", options="Model Client"),
            field("city", fetch_from="client.city"),
            field("qty", "Float", default="1", non_negative=1),
            field("amount", "Currency"),
            field("note", allow_on_submit=1),
            field("secret_rate", "Currency", permlevel=1),
        ],
    },
    "Model Order": {
        "autoname": "naming_series:",
        "is_submittable": 1,
        "track_changes": 1,
        "fields": [
            field("naming_series", "Select", options="MO-.####", default="MO-.####"),
            field("client", "Link", options="Model Client", reqd=1),
            field("city", fetch_from="client.city", fetch_if_empty=1),
            field("channel", "Select", options="Shop\nPhone", default="Shop"),
            field("ordered_on", "Date", default="Today"),
            field("at", "Datetime"),
            field("clock", "Time"),
            field("count", "Int"),
            field("total", "Currency"),
            field("email", options="Email"),
            field("body", "Text Editor"),
            field("remark", "Small Text", allow_on_submit=1),
            field("code", set_only_once=1),
            field("margin", "Currency", permlevel=1, default="5"),
            field("payload", "JSON"),
            field("wait", "Duration"),
            field("rows", "Table", options="Model Row"),
            field("about_type", "Link", options="DocType"),
            field("about", "Dynamic Link", options="about_type"),
            field("amended_from", "Link", options="Model Order", no_copy=1),
            field("shout", is_virtual=1),
        ],
    },
    "Model Settings": {
        "issingle": 1,
        "fields": [
            field("days", "Int", default="30"),
            field("client", "Link", options="Model Client"),
            field("key", "Password"),
        ],
    },
    "Model Flow": {
        "autoname": "format:MF-{kind}-{##}",
        "is_submittable": 1,
        "fields": [
            field("kind", reqd=1),
            field("amount", "Currency"),
            field("result"),
            field("workflow_state", "Link", options="Workflow State", allow_on_submit=1),
        ],
    },
    "Model Hash": {"autoname": "hash", "fields": [field("title")], "title_field": "title"},
    "Model Prompt": {"autoname": "prompt", "fields": [field("title")], "allow_rename": 1},
    "Model Series": {"autoname": "MS-.YYYY.-.###", "fields": [field("title")]},
}
ORDER = """
import frappe
from frappe.model.document import Document


class ModelOrder(Document):
    @property
    def shout(self):
        return (self.city or "").upper()

    def validate(self):
        if self.remark == "wrong type":
            self.city = ["not", "a", "text"]

    @frappe.whitelist()
    def greet(self):
        return f"I am {self.name}"
"""


def build_app(folder: Path) -> SampleApp:
    app = make_app(folder)
    for doctype, values in DOCTYPES.items():
        permissions = [] if values.get("istable") else [*MANAGER, rule("System Manager", "read write", permlevel=1)]
        app.write_doctype(doctype, permissions=permissions, **values)
    app.write("sample_work/doctype/model_order/model_order.py", ORDER)
    return app


@pytest.fixture(scope="module")
def model_site(host: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with the app, two clients and a user without rights above level 0."""
    if host.name == "bench":
        pytest.skip("concerns the embedded runtime")
    if host.unavailable:
        pytest.skip(host.unavailable)
    import frappe

    app = build_app(tmp_path_factory.mktemp("apps"))
    with new_site(host, tmp_path_factory.mktemp("model"), apps=(app.name,)) as site:
        for name, city in (("Alfa", "Cluj"), ("Beta", "Iași")):
            frappe.get_doc({"doctype": "Model Client", "client_name": name, "city": city, "tax_id": name[0]}).insert()
        if not frappe.db.exists("Role", "Sample User"):
            frappe.get_doc({"doctype": "Role", "role_name": "Sample User"}).insert()
        user = {"doctype": "User", "email": "seller@example.com", "first_name": "S", "roles": [{"role": "Sample User"}]}
        doc = frappe.get_doc({**user, "send_welcome_email": 0})
        doc.flags.no_welcome_mail = True
        doc.insert()
        frappe.db.commit()
        yield site


@pytest.fixture
def model(model_site: str) -> Iterator[None]:
    """Connected as Administrator; what the test writes is undone."""
    import frappe

    frappe.set_user("Administrator")
    frappe.clear_messages()
    yield
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.db.trace = None
    frappe.clear_messages()


def order(**values: Any) -> Any:
    """A new order of Alfa with one row, not saved."""
    import frappe

    values = {"client": "Alfa", "rows": [{"client": "Beta", "qty": 2}], **values}
    return frappe.get_doc({"doctype": "Model Order", **json.loads(json.dumps(values))})
