"""Moving values from a field that a DocType lost to the one that replaces it (for patches)."""

import frappe
from frappe.model import table_fields


def rename_field(doctype: str, old_fieldname: str, new_fieldname: str, validate: bool = True) -> None:
    """Copy values from the old field to the new one, if there is one; the old column stays."""
    meta = frappe.get_meta(doctype, cached=False)
    df = meta.get_field(new_fieldname)
    if not df:
        return
    if df.fieldtype in table_fields:
        query = f"UPDATE `tab{df.options}` SET `parentfield` = %s WHERE `parentfield` = %s AND `parenttype` = %s"
        frappe.db.sql(query, (new_fieldname, old_fieldname, doctype))
    elif meta.issingle:
        query = "UPDATE `tabSingles` SET `field` = %s WHERE `doctype` = %s AND `field` = %s"
        frappe.db.sql(query, (new_fieldname, doctype, old_fieldname))
    elif not validate or frappe.db.has_column(doctype, old_fieldname):
        frappe.db.sql(f"UPDATE `tab{doctype}` SET `{new_fieldname}` = `{old_fieldname}`")
    frappe.db.sql(
        "UPDATE `tabProperty Setter` SET `field_name` = %s WHERE `doc_type` = %s AND `field_name` = %s",
        (new_fieldname, doctype, old_fieldname),
    )
    frappe.clear_cache(doctype=doctype)
