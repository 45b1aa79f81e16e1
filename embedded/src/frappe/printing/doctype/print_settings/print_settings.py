from frappe.model.document import Document


class PrintSettings(Document):
    pass
