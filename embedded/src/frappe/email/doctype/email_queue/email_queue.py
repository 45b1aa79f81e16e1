from frappe.model.document import Document


class EmailQueue(Document):
    pass
