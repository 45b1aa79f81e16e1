from frappe.model.document import Document


class Communication(Document):
    pass
