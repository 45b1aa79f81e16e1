"""What the tests of the private pages share: a sent document, its address, a browser's request."""

import re
from typing import Any

import frappe

from tests.support.http import Answer, Http

BROWSER = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sent(doc: Any) -> str:
    """Send a document without looking at the mail; its private address."""
    doc.mark_sent() if doc.doctype == "Connect Proposal" else doc.send()
    frappe.db.commit()
    return path_of(doc)


def path_of(doc: Any) -> str:
    return re.search(r"/p/[\w-]+$", frappe.get_doc(doc.doctype, doc.name).portal_url).group()


def client_of(http: Http, **headers: str) -> Http:
    return Http(http._host, {**BROWSER, **headers})


def answer(client: Http, path: str, **form: str) -> Answer:
    """Post one of the page's forms as a browser does."""
    from urllib.parse import urlencode

    return client.request("POST", path, data=urlencode(form), headers=FORM)


def fresh(doc: Any) -> Any:
    """The document as it stands now, whatever other connections wrote."""
    frappe.db.rollback()
    return frappe.get_doc(doc.doctype, doc.name)


def history(doc: Any) -> list[str]:
    frappe.db.rollback()
    filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
    return frappe.get_all("Comment", filters, pluck="content", order_by="creation")


def bell(user: str, doc: Any) -> list[str]:
    """The notifications of a user about a document."""
    frappe.db.rollback()
    return frappe.get_all("Notification Log", {"for_user": user, "document_name": doc.name}, pluck="subject")
