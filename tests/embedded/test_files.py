"""Files: safe names and places, one copy of equal contents, transactions, rights."""

from pathlib import Path

import frappe
import pytest
from frappe.utils import file_store, files


@pytest.fixture(autouse=True)
def clean(bare):
    for name in frappe.get_all("File", filters={"is_folder": 0}, pluck="name"):
        frappe.delete_doc("File", name, force=True)
    frappe.db.commit()
    yield
    frappe.db.rollback()


def make(name="oferta.txt", content="text", **values):
    return frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **values}).insert()


def on_disk(doc) -> Path:
    return Path(doc.get_full_path())


def test_a_new_site_has_its_two_folders(bare):
    assert frappe.get_all("File", filters={"is_folder": 1}, pluck="name", order_by="name") == [
        "Home",
        "Home/Attachments",
    ]


def test_a_public_file_is_written_with_its_facts(bare):
    doc = make("vecfile.txt", "vector text")
    assert (doc.file_url, doc.file_size, doc.file_type, doc.folder) == ("/files/vecfile.txt", 11, "TXT", "Home")
    assert doc.content_hash == "3f017689eb262ee15e64a18d819b6a29"
    assert on_disk(doc) == bare.folder / "public" / "files" / "vecfile.txt"
    assert doc.get_content() == "vector text" and doc.get_content(encodings=[]) == b"vector text"


def test_a_private_file_lies_outside_the_public_folder(bare):
    doc = make(is_private=1)
    assert doc.file_url == "/private/files/oferta.txt"
    assert on_disk(doc).parent == bare.folder / "private" / "files"


def test_the_same_name_with_other_content_gets_a_suffix_of_its_hash():
    make()
    other = make(content="other")
    assert other.file_name == f"oferta{other.content_hash[-6:]}.txt"
    assert other.get_content() == "other"


def test_equal_contents_are_stored_once_and_live_until_the_last_row_goes():
    first, second = make(), make("copy.txt")
    assert second.file_url == first.file_url
    path = on_disk(first)
    first.delete()
    frappe.db.commit()
    assert path.exists()
    second.delete()
    frappe.db.commit()
    assert not path.exists()


def test_private_and_public_twins_do_not_share_a_file():
    assert make().file_url == "/files/oferta.txt"
    assert make(is_private=1).file_url == "/private/files/oferta.txt"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.txt", "/abs.txt", "a\nb.txt", "....x.txt", "C:\\x.txt"]
)
def test_no_name_leads_out_of_the_folder(bare, name):
    doc = make(name, f"content of {name!r}")
    assert on_disk(doc).parent == bare.folder / "public" / "files"
    assert "/" not in doc.file_name and "\x00" not in doc.file_name


@pytest.mark.parametrize("name", ["..", ".", "/", "//"])
def test_a_name_of_nothing_is_refused(name):
    with pytest.raises(frappe.MandatoryError):
        make(name)


def test_a_very_long_name_is_shortened_and_keeps_its_extension():
    doc = make("ș" * 300 + ".pdf")
    assert doc.file_name.endswith(".pdf") and len(doc.file_name.encode()) <= 140


@pytest.mark.parametrize(
    "url", ["/private/files/../../site_config.json", "/files/../../site_config.json", "/etc/passwd", "/files/"]
)
def test_an_address_outside_the_two_folders_is_refused(url):
    with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
        frappe.get_doc({"doctype": "File", "file_url": url}).insert()


def test_a_link_on_disk_does_not_lead_out(bare):
    link = bare.folder / "public" / "files" / "link.txt"
    link.symlink_to("/etc/hostname")
    try:
        with pytest.raises(frappe.ValidationError):
            file_store.path_of("/files/link.txt")
    finally:
        link.unlink()


def test_a_file_without_name_and_address_is_refused_as_recorded():
    with pytest.raises(frappe.MandatoryError, match="file_name"):
        frappe.get_doc({"doctype": "File"}).insert()


def test_a_rollback_takes_the_new_file_away():
    doc = make("lost.txt", "lost")
    path = on_disk(doc)
    assert path.exists()
    frappe.db.rollback()
    assert not path.exists()


def test_a_deletion_that_is_rolled_back_leaves_the_file():
    doc = make()
    frappe.db.commit()
    doc.delete()
    frappe.db.rollback()
    assert on_disk(doc).exists() and frappe.db.exists("File", doc.name)


def test_making_a_file_private_moves_it_and_a_rollback_moves_it_back():
    doc = make()
    frappe.db.commit()
    public = on_disk(doc)
    doc.is_private = 1
    doc.save()
    assert doc.file_url == "/private/files/oferta.txt" and not public.exists() and on_disk(doc).exists()
    frappe.db.rollback()
    assert public.exists()


def test_too_large_a_file_is_refused(monkeypatch):
    frappe.db.set_single_value("System Settings", "max_file_size", 1)
    frappe.clear_cache()
    with pytest.raises(files.MaxFileSizeReachedError, match="1.0 MB"):
        make(content=b"x" * (1024 * 1024 + 1))
    make(content=b"x" * (1024 * 1024))


def test_the_content_tells_the_type_when_the_name_does_not():
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 300
    assert make("sigla", png).file_type == "PNG"


def test_the_number_of_attachments_is_limited_by_the_doctype(bare, monkeypatch):
    note = frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
    monkeypatch.setattr(frappe.get_meta("ToDo"), "max_attachments", 1, raising=False)
    make(attached_to_doctype="ToDo", attached_to_name=note.name)
    with pytest.raises(files.AttachmentLimitReached):
        make("b.txt", "b", attached_to_doctype="ToDo", attached_to_name=note.name)


def test_an_attachment_is_noted_on_its_document():
    note = frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
    doc = make("<b>.txt", "b", attached_to_doctype="ToDo", attached_to_name=note.name)
    doc.delete()
    comments = frappe.get_all(
        "Comment", {"reference_name": note.name}, ["comment_type", "content"], order_by="creation"
    )
    assert [row.comment_type for row in comments] == ["Attachment", "Attachment Removed"]
    assert "<b>.txt" not in comments[0].content
    assert doc.folder == "Home/Attachments"


def test_folders_that_hold_files_or_belong_to_the_site_stay():
    folder = frappe.get_doc({"doctype": "File", "file_name": "Oferte", "is_folder": 1, "folder": "Home"}).insert()
    assert folder.name == "Home/Oferte"
    make(folder=folder.name)
    with pytest.raises(files.FolderNotEmpty):
        folder.delete()
    with pytest.raises(frappe.ValidationError, match="Home"):
        frappe.get_doc("File", "Home").delete()


@pytest.fixture
def users(bare):
    for name in ("ana", "dan"):
        if not frappe.db.exists("User", f"{name}@firma.example"):
            user = {"doctype": "User", "email": f"{name}@firma.example", "first_name": name, "send_welcome_email": 0}
            frappe.get_doc({**user, "roles": [{"role": "Desk User"}]}).insert(ignore_permissions=True)
    return "ana@firma.example", "dan@firma.example"


def test_a_private_file_is_its_owners(users):
    ana, dan = users
    frappe.set_user(ana)
    doc = make(is_private=1)
    frappe.set_user("Administrator")
    assert files.has_permission(doc, "read", ana) and files.has_permission(doc, "read", "Administrator")
    assert not files.has_permission(doc, "read", dan) and not files.has_permission(doc, "read", "Guest")
    assert not files.has_permission(make("p.txt", "p"), "write", dan)
    assert files.has_permission(make("q.txt", "q"), "read", "Guest")


def test_an_attachment_follows_its_document(users):
    ana, dan = users
    note = frappe.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": dan}).insert(ignore_permissions=True)
    doc = make(is_private=1, attached_to_doctype="ToDo", attached_to_name=note.name)
    assert files.has_permission(doc, "read", dan)
    assert not files.has_permission(doc, "read", ana)
    frappe.set_user(dan)
    assert files.find_file_by_url(doc.file_url).name == doc.name
    frappe.set_user(ana)
    assert files.find_file_by_url(doc.file_url) is None


def test_a_row_of_ones_own_does_not_open_anothers_private_file(users):
    _ana, dan = users
    doc = make(is_private=1)
    note = make("mine.txt", "mine", owner=dan)
    frappe.set_user(dan)
    with pytest.raises(frappe.PermissionError):
        frappe.get_doc({"doctype": "File", "file_url": doc.file_url}).insert()
    frappe.set_user("Administrator")
    note.file_url = doc.file_url
    with pytest.raises(frappe.ValidationError, match="cannot be changed"):
        note.save()


def test_a_link_to_the_outside_is_kept_and_not_fetched(bare):
    doc = frappe.get_doc({"doctype": "File", "file_url": "https://example.com/a.pdf"}).insert()
    assert doc.file_name == "a.pdf" and doc.is_remote_file
    doc.delete()


def test_an_empty_file_is_a_file_too(bare):
    doc = make("gol.txt", "")
    assert doc.file_size == 0 and doc.get_content(encodings=[]) == b""
