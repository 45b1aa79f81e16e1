"""Mail: queued with the caller's transaction, sent once over real SMTP, read back from the server."""

import socket

import frappe
import pytest
from frappe.email import queue, smtp
from frappe.email.email_body import html_to_text
from frappe.utils.job_worker import run_pending_jobs

from tests.support.servers import Mailbox, free_port


class Server(Mailbox):
    """A mailbox that can refuse, put off, or hang up after it took the content."""

    def __init__(self) -> None:
        super().__init__()
        self.refuse: dict[str, str] = {}
        self.hang_up = False

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.hang_up:
            server.transport.abort()
        return answer


@pytest.fixture
def mailbox(bare):
    with Server() as server:
        use_server(server.port)
        yield server


def use_server(port: int) -> None:
    frappe.local.conf.update(
        mail_server="127.0.0.1", mail_port=port, use_tls=0, use_ssl=0, disable_mail_smtp_authentication=1,
        auto_email_id="crm@firma.example", email_sender_name="Firma Ștefan", mute_emails=0,
    )  # fmt: skip


def send(**values):
    mail = {
        "recipients": ["ana@client.example"],
        "subject": "Ofertă nouă – țuică",
        "message": "<p>Bună ziua, <b>Ana</b></p>",
    }
    doc = frappe.sendmail(**{**mail, **values})
    frappe.db.commit()
    return doc


def status(doc) -> str:
    return frappe.db.get_value("Email Queue", doc.name, "status")


def test_a_mail_arrives_with_text_html_and_its_diacritics(mailbox):
    doc = send()
    queue.flush()
    [mail] = mailbox.messages
    assert mail["Subject"] == "Ofertă nouă – țuică"
    assert mail["From"] == "Firma Ștefan <crm@firma.example>" and mail["To"] == "ana@client.example"
    assert mail["Message-ID"].strip("<>") == doc.message_id
    assert mail.get_body(("plain",)).get_content().strip() == "Bună ziua, Ana"
    assert "<b>Ana</b>" in mail.get_body(("html",)).get_content()
    assert status(doc) == "Sent"
    assert all(line == line.strip(b"\r") for line in mailbox.raw[0][1].split(b"\r\n"))
    assert max(mailbox.raw[0][1]) < 128, "every server takes seven-bit content"


def test_a_mail_goes_only_when_the_callers_work_is_committed(mailbox):
    frappe.sendmail(recipients="ana@client.example", subject="x", message="y")
    frappe.db.rollback()
    queue.flush()
    assert mailbox.raw == [] and frappe.db.count("Email Queue") == 0


def test_a_worker_sends_what_was_queued(mailbox, bare):
    from frappe.config import update_site_config

    before = {
        key: frappe.local.conf.get(key) for key in ("mail_server", "mail_port", "disable_mail_smtp_authentication")
    }
    for key, value in before.items():
        update_site_config(key, value)
    send()
    send(subject="two")
    assert frappe.db.count("Background Job", {"method": "frappe.email.queue.flush"}) == 1
    run_pending_jobs()
    for key in before:
        update_site_config(key, None)
    assert len(mailbox.raw) == 2


def test_now_sends_right_after_the_commit(mailbox):
    doc = frappe.sendmail(recipients="ana@client.example", subject="x", message="y", now=True)
    assert mailbox.raw == []
    frappe.db.commit()
    assert len(mailbox.raw) == 1 and status(doc) == "Sent"


def test_nothing_is_locked_while_the_mail_server_is_called(mailbox, monkeypatch):
    frappe.sendmail(recipients="ana@example.com", subject="Ofertă", message="x")
    frappe.db.commit()
    open_then = []
    connect = smtp.connect
    monkeypatch.setattr(smtp, "connect", lambda account: open_then.append(frappe.db.in_transaction) or connect(account))
    frappe.db.begin(write=True)
    queue.flush()
    assert open_then == [False] and len(mailbox.messages) == 1


def test_nothing_is_sent_twice(mailbox):
    send()
    queue.flush()
    queue.flush()
    assert len(mailbox.raw) == 1


def test_recipients_do_not_see_each_other_and_bcc_is_never_shown(mailbox):
    send(recipients=["a@x.example", "b@x.example"], cc=["c@x.example"], bcc=["d@x.example"])
    queue.flush()
    assert [to for to, _content in mailbox.raw] == [["a@x.example"], ["b@x.example"], ["c@x.example"], ["d@x.example"]]
    assert [mail["To"] for mail in mailbox.messages] == ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
    assert all(b"d@x.example" not in content for to, content in mailbox.raw if to != ["d@x.example"])


@pytest.mark.parametrize("field", ["subject", "sender", "reply_to"])
def test_a_line_break_cannot_add_a_header(mailbox, field):
    value = "Ion <ion@x.example>" if field != "subject" else "Salut"
    send(**{field: f"{value}\r\nBcc: thief@x.example\r\n\r\n<script>"})
    queue.flush()
    [mail] = mailbox.messages
    assert mail["Bcc"] is None and [to for to, _content in mailbox.raw] == [["ana@client.example"]]


@pytest.mark.parametrize("address", ["ana", "a@b\r\nRCPT TO:<x@y.example>", "a b@c.example", "@x.example"])
def test_a_bad_address_is_refused(mailbox, address):
    with pytest.raises(frappe.ValidationError):
        frappe.sendmail(recipients=[address], subject="x", message="y")


def test_attachments_arrive_whole(mailbox):
    file = frappe.get_doc({"doctype": "File", "file_name": "preț.csv", "content": "ă;1\n", "is_private": 1}).insert()
    send(attachments=[{"fname": "ofertă.pdf", "fcontent": b"%PDF-1.7 \x00\xff"}, {"fid": file.name}])
    queue.flush()
    attached = {part.get_filename(): part for part in mailbox.messages[0].iter_attachments()}
    assert attached["ofertă.pdf"].get_content() == b"%PDF-1.7 \x00\xff"
    assert attached["ofertă.pdf"].get_content_type() == "application/pdf"
    assert attached[file.file_name].get_content().replace("\r\n", "\n") == "ă;1\n"


def test_a_refused_recipient_does_not_keep_the_others_from_theirs(mailbox):
    mailbox.refuse["b@x.example"] = "550 no such user"
    doc = send(recipients=["a@x.example", "b@x.example", "c@x.example"])
    queue.flush()
    assert [to for to, _content in mailbox.raw] == [["a@x.example"], ["c@x.example"]]
    doc.reload()
    assert doc.status == "Error" and "no such user" in doc.error
    assert [row.status for row in doc.recipients] == ["Sent", "Not Sent", "Sent"]


def test_a_server_that_is_away_is_tried_later_with_growing_pauses(mailbox):
    use_server(free_port())
    doc = send()
    pauses = []
    for _ in range(3):
        frappe.db.set_value("Email Queue", doc.name, "send_after", None)
        queue.flush()
        doc.reload()
        assert doc.status == "Not Sent"
        pauses.append(
            round((frappe.utils.get_datetime(doc.send_after) - frappe.utils.now_datetime()).total_seconds() / 60)
        )
    assert pauses == [1, 2, 4]
    queue.flush()
    assert frappe.db.get_value("Email Queue", doc.name, "retry") == 3, "not before its time"
    frappe.db.set_value("Email Queue", doc.name, "send_after", None)
    queue.flush()
    assert status(doc) == "Error"
    use_server(mailbox.port)
    frappe.db.set_value("Email Queue", doc.name, {"status": "Not Sent", "retry": 0, "send_after": None})
    queue.flush()
    assert status(doc) == "Sent" and len(mailbox.raw) == 1


def test_a_server_that_is_away_is_asked_once_not_for_each_mail(mailbox):
    use_server(free_port())
    first, second = send(), send()
    assert queue.flush() == 1
    first.reload()
    second.reload()
    assert (first.retry, second.retry) == (1, 0)
    use_server(mailbox.port)
    assert queue.flush() == 1 and status(second) == "Sent"


def test_a_temporary_refusal_halfway_sends_the_rest_later(mailbox):
    mailbox.refuse["b@x.example"] = "451 try later"
    doc = send(recipients=["a@x.example", "b@x.example"])
    queue.flush()
    assert status(doc) == "Partially Sent"
    mailbox.refuse.clear()
    frappe.db.set_value("Email Queue", doc.name, "send_after", None)
    queue.flush()
    assert status(doc) == "Sent" and [to for to, _content in mailbox.raw] == [["a@x.example"], ["b@x.example"]]


def test_a_lost_answer_is_recorded_as_unknown_and_never_repeated(mailbox):
    mailbox.hang_up = True
    doc = send()
    queue.flush()
    mailbox.hang_up = False
    doc.reload()
    assert doc.status == "Error" and doc.recipients[0].error.startswith(queue.UNKNOWN)
    queue.flush()
    assert len(mailbox.raw) == 1


def test_a_process_that_died_while_sending_leaves_an_unknown_outcome(mailbox):
    doc = send(recipients=["a@x.example", "b@x.example"])
    frappe.db.set_value("Email Queue Recipient", doc.recipients[0].name, "error", queue.IN_FLIGHT)
    frappe.db.set_value("Email Queue", doc.name, {"status": "Sending", "modified": "2020-01-01"}, update_modified=False)
    queue.flush()
    doc.reload()
    assert [to for to, _content in mailbox.raw] == [["b@x.example"]]
    assert doc.status == "Error" and doc.recipients[0].error.startswith(queue.UNKNOWN)


def test_muted_mail_waits(mailbox):
    frappe.local.conf.mute_emails = 1
    doc = send()
    queue.flush()
    assert mailbox.raw == [] and status(doc) == "Not Sent"


def test_without_an_account_the_caller_hears_it_at_once(bare):
    frappe.local.conf.pop("mail_server", None)
    frappe.local.conf.mute_emails = 0
    with pytest.raises(frappe.OutgoingEmailError):
        frappe.sendmail(recipients="a@x.example", subject="x", message="y")


def test_the_default_email_account_goes_before_the_configuration(mailbox):
    account = {
        "doctype": "Email Account", "email_account_name": "Vânzări", "email_id": "vanzari@firma.example",
        "enable_outgoing": 1, "default_outgoing": 1, "smtp_server": "127.0.0.1", "smtp_port": str(mailbox.port),
        "no_smtp_authentication": 1,
    }  # fmt: skip
    frappe.local.conf.pop("mail_server")
    doc = frappe.get_doc(account).insert()
    frappe.db.commit()
    try:
        send()
        queue.flush()
        assert mailbox.messages[0]["From"] == "Vânzări <vanzari@firma.example>"
    finally:
        frappe.delete_doc("Email Account", doc.name, force=True)
        frappe.db.commit()


def test_tests_keep_mails_in_the_process(mailbox):
    frappe.flags.in_test = True
    doc = send()
    queue.flush()
    assert mailbox.raw == [] and status(doc) == "Sent"
    assert b"Subject: =?utf-8?" in frappe.flags.sent_mail


def test_an_email_template_is_rendered_with_the_document(bare):
    template = frappe.get_doc(
        {
            "doctype": "Email Template", "name": "Ofertă", "subject": "Oferta {{ number }}",
            "use_html": 1, "response_html": "<p>{{ client }}</p>",
        }
    ).insert()  # fmt: skip
    mail = template.get_formatted_email({"number": "PRO-1", "client": "Ana"})
    assert mail == {"subject": "Oferta PRO-1", "message": "<p>Ana</p>"}


def test_the_text_of_an_html_mail_reads_well():
    html = "<style>p{}</style><h1>Salut</h1><p>Vezi <a href='https://x.ro/a'>oferta</a></p><ul><li>unu<li>doi</ul>"
    assert html_to_text(html) == "Salut\n\nVezi oferta (https://x.ro/a)\n\n- unu\n- doi"


def test_a_login_over_an_untrusted_certificate_is_not_made(bare):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        account = smtp.OutgoingAccount("127.0.0.1", listener.getsockname()[1], False, True, "u", "p", "a@x.example", "")
        import threading

        thread = threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True)
        thread.start()
        with pytest.raises(smtp.TryLater):
            smtp.connect(account)
