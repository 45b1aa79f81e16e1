import frappe
from frappe import _
from frappe.model.document import Document


class PrintFormat(Document):
    def validate(self) -> None:
        if self.standard == "Yes" and frappe.session.user != "Administrator" and not self.flags.ignore_permissions:
            frappe.throw(_("Only Administrator can change a standard Print Format. Please duplicate it"))
        if self.html and self.print_format_type != "JS":
            frappe.utils.jinja.validate_template(self.html)

    def on_update(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)

    def on_trash(self) -> None:
        frappe.clear_cache(doctype=self.doc_type)
