from frappe.model.document import Document


class Tag(Document):
    pass
