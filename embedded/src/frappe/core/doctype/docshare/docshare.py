import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname


class DocShare(Document):
    def validate(self) -> None:
        if self.everyone:
            self.user = None
        elif not self.user:
            frappe.throw(_("User is mandatory for Share"), frappe.MandatoryError)
        self._check_share_permission()
        self._check_submittable()
        # By `get`: `submit` is also the name of a method.
        if self.get("share") or self.get("write") or self.get("submit"):
            self.set("read", 1)
        if self.get("submit"):
            self.set("write", 1)
        self._document().run_method("validate_share", self)

    def after_insert(self) -> None:
        whom = _("everyone") if self.everyone else get_fullname(self.user)
        message = _("{0} shared this document with {1}").format(get_fullname(self.owner), whom)
        self._document().add_comment("Shared", message)

    def on_trash(self) -> None:
        if frappe.db.exists(self.share_doctype, self.share_name):
            self._check_share_permission()
            names = get_fullname(self.owner), get_fullname(self.user)
            self._document().add_comment("Unshared", _("{0} un-shared this document with {1}").format(*names))

    def _document(self) -> Document:
        if not getattr(self, "_shared_doc", None):
            self._shared_doc = frappe.get_doc(self.share_doctype, self.share_name)
        return self._shared_doc

    def _check_share_permission(self) -> None:
        if not self.flags.ignore_share_permission and not frappe.has_permission(
            self.share_doctype, "share", self._document()
        ):
            frappe.throw(_('You need to have "Share" permission'), frappe.PermissionError)

    def _check_submittable(self) -> None:
        if cint(self.get("submit")) and not cint(frappe.get_meta(self.share_doctype).is_submittable):
            message = _("Cannot share {0} with submit permission as the doctype {1} is not submittable")
            frappe.throw(message.format(frappe.bold(self.share_name), frappe.bold(self.share_doctype)))


def on_doctype_update() -> None:
    frappe.db.add_index("DocShare", ["user", "share_doctype"])
    frappe.db.add_index("DocShare", ["share_doctype", "share_name"])
