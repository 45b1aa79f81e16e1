from frappe.model.document import Document


class EmailTemplate(Document):
    pass
