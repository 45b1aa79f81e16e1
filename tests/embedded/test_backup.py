"""Backup, loss and restore: what was there comes back, whole, or nothing changes."""

import gzip
import os
import tarfile
from pathlib import Path

import frappe
import pytest
from frappe.utils import backups
from frappe.utils.password import get_decrypted_password, set_encrypted_password
from opsapp import targets as ops_targets

TEXT = 'Ștefan\'s "note"\\ with\nlines; and -- marks %s'


@pytest.fixture
def saved(bare):
    """A note, a secret, a file; and a backup of them."""
    name = ops_targets.write_note(TEXT)
    set_encrypted_password("ToDo", name, "s3cret", "token")
    file = frappe.get_doc({"doctype": "File", "file_name": "oferta.txt", "content": "preț", "is_private": 1}).insert()
    frappe.db.commit()
    paths = backups.backup(with_files=True)
    yield name, file, paths
    for path in paths.values():
        os.unlink(path)


def test_a_backup_is_whole_and_only_its_owner_reads_it(saved, bare):
    _name, _file, paths = saved
    assert set(paths) == {"database", "config", "files", "private-files"}
    for path in paths.values():
        assert (
            os.stat(path).st_mode & 0o077 == 0 and Path(path).parent == (bare.folder / "private" / "backups").resolve()
        )
    assert not list((bare.folder / "private" / "backups").glob("*.new"))


def test_what_is_lost_comes_back(saved):
    name, file, paths = saved
    description = frappe.db.get_value("ToDo", name, "description")
    frappe.db.delete("ToDo")
    frappe.db.set_single_value("System Settings", "app_name", "Changed")
    Path(file.get_full_path()).unlink()
    frappe.db.commit()
    backups.restore(paths["database"], paths["files"], paths["private-files"])
    frappe.db.rollback()
    assert frappe.db.get_value("ToDo", name, "description") == description
    assert frappe.db.get_single_value("System Settings", "app_name") != "Changed"
    assert get_decrypted_password("ToDo", name, "token") == "s3cret"
    assert frappe.get_doc("File", file.name).get_content() == "preț"


def test_what_came_after_the_backup_is_gone_after_the_restore(saved):
    _name, _file, paths = saved
    later = ops_targets.write_note("later")
    frappe.db.commit()
    backups.restore(paths["database"])
    frappe.db.rollback()
    assert not frappe.db.exists("ToDo", later)


def test_the_key_of_encrypted_values_comes_with_the_backup(saved):
    from frappe.config import update_site_config

    name, _file, paths = saved
    known = frappe.conf.encryption_key
    update_site_config("encryption_key", "x" * 43 + "=")
    backups.restore(paths["database"])
    assert frappe.conf.encryption_key == known
    assert get_decrypted_password("ToDo", name, "token") == "s3cret"


@pytest.mark.parametrize("damage", ["cut", "other", "empty"])
def test_a_damaged_backup_changes_nothing(saved, tmp_path, damage):
    name, _file, paths = saved
    source = Path(paths["database"])
    bad = tmp_path / source.name
    content = {"cut": source.read_bytes()[:-2000], "other": gzip.compress(b"hello"), "empty": gzip.compress(b"")}
    bad.write_bytes(content[damage])
    with pytest.raises(frappe.ValidationError, match="damaged|complete"):
        backups.restore(str(bad))
    frappe.db.rollback()
    assert frappe.db.exists("ToDo", name)


def test_a_backup_of_the_other_database_is_refused(bare, tmp_path):
    other = tmp_path / ("x-database.sql.gz" if frappe.conf.db_type == "sqlite" else "x-database.sqlite.gz")
    other.write_bytes(gzip.compress(b"x"))
    with pytest.raises(frappe.ValidationError, match="other kind"):
        backups.restore(str(other))


@pytest.mark.parametrize("python", ["this one", "3.11.2"])
def test_an_archive_cannot_write_outside_the_folder(saved, tmp_path, bare, monkeypatch, python):
    if python == "3.11.2":  # Debian 12's: tarfile has no filters yet
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    _name, _file, paths = saved
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as archive:
        payload = tmp_path / "x"
        payload.write_text("x")
        archive.add(payload, arcname="../../../outside.txt")
    with pytest.raises(tarfile.TarError):
        backups.restore(paths["database"], str(evil))
    assert not list(bare.sites.rglob("outside.txt")) and not Path(bare.sites.parent, "outside.txt").exists()


def test_the_site_can_be_written_while_it_is_backed_up(saved, bare):
    """The copy is of one moment; a writer is not refused."""
    frappe.db.begin(write=True)
    written = ops_targets.write_note("during")
    paths = backups.backup()
    frappe.db.commit()
    assert frappe.db.exists("ToDo", written)
    assert Path(paths["database"]).stat().st_size > 1000
