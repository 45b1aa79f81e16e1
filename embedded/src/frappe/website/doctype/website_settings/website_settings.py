from frappe.model.document import Document


class WebsiteSettings(Document):
    pass
