import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


class Workflow(Document):
    def validate(self) -> None:
        self._validate_transitions()
        if cint(self.is_active):
            others = {"document_type": self.document_type, "is_active": 1, "name": ["!=", self.name]}
            frappe.db.set_value("Workflow", others, "is_active", 0, update_modified=False)

    def on_update(self) -> None:
        self._ensure_state_field()
        self._set_state_of_old_documents()
        self._clear()

    def on_trash(self) -> None:
        self._clear()

    def _clear(self) -> None:
        frappe.cache.delete_value(f"workflow_{self.document_type}")
        frappe.cache.delete_keys("workflow_")
        frappe.clear_cache(doctype=self.document_type)

    def _validate_transitions(self) -> None:
        states = {row.state: str(row.doc_status) for row in self.states}
        for row in self.transitions:
            for name in (row.state, row.next_state):
                if name not in states:
                    frappe.throw(_("{0} not a valid State").format(name))
            move = states[row.state], states[row.next_state]
            if move[0] == "2":
                frappe.throw(_("Cannot change state of Cancelled Document. Transition row {0}").format(row.idx))
            if move == ("1", "0"):
                message = _("Submitted Document cannot be converted back to draft. Transition row {0}")
                frappe.throw(message.format(row.idx))
            if move == ("0", "2"):
                frappe.throw(_("Cannot cancel before submitting. See Transition {0}").format(row.idx))

    def _ensure_state_field(self) -> None:
        frappe.clear_cache(doctype=self.document_type)
        if frappe.get_meta(self.document_type).get_field(self.workflow_state_field):
            return
        frappe.get_doc(
            {
                "doctype": "Custom Field",
                "dt": self.document_type,
                "fieldname": self.workflow_state_field,
                "label": self.workflow_state_field.replace("_", " ").title(),
                "hidden": 1,
                "allow_on_submit": 1,
                "no_copy": 1,
                "fieldtype": "Link",
                "options": "Workflow State",
                "owner": "Administrator",
            }
        ).insert(ignore_permissions=True)
        frappe.msgprint(_("Created Custom Field {0} in {1}").format(self.workflow_state_field, self.document_type))

    def _set_state_of_old_documents(self) -> None:
        """Documents without a state get the first state of their docstatus."""
        first: dict[str, str] = {}
        for row in self.states:
            first.setdefault(str(row.doc_status), row.state)
        for docstatus, state in first.items():
            filters = {self.workflow_state_field: ["is", "not set"], "docstatus": cint(docstatus)}
            frappe.db.set_value(
                self.document_type, filters, self.workflow_state_field, state, update_modified=False
            )
