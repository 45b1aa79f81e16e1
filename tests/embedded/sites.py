"""Sites for the runtime's own tests: made on the host that the run chose, removed afterwards."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.hosts import Host, MariaDB

PASSWORD = "Quiet-Harbour-42"
_numbers = itertools.count(1)


def database_arguments(host: Host) -> dict[str, Any]:
    """What new_site wants to know about the database."""
    if not isinstance(host, MariaDB):
        return {"db_type": "sqlite"}
    return {
        "db_type": "mariadb",
        "db_name": f"cc_perms_{os.getpid()}_{next(_numbers)}",
        "db_host": host.server["host"],
        "db_port": host.server["port"],
        "db_root_username": host.server["user"],
        "db_root_password": host.server["password"],
    }


@contextmanager
def new_site(host: Host, folder: Path, apps: tuple[str, ...] = (), **options: Any) -> Iterator[str]:
    """A site with these apps, connected as Administrator; dropped at the end."""
    import frappe
    from frappe import installer

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "apps.txt").write_text("\n".join(["frappe", *apps]) + "\n")
    arguments = database_arguments(host)
    name = f"site{next(_numbers)}.localhost"
    options = {"admin_password": PASSWORD, "install_apps": list(apps), **options}
    installer.new_site(name, sites_path=str(folder), **arguments, **options)
    frappe.init(name, sites_path=str(folder), force=True)
    frappe.connect()
    try:
        yield name
    finally:
        frappe.db.rollback()
        frappe.destroy()
        root = {key: value for key, value in arguments.items() if key.startswith("db_root")}
        installer.drop_site(name, sites_path=str(folder), **root)
