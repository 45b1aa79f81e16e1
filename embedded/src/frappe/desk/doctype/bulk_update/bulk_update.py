"""Submit, cancel or update many documents, each for itself."""

from typing import Any

import frappe
from frappe import _

MAX_DOCUMENTS = 500
IN_BACKGROUND_FROM = 20


@frappe.whitelist(methods=["POST"])
def submit_cancel_or_update_docs(
    doctype: str, docnames: Any, action: str = "submit", data: Any = None, task_id: str | None = None
) -> list[str] | None:
    """Names of the documents that failed; from 20 documents on the work is done in the background."""
    docnames = frappe.parse_json(docnames)
    if len(docnames) > MAX_DOCUMENTS:
        sentence = _("Bulk operations only support up to 500 documents.")
        frappe.throw(sentence, title=_("Too Many Documents"))
    if len(docnames) < IN_BACKGROUND_FROM:
        return _bulk_action(doctype, docnames, action, data)
    frappe.msgprint(_("Bulk operation is enqueued in background."), alert=True)
    frappe.enqueue(_bulk_action, doctype=doctype, docnames=docnames, action=action, data=data, queue="short")
    return None


def _bulk_action(doctype: str, docnames: list[str], action: str, data: Any = None, task_id: str | None = None) -> list:
    data = frappe.parse_json(data) or {}
    data.pop("flags", None)
    failed = []
    for name in docnames:
        frappe.db.savepoint("bulk_action")
        try:
            if not _act(frappe.get_doc(doctype, name), action, data):
                failed.append(name)
        except frappe.QueryDeadlockError:
            raise
        except Exception:
            frappe.db.rollback(save_point="bulk_action")
            failed.append(name)
    return failed


def _act(doc: Any, action: str, data: dict) -> bool:
    if action == "submit" and doc.docstatus == 0:
        doc.submit()
    elif action == "cancel" and doc.docstatus == 1:
        doc.cancel()
    elif action == "update" and doc.docstatus != 2:
        doc.update(data)
        doc.save()
    else:
        return False
    return True
