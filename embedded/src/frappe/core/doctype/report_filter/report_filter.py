from frappe.model.document import Document


class ReportFilter(Document):
    pass
