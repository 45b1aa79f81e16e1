import json

import frappe
from frappe import _
from frappe.model.document import Document


class DeletedDocument(Document):
    pass


@frappe.whitelist(methods=["POST"])
def restore(name: str, alert: bool = True) -> str:
    """Insert a deleted document again (as a draft when it was cancelled); answers its name."""
    deleted = frappe.get_doc("Deleted Document", name)
    deleted.check_permission("read")
    if deleted.restored:
        frappe.throw(_("Document {0} Already Restored").format(name))
    values = json.loads(deleted.data)
    if values.get("docstatus") == 2:
        values["docstatus"] = 0
    doc = frappe.get_doc(values)
    doc.insert()
    doc.add_comment("Edit", _("restored {0} as {1}").format(deleted.deleted_name, doc.name))
    deleted.db_set({"new_name": doc.name, "restored": 1})
    if alert:
        frappe.msgprint(_("Document Restored"))
    return doc.name
