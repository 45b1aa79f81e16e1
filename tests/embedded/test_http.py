"""Requests: sites, arguments, transactions, retries, errors, headers, uploads, static files."""

import io
import json
import sys

import pytest

from tests.embedded.web_fixtures import Web


def api():
    return sys.modules["webapp.api"]


def test_ping_answers_guests(web: Web) -> None:
    answer = web.client().get("/api/method/ping")
    assert (answer.status_code, answer.json) == (200, {"message": "pong"})


@pytest.mark.parametrize("site", ["nobody.example", "../secrets", "..", "a/b", "%2e%2e"])
def test_an_unknown_site_is_not_found(web: Web, site: str) -> None:
    assert web.client().get("/api/method/ping", headers={"X-Frappe-Site-Name": site}).status_code == 404


def test_the_default_site_serves_other_hosts(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = web.client()
    assert browser.get("/api/method/ping", headers={"Host": "127.0.0.1:8000"}).status_code == 404
    monkeypatch.setenv("FRAPPE_SITE", web.site)
    assert browser.get("/api/method/ping", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert browser.get("/api/method/ping", headers={"X-Frappe-Site-Name": "nobody.example"}).status_code == 404


def test_a_post_is_committed_and_a_failing_one_leaves_nothing(web: Web) -> None:
    browser = web.logged_in()
    assert browser.post("/api/method/webapp.api.note", data={"text": "kept"}).status_code == 200
    assert browser.post("/api/method/webapp.api.note_and_fail", data={"text": "lost"}).status_code == 417
    assert "kept" in web.notes()
    assert "lost" not in web.notes()


def test_a_get_is_rolled_back_unless_it_asks_for_the_commit(web: Web) -> None:
    browser = web.logged_in()
    assert browser.get("/api/method/webapp.api.note?text=by+get").status_code == 200
    assert browser.get("/api/method/webapp.api.note_on_get?text=by+flag").status_code == 200
    assert "by get" not in web.notes()
    assert "by flag" in web.notes()


@pytest.mark.parametrize(("failures", "status"), [(2, 200), (3, 500)])
def test_a_request_that_lost_a_race_is_run_again_up_to_three_times(web: Web, failures: int, status: int) -> None:
    browser = web.client()
    browser.get("/api/method/ping")
    before = web.notes().count("flaky")
    __import__("webapp.api")
    api().fail_times = failures
    assert browser.post("/api/method/webapp.api.flaky", data={"a": "1"}).status_code == status
    assert web.notes().count("flaky") - before == (1 if status == 200 else 0)


def test_work_after_the_response_runs_inside_the_site(web: Web) -> None:
    web.client().post("/api/method/webapp.api.later").close()
    assert ("later", True) in api().calls


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b'{"a": 1, "b": [true]}', "application/json", {"a": 1, "b": [True]}),
        (b"[1, 2]", "application/json", {"data": [1, 2]}),
        (b"a=1&b=x", "application/x-www-form-urlencoded", {"a": "1", "b": "x"}),
        (b"", "application/json", {}),
    ],
)
def test_arguments_come_from_json_and_forms(web: Web, body: bytes, kind: str, wanted: dict) -> None:
    answer = web.client().post("/api/method/webapp.api.echo", data=body, content_type=kind)
    assert answer.json.get("message", {}) == wanted


@pytest.mark.parametrize("body", [b'"text"', b"7", b"[" * 100_000])
def test_a_body_that_is_no_document_is_refused(web: Web, body: bytes) -> None:
    answer = web.client().post("/api/method/webapp.api.echo", data=body, content_type="application/json")
    assert answer.status_code in (417, 500)
    assert answer.json["exc_type"] in ("ValidationError", "JSONDecodeError")


def test_a_body_beyond_the_limit_is_refused(web: Web) -> None:
    with web.connected():
        pass
    config = web.sites / web.site / "site_config.json"
    before = config.read_text()
    config.write_text(json.dumps({**json.loads(before), "max_file_size": 1000}))
    try:
        big = {"file": (io.BytesIO(b"x" * 200_000), "big.txt")}
        assert web.logged_in().post("/api/method/upload_file", data=big).status_code == 413
        assert web.client().post("/api/method/webapp.api.echo", json={"a": "x" * 200_000}).status_code == 413
    finally:
        config.write_text(before)


def test_errors_carry_no_trace_and_no_secret(web: Web) -> None:
    for browser in (web.client(), web.logged_in()):
        answer = browser.post("/api/method/webapp.api.crash")
        assert answer.status_code == 500
        assert answer.json == {"exc_type": "RuntimeError"}
        page = browser.page("/api/method/webapp.api.crash")
        assert "hunter2" not in page.text
        assert "Traceback" not in page.text


def test_the_trace_is_shown_to_system_users_when_the_settings_say_so(web: Web) -> None:
    import frappe

    with web.connected():
        frappe.db.set_single_value("System Settings", "allow_error_traceback", 1)
        frappe.clear_cache()
    try:
        assert "Traceback" in json.loads(web.logged_in().post("/api/method/webapp.api.crash").json["exc"])[0]
        assert "exc" not in web.client().post("/api/method/webapp.api.crash").json
    finally:
        with web.connected():
            frappe.db.set_single_value("System Settings", "allow_error_traceback", 0)
            frappe.clear_cache()


def test_only_whitelisted_functions_are_reachable(web: Web) -> None:
    browser = web.logged_in()
    assert browser.get("/api/method/webapp.api.hidden").status_code == 403
    for name in ("os.system", "frappe.db.sql", "frappe.handler.get_attr", "frappe.local", "builtins.eval", "webapp"):
        assert browser.post(f"/api/method/{name}").status_code in (403, 404, 417), name
    assert browser.get("/api/method/webapp.api.old").json == {"message": "new"}


def test_headers_protect_pages(web: Web) -> None:
    headers = web.client().page("/hello").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1.txt", 'a"; filename="b.html', "../../etc/passwd", "ș ț.txt"])
def test_a_file_name_cannot_add_headers(web: Web, name: str) -> None:
    answer = web.client().get("/api/method/webapp.api.download", query_string={"name": name})
    assert answer.status_code == 200
    assert not [v for v in answer.headers.getlist("Set-Cookie") if v.startswith("x=")]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert "\n" not in disposition
    assert ".." not in disposition
    assert disposition.count('"') in (0, 2)


def test_cross_origin_answers_need_the_setting(web: Web) -> None:
    origin = {"Origin": "https://else.example"}
    assert "Access-Control-Allow-Origin" not in web.client().get("/api/method/ping", headers=origin).headers


def test_options_and_wrong_verbs(web: Web) -> None:
    browser = web.client()
    assert browser.options("/api/method/ping").status_code == 200
    assert browser.delete("/hello").status_code == 405
    assert browser.put("/api/resource/ToDo").status_code == 405


class TestStaticFiles:
    def test_public_files_are_served_with_an_etag(self, web: Web) -> None:
        browser = web.client()
        answer = browser.get("/assets/webapp/app.js")
        assert (answer.status_code, answer.text, answer.mimetype) == (200, "console.log(1)", "text/javascript")
        again = browser.get("/assets/webapp/app.js", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    def test_built_files_are_kept_for_a_year(self, web: Web) -> None:
        cache = web.client().get("/assets/webapp/admin/index-0a1b2c3d4e.js").headers["Cache-Control"]
        assert "immutable" in cache
        assert "31536000" in cache

    @pytest.mark.parametrize(
        "path",
        [
            "/assets/webapp/../hooks.py",
            "/assets/webapp/%2e%2e/hooks.py",
            "/assets/webapp/..%2fhooks.py",
            "/assets/webapp//etc/passwd",
            "/assets/webapp/.env",
            "/assets/os/os.py",
            "/assets/../webapp/hooks.py",
            "/assets/webapp/",
            "/assets/webapp/app.js%00.txt",
            "/files/../site_config.json",
            "/files/..%2f..%2fsite_config.json",
            "/files/%2e%2e/%2e%2e/site_config.json",
            "/private/files/../../site_config.json",
        ],
    )
    def test_nothing_outside_is_served(self, web: Web, path: str) -> None:
        answer = web.logged_in().get(path)
        assert answer.status_code in (301, 403, 404), path
        assert "db_" not in answer.text
        assert "encryption_key" not in answer.text


class TestFiles:
    def upload(self, browser, name: str, content: bytes, private: int = 1) -> dict:
        data = {"file": (io.BytesIO(content), name), "is_private": str(private)}
        answer = browser.post("/api/method/upload_file", data=data)
        assert answer.status_code == 200, answer.text
        return answer.json["message"]

    def test_a_private_file_is_for_who_may_read_it(self, web: Web) -> None:
        browser = web.logged_in()
        stored = self.upload(browser, "salaries.txt", b"1000")
        assert browser.get(stored["file_url"]).data == b"1000"
        assert web.client().get(stored["file_url"]).status_code == 403
        name = stored["file_url"].rsplit("/", 1)[-1]
        assert web.client().get(f"/files/{name}").status_code == 404

    @pytest.mark.parametrize("name", ["page.html", "drawing.svg", "data.xml"])
    def test_what_a_browser_would_run_is_a_download(self, web: Web, name: str) -> None:
        stored = self.upload(web.logged_in(), name, b"<script>1</script>", private=0)
        answer = web.client().get(stored["file_url"])
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_guests_upload_nothing(self, web: Web) -> None:
        data = {"file": (io.BytesIO(b"x"), "x.txt")}
        assert web.client().post("/api/method/upload_file", data=data).status_code == 403


def test_lists_refuse_what_is_no_field(web: Web) -> None:
    browser = web.logged_in()
    hostile = ["name; drop table tabToDo", "(select 1)", "sleep(5)", "name as `x` from tabUser", "1", "tabUser.nope"]
    for field in hostile:
        answer = browser.get("/api/resource/ToDo", query_string={"fields": json.dumps([field])})
        assert answer.status_code in (403, 417), (field, answer.text)
    wrong = ([["1=1 or name", "=", "x"]], [["name", "= '' or 1=1 --", "x"]], {"nope": 1}, [["ToDo", "x y", "=", 1]])
    for filters in wrong:
        answer = browser.get("/api/resource/ToDo", query_string={"filters": json.dumps(filters)})
        assert answer.status_code in (403, 417), (filters, answer.text)


def test_a_count_needs_the_right_to_read(web: Web) -> None:
    import frappe

    with web.connected():
        values = {"doctype": "User", "email": "none@example.com", "first_name": "None", "send_welcome_email": 0}
        frappe.get_doc({**values, "new_password": web.password}).insert()
    nobody = web.logged_in("none@example.com")
    assert nobody.get("/api/method/frappe.client.get_count?doctype=Role").status_code == 403
    assert isinstance(web.logged_in().get("/api/method/frappe.client.get_count?doctype=Role").json["message"], int)


def test_an_authenticated_read_takes_few_statements(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    import frappe

    browser = web.logged_in()
    name = browser.post("/api/resource/ToDo", json={"description": "quick"}).json["data"]["name"]
    counts: list[int] = []
    original = frappe.app.process_response

    def spy(request, response):
        counts.append(frappe.db.statement_count)
        return original(request, response)

    monkeypatch.setattr(frappe.app, "process_response", spy)
    for _ in range(3):
        assert browser.get(f"/api/resource/ToDo/{name}").status_code == 200
    assert counts[-1] <= 3
