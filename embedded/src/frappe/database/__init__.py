"""The database of a site: SQLite or MariaDB, as `db_type` in its configuration says."""

import os
from typing import TYPE_CHECKING, Any

import frappe

if TYPE_CHECKING:
    from frappe.database.database import Database

__all__ = ["drop_database", "get_db", "savepoint", "setup_database"]


def __getattr__(name: str) -> Any:
    if name == "savepoint":
        from frappe.database.transactions import savepoint

        return savepoint
    raise AttributeError(name)


def _site_file(conf: Any) -> str:
    path = conf.get("db_file") or "site.db"
    return path if os.path.isabs(path) else os.path.join(frappe.local.site_path, path)


def get_db(
    socket: str | None = None,
    host: str | None = None,
    user: str | None = None,
    password: str | None = None,
    port: int | str | None = None,
    cur_db_name: str | None = None,
) -> "Database":
    """Database object of the current site. It connects at the first statement."""
    conf = frappe.local.conf
    if (conf.get("db_type") or "sqlite") == "sqlite":
        from frappe.database.sqlite import SQLiteDatabase

        return SQLiteDatabase(cur_db_name or _site_file(conf), conf.get("sqlite_synchronous") or "NORMAL")
    from frappe.database.mariadb import MariaDBDatabase

    name = cur_db_name or conf.get("db_name")
    return MariaDBDatabase(
        name,
        user or conf.get("db_user") or name,
        password if password is not None else conf.get("db_password"),
        host or conf.get("db_host"),
        port or conf.get("db_port"),
        socket or conf.get("db_socket"),
    )


def setup_database(force: bool = False, *, root_login: str | None = None, root_password: str | None = None) -> None:
    """Make the empty database of the current site. Raises FileExistsError when there is one and not `force`.

    On MariaDB a root login creates the database and its user; without it the site's own user must be allowed to.
    """
    conf = frappe.local.conf
    if (conf.get("db_type") or "sqlite") == "sqlite":
        _setup_file(_site_file(conf), force)
    else:
        _setup_server(conf, force, root_login, root_password)


def _setup_file(path: str, force: bool) -> None:
    if os.path.exists(path):
        if not force:
            raise FileExistsError(f"{os.path.basename(path)} exists already")
        _remove_file(path)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _remove_file(path: str) -> None:
    from frappe.database.sqlite import connections

    connections.discard(os.path.realpath(path))
    for suffix in ("", "-wal", "-shm", ".lock", ".queue"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)


def _admin(conf: Any, root_login: str | None, root_password: str | None) -> "Database":
    from frappe.database.mariadb import MariaDBDatabase

    user = root_login or conf.get("db_user") or conf.get("db_name")
    password = root_password if root_login else conf.get("db_password")
    return MariaDBDatabase(None, user, password, conf.get("db_host"), conf.get("db_port"), conf.get("db_socket"))


def _setup_server(conf: Any, force: bool, root_login: str | None, root_password: str | None) -> None:
    from frappe.database.utils import quote

    admin, name = _admin(conf, root_login, root_password), conf["db_name"]
    try:
        if admin.sql("select 1 from information_schema.schemata where schema_name=%s", name):
            if not force:
                raise FileExistsError(f"Database {name} exists already")
            admin.sql(f"drop database {quote(name)}")
        admin.sql(f"create database {quote(name)} character set utf8mb4 collate utf8mb4_unicode_ci")
        site_user = conf.get("db_user") or name
        if root_login and site_user != root_login:
            for host in ("localhost", "%"):
                account = (site_user, host, conf.get("db_password") or "")
                admin.sql("create user if not exists %s@%s identified by %s", account)
                admin.sql("alter user %s@%s identified by %s", account)
                admin.sql(f"grant all privileges on {quote(name)}.* to %s@%s", account[:2])
        admin.commit()
    finally:
        admin.close()


def drop_database(*, root_login: str | None = None, root_password: str | None = None) -> None:
    """Delete the current site's database with everything in it."""
    conf = frappe.local.conf
    if getattr(frappe.local, "db", None):
        frappe.local.db.close()
    if (conf.get("db_type") or "sqlite") == "sqlite":
        _remove_file(_site_file(conf))
        return
    from frappe.database.utils import quote

    admin = _admin(conf, root_login, root_password)
    try:
        admin.sql(f"drop database if exists {quote(conf['db_name'])}")
        if root_login and (conf.get("db_user") or conf["db_name"]) != root_login:
            for host in ("localhost", "%"):
                admin.sql("drop user if exists %s@%s", (conf.get("db_user") or conf["db_name"], host))
    finally:
        admin.close()
