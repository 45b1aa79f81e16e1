"""Prints: the standard layout and own formats as HTML and PDF; nothing outside the site is ever fetched."""

import http.server
import io
import threading

import frappe
import pytest
from frappe.utils.pdf import get_pdf
from frappe.utils.print_utils import get_rendered_template
from pypdf import PdfReader, PdfWriter

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PIXEL = f"data:image/png;base64,{PNG}"


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def images_in(content: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


@pytest.fixture
def note(bare):
    return frappe.get_doc(
        {"doctype": "ToDo", "description": "<p>Sunat <b>clientul</b></p>", "date": "2026-11-22"}
    ).insert()


def test_the_standard_print_shows_the_fields_with_their_labels(note):
    text = text_of(frappe.get_print("ToDo", note.name, as_pdf=True))
    assert "Sunat clientul" in text and "2026" in text and note.name in text
    assert "1 / 1" in text


def test_a_value_cannot_bring_a_script_into_the_print(bare):
    note = frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
    note.db_set("description", "<script>alert(1)</script><img src=x onerror=alert(2)>safe")
    html = frappe.get_print("ToDo", note.name)
    assert "<script" not in html and "onerror" not in html and "safe" in html


def test_an_own_format_of_an_administrator_is_used_with_its_css(note):
    frappe.get_doc(
        {
            "doctype": "Print Format", "name": "Fișă", "doc_type": "ToDo", "custom_format": 1, "standard": "No",
            "print_format_type": "Jinja", "html": "<h1 class='big'>Fișa {{ doc.name }}</h1>",
            "css": ".big { color: red }",
        }
    ).insert()  # fmt: skip
    html = frappe.get_print("ToDo", note.name, "Fișă")
    assert f"Fișa {note.name}" in html and ".big { color: red }" in html
    assert f"Fișa {note.name}" in text_of(frappe.get_print("ToDo", note.name, "Fișă", as_pdf=True))


def test_a_format_cannot_run_python(note):
    hostile = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    values = {
        "doctype": "Print Format",
        "name": "Rău",
        "doc_type": "ToDo",
        "custom_format": 1,
        "standard": "No",
        "html": hostile,
    }
    with pytest.raises(Exception, match="unsafe|security|not safe|illegal|access"):
        frappe.get_doc({**values, "print_format_type": "Jinja"}).insert()
        frappe.get_print("ToDo", note.name, "Rău")


def test_a_letter_head_stands_on_top_unless_it_is_left_out(note):
    head = {"doctype": "Letter Head", "letter_head_name": "Firma", "source": "HTML", "is_default": 1}
    frappe.get_doc({**head, "content": "<div>SC Firma SRL {{ doc.name }}</div>", "footer": "Banca X"}).insert()
    text = text_of(frappe.get_print("ToDo", note.name, as_pdf=True))
    assert f"SC Firma SRL {note.name}" in text and "Banca X" in text
    assert "SC Firma" not in frappe.get_print("ToDo", note.name, no_letterhead=1)


def test_a_print_needs_the_right_to_read(note):
    frappe.set_user("Guest")
    with pytest.raises(frappe.PermissionError):
        frappe.get_print("ToDo", note.name)
    frappe.flags.ignore_print_permissions = True
    assert note.name in frappe.get_print("ToDo", note.name, doc=note)


def test_download_answers_the_stored_document_not_one_sent_along(note):
    from frappe.utils.print_format import download_pdf

    download_pdf("ToDo", note.name, doc='{"doctype": "ToDo", "description": "forged"}')
    assert frappe.local.response.type == "pdf" and frappe.local.response.filename == f"{note.name}.pdf"
    assert "Sunat" in text_of(frappe.local.response.filecontent)
    frappe.set_user("Guest")
    with pytest.raises(frappe.PermissionError):
        download_pdf("ToDo", note.name)


def test_before_print_of_the_controller_is_called(note, monkeypatch):
    seen = []
    monkeypatch.setattr(type(note), "before_print", lambda self, settings: seen.append(settings), raising=False)
    get_rendered_template(note)
    assert len(seen) == 1


class Watcher(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args) -> None: ...


def test_a_pdf_never_asks_the_network(bare):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Watcher) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        html = (
            f"<link rel=stylesheet href='{address}/a.css'><img src='{address}/a.png'>"
            f"<style>@import url('{address}/b.css'); p {{ background: url('{address}/c.png') }}</style><p>text</p>"
            f"<object data='{address}/d.svg'></object><a rel=attachment href='{address}/e'>x</a>"
        )
        assert "text" in text_of(get_pdf(html))
        server.shutdown()
    assert Watcher.asked == []


@pytest.mark.parametrize(
    "place", ["file:///etc/hostname", "/etc/hostname", "//etc/hostname", "/files/../../site_config.json"]
)
def test_a_pdf_never_reads_the_machine(bare, place):
    content = get_pdf(f"<a rel=attachment href='{place}'>x</a><link rel=attachment href='{place}'><p>text</p>")
    assert PdfReader(io.BytesIO(content)).attachments == {}


def test_pictures_of_the_site_are_shown_private_ones_to_those_who_may(bare):
    import base64

    picture = base64.b64decode(PNG)
    public = frappe.get_doc({"doctype": "File", "file_name": "p.png", "content": picture}).insert()
    private = frappe.get_doc({"doctype": "File", "file_name": "s.png", "content": picture, "is_private": 1}).insert()
    html = "<img src='{}'>".format
    assert images_in(get_pdf(html(PIXEL))) == 1
    assert images_in(get_pdf(html(public.file_url))) == 1
    assert images_in(get_pdf(html(frappe.utils.get_url(private.file_url)))) == 1
    frappe.set_user("Guest")
    assert images_in(get_pdf(html(public.file_url))) == 1
    assert images_in(get_pdf(html(private.file_url))) == 0


def test_page_size_orientation_and_password(bare):
    wide = PdfReader(io.BytesIO(get_pdf("<p>x</p>", {"page-size": "A5", "orientation": "Landscape"}))).pages[0].mediabox
    assert (round(wide.width), round(wide.height)) == (595, 420)
    locked = PdfReader(io.BytesIO(get_pdf("<p>secret</p>", {"password": "1234"})))
    assert locked.is_encrypted and locked.decrypt("1234")
    assert "secret" in locked.pages[0].extract_text()


def test_options_cannot_bring_css_of_their_own(bare):
    assert get_pdf("<p>x</p>", {"page-size": "A4 } body { display: none", "margin-top": "1; } *{}"})


def test_several_prints_can_go_into_one_file(bare):
    writer = PdfWriter()
    for number in range(3):
        get_pdf(f"<p>{number}</p>", output=writer)
    assert len(writer.pages) == 3
