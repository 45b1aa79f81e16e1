"""/demo-mailbox exists on demo sites only, and shows hostile mail harmlessly."""

from email.message import EmailMessage
from pathlib import Path

import frappe
import pytest

from crmconnect.demo import mailbox
from tests.support.hosts import Host
from tests.support.http import Http


@pytest.fixture
def folder(site: str, host: Host) -> Path:
    path = Path(frappe.get_site_path(str(mailbox.FOLDER)))
    path.mkdir(parents=True, exist_ok=True)
    return path


def test_a_site_that_is_no_demo_has_no_mailbox(http: Http, folder: Path) -> None:
    mail_id = mailbox.store(folder, b"Subject: secret\r\n\r\nx")
    assert http.get("/demo-mailbox").status == 404
    page = http.get("/api/method/crmconnect.www.demo_mailbox.attachment", {"mail": mail_id, "number": "0"})
    assert page.status == 404


@pytest.mark.only_embedded(reason="changes the site's configuration")
def test_a_demo_shows_its_mails_and_hands_out_their_attachments(http: Http, folder: Path, host: Host) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Oferta <script>alert(1)</script>", "ana@moara.example"
    mail.set_content('<p onclick="x()">Bună</p><script>alert(2)</script>', subtype="html")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="oferta.pdf")
    mail_id = mailbox.store(folder, bytes(mail))
    with host.changed_config(crmconnect_demo=1):
        page = http.get("/demo-mailbox", {"mail": mail_id}).expect(200)
        file = http.get("/api/method/crmconnect.www.demo_mailbox.attachment", {"mail": mail_id, "number": "0"})
    assert "ana@moara.example" in page.text and "oferta.pdf" in page.text
    assert "<script>" not in page.text, "the subject is escaped, the body stands in an attribute of a sandboxed frame"
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert file.status == 200 and file.body == b"%PDF-1.7 x"
    assert "oferta.pdf" in file.headers["Content-Disposition"]
