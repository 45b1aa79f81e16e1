"""The demo's mailbox: a real SMTP server, mails kept as files, shown as text or as HTML that can do nothing."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from crmconnect.demo import mailbox


def _mail(subject: str = "Oferta PRO-00012 – făină și tărâțe") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "vanzari@conect.example", "ana@moara.example"
    mail["Date"] = "Sun, 22 Nov 2026 10:15:00 +0200"
    mail.set_content("Bună ziua, Ana")
    mail.add_alternative("<p>Bună ziua, <b>Ana</b></p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="Ofertă.pdf")
    return mail


def test_what_is_sent_to_the_demos_mail_server_can_be_read_again(tmp_path: Path) -> None:
    sink = mailbox.start(tmp_path / "mail")
    try:
        with smtplib.SMTP("127.0.0.1", sink.port) as server:
            server.send_message(_mail())
    finally:
        sink.stop()
    (mail,) = mailbox.stored(tmp_path / "mail")
    assert mail.subject == "Oferta PRO-00012 – făină și tărâțe"
    assert (mail.sender, mail.recipients, mail.sent) == (
        "vanzari@conect.example", "ana@moara.example", "22.11.2026 10:15"
    )  # fmt: skip
    assert mail.text.strip() == "Bună ziua, Ana"
    assert mail.html.strip() == "<p>Bună ziua, <b>Ana</b></p>"
    (pdf,) = mail.attachments
    assert (pdf.file_name, pdf.content_type, pdf.content) == ("Ofertă.pdf", "application/pdf", b"%PDF-1.7 x")


def test_the_newest_mail_stands_first_and_the_oldest_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 3)
    for number in range(5):
        mailbox.store(tmp_path, bytes(_mail(subject=f"mail {number}")))
    assert [mail.subject for mail in mailbox.stored(tmp_path)] == ["mail 4", "mail 3", "mail 2"]


@pytest.mark.parametrize("mail_id", ["../secret", "", "x", "/etc/passwd", "1" * 20 + "-abcdefgh"])
def test_an_id_that_is_none_opens_no_file(tmp_path: Path, mail_id: str) -> None:
    (tmp_path / "secret.eml").write_text("Subject: no")
    assert mailbox.read(tmp_path / "mail", mail_id) is None


def test_a_mail_without_date_or_body_is_still_a_mail(tmp_path: Path) -> None:
    mail_id = mailbox.store(tmp_path, b"Subject: empty\r\n\r\n")
    mail = mailbox.read(tmp_path, mail_id)
    assert mail and (mail.subject, mail.sent, mail.html, mail.attachments) == ("empty", "", "", [])
