from frappe.model.document import Document


class CustomField(Document):
    pass
