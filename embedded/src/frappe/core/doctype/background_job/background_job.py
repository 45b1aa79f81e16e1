from frappe.model.document import Document


class BackgroundJob(Document):
    pass
