"""The command line: bench's words, real processes, a server that starts fast and stops when told."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import frappe
import pytest

from tests.embedded.bare import PASSWORD, BareSite, environment
from tests.embedded.conftest import database_options
from tests.support.servers import free_port


@pytest.fixture(scope="module")
def site(host, tmp_path_factory) -> BareSite:
    """A site that the commands may change and lose."""
    if host.name == "bench" or host.unavailable:
        pytest.skip("concerns the embedded runtime")
    made = BareSite(tmp_path_factory.mktemp("commands"), "cmd.localhost", **database_options(host, "cmd")).create()
    yield made
    if made.folder.exists():
        made.remove()


def ok(result) -> str:
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout.strip()


def test_execute_calls_a_function_and_prints_its_answer(site):
    out = ok(site.run("execute", "opsapp.targets.answer", "--args", "[2]", "--kwargs", '{"b": 3}'))
    assert json.loads(out) == {"sum": 5}


def test_execute_commits_and_a_failure_undoes_all(site):
    ok(site.run("execute", "opsapp.targets.write_note", "--args", '["by command"]'))
    failed = site.run("execute", "opsapp.targets.write_and_fail", "--args", '["not by command"]')
    assert failed.returncode == 1 and "the job failed on purpose" in failed.stderr
    with site.connected():
        notes = frappe.get_all("ToDo", pluck="description")
    assert "by command" in notes and "not by command" not in notes


def test_a_refusal_is_one_line(site):
    result = site.run("install-app", "no_such_app")
    assert result.returncode == 1 and "no_such_app" in result.stderr and "Traceback" not in result.stderr


def test_an_unknown_site_is_named(site):
    result = BareSite(site.sites, "nowhere.localhost").run("list-apps")
    assert result.returncode == 2 and "nowhere.localhost does not exist" in result.stderr


def test_the_only_site_needs_no_name(site):
    command = [sys.executable, "-m", "frappe.commands", "list-apps"]
    done = subprocess.run(command, cwd=site.sites, env=environment(), capture_output=True, text=True)
    assert done.stdout.split() == ["frappe", "opsapp"], done.stderr


def test_apps_come_and_go(site):
    assert ok(site.run("list-apps")).split() == ["frappe", "opsapp"]
    assert ok(site.run("uninstall-app", "opsapp", "--yes", "--no-backup")) == ""
    assert json.loads(ok(site.run("list-apps", "-f", "json"))) == {site.name: ["frappe"]}
    ok(site.run("install-app", "opsapp"))
    assert ok(site.run("list-apps")).split() == ["frappe", "opsapp"]


def test_migrate_can_run_again_and_again(site):
    ok(site.run("migrate"))
    ok(site.run("migrate"))


def test_settings_are_written_for_their_owner_only(site):
    ok(site.run("set-config", "host_name", "https://crm.example"))
    ok(site.run("set-config", "-p", "mail_port", "2525"))
    ok(site.run("set-config", "mail_password", "s3cret"))
    config = json.loads((site.folder / "site_config.json").read_text())
    assert config["host_name"] == "https://crm.example" and config["mail_port"] == 2525
    assert os.stat(site.folder / "site_config.json").st_mode & 0o077 == 0
    ok(site.run("set-config", "-p", "mail_port", "null"))
    assert "mail_port" not in json.loads((site.folder / "site_config.json").read_text())


def test_the_administrators_password_is_changed(site):
    from frappe.utils.password import check_password

    ok(site.run("set-admin-password", "new-pass-17"))
    with site.connected():
        assert check_password("Administrator", "new-pass-17") == "Administrator"
    ok(site.run("set-admin-password", PASSWORD))
    assert site.run("set-password", "nobody@x.example", "x").returncode == 2


def test_the_clock_is_switched_from_the_command_line(site):
    assert ok(site.run("scheduler", "disable")).endswith("inactive")
    assert ok(site.run("scheduler", "enable")).endswith(": active")
    assert ok(site.run("scheduler", "pause")).endswith("inactive")
    assert ok(site.run("scheduler", "resume")).endswith(": active")
    assert "run" in ok(site.run("trigger-scheduler-event", "daily_maintenance"))
    assert site.run("trigger-scheduler-event", "never").returncode == 2


def test_doctor_says_that_nobody_runs_the_jobs(site):
    assert "scheduler: " in ok(site.run("doctor"))
    with site.connected():
        frappe.enqueue("opsapp.targets.answer", a=1)
        frappe.db.commit()
        old = frappe.utils.add_to_date(None, hours=-2)
        frappe.db.set_value("Background Job", {"status": "queued"}, "creation", old, update_modified=False)
        frappe.db.commit()
    assert site.run("doctor").returncode == 1
    ok(site.run("worker", "--burst"))
    ok(site.run("doctor"))


def test_the_console_is_connected_and_keeps_nothing_by_itself(site):
    process = site.command("console", stdin=subprocess.PIPE)
    out, err = process.communicate(
        "frappe.get_doc({'doctype': 'ToDo', 'description': 'typed'}).insert()\nprint(1 + 41)\n", 60
    )
    assert process.returncode == 0 and "42" in out, err
    with site.connected():
        assert not frappe.db.exists("ToDo", {"description": "typed"})


def test_backup_and_restore_from_the_command_line(site):
    with site.connected():
        frappe.get_doc({"doctype": "ToDo", "description": "saved"}).insert()
        frappe.get_doc({"doctype": "File", "file_name": "a.txt", "content": "kept"}).insert()
        frappe.db.commit()
    paths = dict(line.split(": ", 1) for line in ok(site.run("backup", "--with-files")).splitlines())
    with site.connected():
        frappe.db.delete("ToDo")
        frappe.db.commit()
    (site.folder / "public" / "files" / "a.txt").unlink()
    ok(site.run("restore", paths["database"], "--with-public-files", paths["files"], "--admin-password", PASSWORD))
    with site.connected():
        assert frappe.db.exists("ToDo", {"description": "saved"})
    assert (site.folder / "public" / "files" / "a.txt").read_text() == "kept"


class Running:
    """`serve` in a process group of its own."""

    def __init__(self, site: BareSite, *options: str) -> None:
        self.port = free_port()
        self.started = time.monotonic()
        self.process = site.command("serve", "--port", str(self.port), *options, start_new_session=True)

    def get(self, path: str, timeout: float = 10) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read().decode()

    def wait(self) -> float:
        """Seconds until it answered."""
        while time.monotonic() - self.started < 30:
            try:
                assert "pong" in self.get("/api/method/ping")
                return time.monotonic() - self.started
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, self.process.communicate()[1][-3000:]
                time.sleep(0.02)
        raise AssertionError("the server did not answer")

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds until it had ended."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - begun

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_exc) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_starts_at_once_and_ends_when_told(site, number):
    with Running(site) as server:
        assert server.wait() < 5, "a second on an idle machine"
        assert server.stop(number) < 4
        out, err = server.process.communicate()
    assert server.process.returncode == 0 and "Traceback" not in err, err
    assert f"http://127.0.0.1:{server.port}" in out
    assert "GET /api" not in out, "no access log unless asked for"


def test_the_server_listens_on_loopback_only(site):
    with Running(site) as server:
        server.wait()
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split()[1] for line in table if line.split()[3] == "0A"]
        port = f"{server.port:04X}"
        assert [row for row in rows if row.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_the_server_runs_background_jobs_with_several_workers(site, tmp_path):
    path = tmp_path / "lines.txt"
    with Running(site, "--workers", "2", "--job-workers", "2") as server:
        server.wait()
        with site.connected():
            for number in range(10):
                frappe.enqueue("opsapp.targets.append_line", path=str(path), line=str(number))
            frappe.db.commit()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and (not path.exists() or len(path.read_text().split()) < 10):
            time.sleep(0.05)
        assert sorted(path.read_text().split()) == sorted(map(str, range(10)))
        assert server.stop() < 4


def test_a_server_stopped_in_the_middle_of_a_job_leaves_it_to_the_next(site, tmp_path):
    marker = tmp_path / "started"
    with site.connected():
        frappe.enqueue("opsapp.targets.write_then_hang", text="after the restart", marker=str(marker))
        frappe.db.commit()
    with Running(site) as server:
        server.wait()
        deadline = time.monotonic() + 10
        while not marker.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.stop() < 5
    ok(site.run("worker", "--burst"))
    with site.connected():
        assert len(frappe.get_all("ToDo", {"description": "after the restart"}, pluck="name")) == 1


def test_a_site_is_made_and_dropped_by_command(site, host):
    other = BareSite(site.sites, "second.localhost", **database_options(host, "second"))
    options = [item for key, value in other.database.items() for item in (f"--{key.replace('_', '-')}", str(value))]
    ok(other.run("new-site", other.name, "--admin-password", "x", *options))
    again = other.run("new-site", other.name, "--admin-password", "x", *options)
    assert again.returncode == 1 and "already exists" in again.stderr
    root = [
        item
        for key, value in other.database.items()
        if "root" in key
        for item in (f"--{key.replace('_', '-')}", str(value))
    ]
    ok(other.run("drop-site", other.name, "--yes", *root))
    assert not other.folder.exists() and list((site.sites / "archived_backups" / other.name).glob("*-database.*.gz"))
