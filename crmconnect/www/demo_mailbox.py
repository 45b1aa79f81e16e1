"""/demo-mailbox: the e-mails of a demo site, to be read instead of delivered. Exists on demo sites only."""

from pathlib import Path
from typing import Any

import frappe

from crmconnect.demo import mailbox

no_cache = 1
sitemap = 0


def get_context(context: Any) -> None:
    """The list, and with `?mail=<id>` one mail beside it."""
    folder = demo_folder()
    context.no_cache = 1
    context.mails = mailbox.stored(folder)
    chosen = frappe.form_dict.get("mail") or (context.mails[0].id if context.mails else "")
    context.mail = mailbox.read(folder, str(chosen)) if chosen else None


@frappe.whitelist(allow_guest=True, methods=["GET"])
def attachment(mail: str, number: int) -> None:
    """Download a file of a mail."""
    found = mailbox.read(demo_folder(), mail)
    files = found.attachments if found else []
    if not 0 <= int(number) < len(files):
        raise frappe.DoesNotExistError
    file = files[int(number)]
    answer = {"type": "download", "filename": file.file_name, "filecontent": file.content}
    frappe.local.response.update({**answer, "content_type": file.content_type})


def demo_folder() -> Path:
    """Where this demo keeps its mails; on any other site the page does not exist."""
    if not frappe.conf.get("crmconnect_demo"):
        raise frappe.PageDoesNotExistError
    return Path(frappe.get_site_path(str(mailbox.FOLDER)))
