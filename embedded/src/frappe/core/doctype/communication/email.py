"""Writing a mail from a document: a Communication on its timeline and, when wanted, the mail itself."""

from typing import Any

import frappe
from frappe import _
from frappe.utils.data import cint, split_emails
from frappe.utils.files import has_permission as may_read_file


@frappe.whitelist(methods=["POST"])
def make(
    doctype: str | None = None,
    name: str | None = None,
    content: str | None = None,
    subject: str | None = None,
    sent_or_received: str = "Sent",
    recipients: str | list | None = None,
    communication_medium: str = "Email",
    send_email: bool | int | str = False,
    print_format: str | None = None,
    attachments: str | list | None = None,
    send_me_a_copy: bool | int | str = False,
    cc: str | list | None = None,
    bcc: str | list | None = None,
    print_letterhead: bool | int | str = True,
    email_template: str | None = None,
    send_after: str | None = None,
    **_unused: Any,
) -> dict[str, str | None]:
    """Keep a Communication for a document and with `send_email` queue it as mail, from the user's own address.

    Needs the right to e-mail the document. `attachments`: names of Files that the user may read. Answers {"name",
    "emails_not_sent_to"}.
    """
    if doctype and name:
        frappe.has_permission(doctype, doc=name, ptype="email", throw=True)
    elif cint(send_email):
        frappe.only_for("System Manager")
    to, copied, hidden = _addresses(recipients), _addresses(cc), _addresses(bcc)
    if cint(send_me_a_copy):
        copied.append(frappe.db.get_value("User", frappe.session.user, "email"))
    files = [{"fid": _readable(file)} for file in frappe.parse_json(attachments or "[]")]
    if print_format:
        printed = {
            "doctype": doctype,
            "name": name,
            "print_format": None if print_format == "Standard" else print_format,
        }
        files.append({"print_format_attachment": 1, **printed})
    people = {"recipients": ", ".join(to), "cc": ", ".join(copied), "bcc": ", ".join(hidden)}
    place = {"reference_doctype": doctype, "reference_name": name, "has_attachment": int(bool(files))}
    kind = {"communication_medium": communication_medium, "sent_or_received": sent_or_received}
    communication = _keep(subject=subject, content=content, email_template=email_template, **people, **place, **kind)
    if cint(send_email):
        _send(communication, files, to, copied, hidden, cint(print_letterhead), send_after)
    return {"name": communication.name, "emails_not_sent_to": None}


def _addresses(value: str | list | None) -> list[str]:
    return split_emails(value) if isinstance(value, str) else list(value or [])


def _readable(file: str | dict) -> str:
    doc = frappe.get_doc("File", file["name"] if isinstance(file, dict) else file)
    if not may_read_file(doc, "read"):
        raise frappe.PermissionError(_("You don't have permission to access this file"))
    return doc.name


def _keep(**values: Any) -> Any:
    user = frappe.session.user
    full_name = frappe.utils.get_fullname(user)
    sender = frappe.db.get_value("User", user, "email") or user
    common = {
        "communication_type": "Communication",
        "sender": sender,
        "sender_full_name": full_name,
        "status": "Linked",
        "user": user,
    }
    return frappe.get_doc({"doctype": "Communication", **common, **values}).insert(ignore_permissions=True)


def _send(
    communication: Any,
    files: list[dict],
    to: list[str],
    cc: list[str],
    bcc: list[str],
    letterhead: int,
    after: str | None,
) -> None:
    frappe.sendmail(
        recipients=to,
        cc=cc,
        bcc=bcc,
        sender=communication.sender if frappe.session.user != "Administrator" else "",
        subject=communication.subject or _("No Subject"),
        message=communication.content or "",
        attachments=files,
        reference_doctype=communication.reference_doctype,
        reference_name=communication.reference_name,
        communication=communication.name,
        message_id=communication.message_id,
        expose_recipients="header",
        print_letterhead=bool(letterhead),
        send_after=after,
    )
    communication.db_set("delivery_status", "Scheduled" if after else "Sending", update_modified=False)
