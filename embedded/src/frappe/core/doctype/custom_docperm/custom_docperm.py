from frappe.model.document import Document


class CustomDocPerm(Document):
    pass
