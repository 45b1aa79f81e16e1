from frappe.model.document import Document


class Role(Document):
    pass
