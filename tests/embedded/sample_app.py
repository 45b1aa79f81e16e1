"""A small Frappe app, written into a folder of the test so that tests can change its files and migrate."""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

_numbers = itertools.count(1)

HOOKS = '''
app_name = "{app}"
app_title = "Sample"
app_publisher = "Tests"
app_description = "Sample"
app_email = "tests@example.com"
app_license = "MIT"
before_install = "{app}.log.before_install"
after_install = "{app}.log.after_install"
after_sync = "{app}.log.after_sync"
before_uninstall = "{app}.log.before_uninstall"
after_uninstall = "{app}.log.after_uninstall"
before_migrate = "{app}.log.before_migrate"
after_migrate = "{app}.log.after_migrate"
scheduler_events = {{"daily": ["{app}.log.daily"], "cron": {{"0 3 * * *": ["{app}.log.night"]}}}}
fixtures = [{{"dt": "Role", "filters": [["name", "like", "Sample%"]]}}]
has_permission = {{"Sample Project": "{app}.log.may_touch"}}
'''

LOG = '''
import frappe

calls = []


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def call():
        calls.append((name, bool(frappe.db.exists("DocType", "Sample Project"))))

    return call


def may_touch(doc, ptype=None, user=None):
    return doc.title != "Sealed"
'''


def field(fieldname: str, fieldtype: str = "Data", **more: Any) -> dict[str, Any]:
    label = fieldname.replace("_", " ").title()
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": label, **more}


def rule(role: str, rights: str, **more: Any) -> dict[str, Any]:
    return {"role": role, **dict.fromkeys(rights.split(), 1), **more}


ALL = "read write create delete submit cancel amend report export share print email"
DOCTYPES: dict[str, dict[str, Any]] = {
    "Sample Client": {
        "autoname": "field:client_name",
        "fields": [field("client_name", reqd=1, unique=1)],
        "permissions": [rule("Sample Manager", ALL), rule("Sample User", "read")],
    },
    "Sample Project": {
        "autoname": "field:title",
        "is_submittable": 1,
        "fields": [
            field("title", reqd=1, unique=1),
            field("client", "Link", options="Sample Client"),
            field("budget", "Currency", permlevel=1),
            field("tasks", "Table", options="Sample Task"),
        ],
        "permissions": [
            rule("Sample Manager", ALL),
            rule("Sample Manager", "read write", permlevel=1),
            rule("Sample User", "read create"),
            rule("Sample User", "write delete", if_owner=1),
        ],
    },
    "Sample Task": {
        "istable": 1,
        "fields": [field("subject", reqd=1), field("client", "Link", options="Sample Client")],
        "permissions": [],
    },
    "Sample Diary": {
        "autoname": "hash",
        "fields": [field("entry")],
        "permissions": [rule("Sample User", "read write create delete share", if_owner=1)],
    },
    "Sample Settings": {
        "issingle": 1,
        "fields": [field("limit_days", "Int", default="30"), field("company")],
        "permissions": [rule("Sample Manager", "read write create")],
    },
}


class SampleApp:
    """The app's folder; `write_doctype` and `write` change it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.root = name, folder / name
        self.write("__init__.py", "")
        self.write("hooks.py", HOOKS.format(app=name))
        self.write("log.py", LOG)
        self.write("modules.txt", "Sample Work\n")
        self.write("patches.txt", "")
        self.write("patches/__init__.py", "")
        self.write("sample_work/__init__.py", "")
        self.write("sample_work/doctype/__init__.py", "")
        for doctype, values in DOCTYPES.items():
            self.write_doctype(doctype, **values)
        roles = [{"doctype": "Role", "name": "Sample Guide", "role_name": "Sample Guide", "desk_access": 0}]
        self.write("fixtures/role.json", json.dumps(roles))

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def write_doctype(self, doctype: str, **values: Any) -> None:
        """Write (or overwrite) the DocType's files."""
        name = doctype.lower().replace(" ", "_")
        folder = f"sample_work/doctype/{name}"
        record = {"doctype": "DocType", "name": doctype, "module": "Sample Work", **values}
        record["field_order"] = [row["fieldname"] for row in values["fields"]]
        self.write(f"{folder}/__init__.py", "")
        self.write(f"{folder}/{name}.json", json.dumps(record, indent=1))
        class_name = doctype.replace(" ", "")
        body = f"from frappe.model.document import Document\n\n\nclass {class_name}(Document):\n    pass\n"
        self.write(f"{folder}/{name}.py", body)

    def write_patch(self, name: str, body: str, section: str = "post_model_sync") -> None:
        """Add a patch with this function body to patches.txt."""
        self.write(f"patches/{name}.py", f"import frappe\n\n\ndef execute():\n    {body}\n")
        path = self.root / "patches.txt"
        lines: dict[str, list[str]] = {"pre_model_sync": [], "post_model_sync": []}
        current = "pre_model_sync"
        for line in path.read_text().splitlines():
            if line.startswith("["):
                current = line.strip("[]")
            elif line:
                lines[current].append(line)
        lines[section].append(f"{self.name}.patches.{name}")
        path.write_text("".join(f"[{key}]\n" + "".join(f"{x}\n" for x in rows) + "\n" for key, rows in lines.items()))

    @property
    def calls(self) -> list[tuple[str, bool]]:
        """The hooks called so far, each with whether the app's DocTypes were there then."""
        import importlib

        return importlib.import_module(f"{self.name}.log").calls


def make_app(folder: Path) -> SampleApp:
    """A new app (of a name not used before in this process) in `folder`, importable."""
    app = SampleApp(folder, f"sampleapp{next(_numbers)}")
    sys.path.insert(0, str(folder))
    return app


def forget_files() -> None:
    """Read the app's files anew, as a new process would."""
    import importlib

    import frappe
    from frappe.modules.utils import clear_index

    clear_index()
    frappe.clear_cache()
    importlib.invalidate_caches()
