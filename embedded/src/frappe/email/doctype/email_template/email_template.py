import frappe
from frappe.model.document import Document


class EmailTemplate(Document):
    @property
    def response_(self) -> str:
        """The body, whichever of the two fields holds it."""
        return (self.response_html if self.use_html else self.response) or ""

    def validate(self) -> None:
        """Refuse a template that Jinja cannot read."""
        frappe.utils.jinja.validate_template(self.subject)
        frappe.utils.jinja.validate_template(self.response_)

    def get_formatted_email(self, doc: dict) -> dict:
        """{"subject", "message"} with the values of `doc` filled in."""
        return {
            "subject": frappe.render_template(self.subject, doc),
            "message": frappe.render_template(self.response_, doc),
        }
