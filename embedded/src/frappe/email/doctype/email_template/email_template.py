from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils.jinja import validate_template


class EmailTemplate(Document):
    """A mail's subject and text as Jinja, rendered with a document's values."""

    @property
    def response_(self) -> str:
        return (self.response_html if self.use_html else self.response) or ""

    def validate(self) -> None:
        validate_template(self.subject)
        validate_template(self.response_)

    def get_formatted_subject(self, doc: dict[str, Any]) -> str:
        return frappe.render_template(self.subject or "", doc)

    def get_formatted_response(self, doc: dict[str, Any]) -> str:
        return frappe.render_template(self.response_, doc)

    def get_formatted_email(self, doc: dict[str, Any] | str) -> dict[str, str]:
        """{"subject", "message"} for the values of `doc`."""
        values = frappe.parse_json(doc)
        return {"subject": self.get_formatted_subject(values), "message": self.get_formatted_response(values)}


@frappe.whitelist()
def get_email_template(template_name: str, doc: dict[str, Any] | str) -> dict[str, str]:
    """A template rendered with a document's values, for who may read the template."""
    template = frappe.get_doc("Email Template", template_name)
    template.check_permission("read")
    return template.get_formatted_email(doc)
