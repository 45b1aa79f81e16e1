from frappe.model.document import Document


class EmailQueueRecipient(Document):
    pass
