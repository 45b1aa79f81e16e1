"""Backup and restore of a site: its database as of one moment, its files and its configuration.

SQLite is copied with its online backup; MariaDB is dumped in one consistent snapshot as SQL, one statement a line,
which the `mariadb` client reads too. Every file of a backup appears complete or not at all, readable by its owner only.
"""

import gzip
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

import frappe
from frappe.config import update_site_config
from frappe.database import sqlite_functions
from frappe.utils.data import now_datetime

ROWS_PER_STATEMENT = 200
FOLDERS = {"files": "public", "private-files": "private"}
KEPT_KEYS = ("encryption_key",)


def backup(with_files: bool = False, folder: str | None = None) -> dict[str, str]:
    """Write a backup; answers {"database", "config", "files", "private-files"} → path (the last two `with_files`)."""
    folder = folder or frappe.get_site_path("private", "backups")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    stamp = now_datetime().strftime("%Y%m%d_%H%M%S")
    start = os.path.abspath(os.path.join(folder, f"{stamp}-{frappe.local.site.replace('.', '_')}"))
    sqlite_site = frappe.conf.db_type == "sqlite"
    paths = {
        "database": f"{start}-database.{'sqlite' if sqlite_site else 'sql'}.gz",
        "config": f"{start}-site_config_backup.json",
    }
    with _new_file(paths["database"]) as stream, gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=6) as packed:
        (_dump_sqlite if sqlite_site else _dump_mariadb)(packed)
    with _new_file(paths["config"]) as stream, open(frappe.get_site_path("site_config.json"), "rb") as source:
        shutil.copyfileobj(source, stream)
    for kind, place in FOLDERS.items() if with_files else ():
        paths[kind] = f"{start}-{kind}.tar"
        with _new_file(paths[kind]) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            source = frappe.get_site_path(place, "files")
            if os.path.isdir(source):
                archive.add(source, arcname="files")
    return paths


def restore(database: str, public_files: str | None = None, private_files: str | None = None) -> None:
    """Put a backup's database (and files) in the place of the site's own; the key of encrypted values comes along.

    Raises ValidationError when the file is damaged or of the other database; then nothing has changed.
    """
    sqlite_backup = ".sqlite" in os.path.basename(database)
    if sqlite_backup != (frappe.conf.db_type == "sqlite"):
        raise frappe.ValidationError("The backup is of another kind of database than the site's")
    frappe.db.rollback()
    (_load_sqlite if sqlite_backup else _load_mariadb)(database)
    _take_keys(database)
    for archive, place in ((public_files, "public"), (private_files, "private")):
        if archive:
            _restore_files(archive, frappe.get_site_path(place, "files"))
    frappe.clear_cache()


@contextmanager
def _new_file(path: str) -> Iterator[IO[bytes]]:
    """A file that gets its name only when it is complete."""
    temporary = f"{path}.new"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)


def _sqlite_path() -> str:
    return frappe.get_site_path(frappe.conf.get("db_file") or "site.db")


def _dump_sqlite(target: IO[bytes]) -> None:
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(_sqlite_path()))) as folder:
        copy = os.path.join(folder, "copy.db")
        with closing(sqlite3.connect(_sqlite_path())) as source, closing(sqlite3.connect(copy)) as destination:
            source.backup(destination)
            destination.execute("PRAGMA journal_mode = DELETE")
            _check_sqlite(destination)
        with open(copy, "rb") as stream:
            shutil.copyfileobj(stream, target)


def _check_sqlite(connection: sqlite3.Connection) -> None:
    sqlite_functions.prepare(connection)
    try:
        sound = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        sound = sound and bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise frappe.ValidationError("The SQLite file is damaged")


def _load_sqlite(path: str) -> None:
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(_sqlite_path()))) as folder:
        copy = os.path.join(folder, "copy.db")
        with _unpacked(path) as source, open(copy, "wb") as target:
            _copy_all(source, target)
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(_sqlite_path(), timeout=60)) as target:
            _check_sqlite(source)
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")


def _unpacked(path: str) -> Any:
    return gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")


def _copy_all(source: Any, target: IO[bytes]) -> None:
    try:
        shutil.copyfileobj(source, target)
    except (EOFError, gzip.BadGzipFile) as error:
        raise frappe.ValidationError("The backup file is damaged") from error


@contextmanager
def _mariadb() -> Iterator[Any]:
    """A connection of our own with the site's account."""
    import pymysql

    conf = frappe.conf
    place: dict[str, Any] = (
        {"unix_socket": conf.db_socket}
        if conf.get("db_socket")
        else {"host": conf.db_host, "port": int(conf.db_port or 3306)}
    )
    account = {"user": conf.db_user or conf.db_name, "password": conf.db_password or "", "database": conf.db_name}
    connection = pymysql.connect(charset="utf8mb4", autocommit=False, **place, **account)
    try:
        yield connection
    finally:
        connection.close()


def _dump_mariadb(target: IO[bytes]) -> None:
    from pymysql.cursors import SSCursor

    def line(text: str) -> None:
        target.write(text.encode() + b"\n")

    with _mariadb() as connection:
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        tables = [row[0] for row in cursor.fetchall()]
        line("SET NAMES utf8mb4;")
        line("SET FOREIGN_KEY_CHECKS = 0;")
        for table in tables:
            cursor.execute(f"SHOW CREATE TABLE `{table}`")
            line(f"DROP TABLE IF EXISTS `{table}`;")
            line(" ".join(cursor.fetchone()[1].split("\n")) + ";")
            with connection.cursor(SSCursor) as rows:
                _dump_rows(connection, rows, table, line)
        line("-- end of backup")


def _dump_rows(connection: Any, cursor: Any, table: str, line: Any) -> None:
    cursor.execute(f"SELECT * FROM `{table}`")
    while rows := cursor.fetchmany(ROWS_PER_STATEMENT):
        values = ", ".join(f"({', '.join(_literal(connection, value) for value in row)})" for row in rows)
        line(f"INSERT INTO `{table}` VALUES {values};")


def _literal(connection: Any, value: Any) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) and value else connection.escape(value)


def _load_mariadb(path: str) -> None:
    with tempfile.TemporaryFile() as plain:
        with _unpacked(path) as source:
            _copy_all(source, plain)
        if not _last_line(plain).startswith(b"-- "):
            raise frappe.ValidationError("The backup file is not complete")
        plain.seek(0)
        with _mariadb() as connection, connection.cursor() as cursor:
            cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
            for table, _kind in cursor.fetchall():
                cursor.execute(f"DROP TABLE `{table}`")
            for statement in plain:
                if statement.strip() and not statement.startswith(b"-- "):
                    cursor.execute(statement.decode().rstrip("\n").removesuffix(";"))
            connection.commit()


def _last_line(stream: IO[bytes]) -> bytes:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 200))
    return (stream.read().strip().splitlines() or [b""])[-1]


def _take_keys(database: str) -> None:
    """Encrypted values are readable only with the key of the site they come from."""
    config = database.rsplit("-database.", 1)[0] + "-site_config_backup.json"
    if os.path.exists(config):
        with open(config, encoding="utf-8") as stream:
            values = json.load(stream)
        for key in KEPT_KEYS:
            if values.get(key):
                update_site_config(key, values[key])


def _restore_files(archive: str, place: str) -> None:
    """Unpack beside, then swap the folders; nothing can be written outside."""
    parent = os.path.dirname(os.path.abspath(place))
    os.makedirs(parent, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        with tarfile.open(archive) as source:
            _unpack(source, folder)
        unpacked, old = os.path.join(folder, "files"), os.path.join(folder, "old")
        os.makedirs(unpacked, exist_ok=True)
        if os.path.isdir(place):
            os.replace(place, old)
        os.replace(unpacked, place)


def _unpack(source: tarfile.TarFile, folder: str) -> None:
    """Extract files and folders, never outside `folder`. Raises TarError. Python has a filter for it since 3.11.4."""
    if hasattr(tarfile, "data_filter"):
        source.extractall(folder, filter="data")
        return
    root = os.path.realpath(folder)
    for member in source.getmembers():
        target = os.path.realpath(os.path.join(root, member.name))
        if not (member.isfile() or member.isdir()) or os.path.commonpath([root, target]) != root:
            raise tarfile.TarError(f"{member.name!r} would be written outside the folder")
    source.extractall(root)
