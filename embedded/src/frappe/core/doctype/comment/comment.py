from frappe.model.document import Document


class Comment(Document):
    pass
