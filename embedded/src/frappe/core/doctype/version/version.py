from frappe.model.document import Document


class Version(Document):
    pass
