"""Login, sessions, cookies, CSRF, API keys, lockout."""

import base64
import sys

import frappe
import pytest

from tests.embedded.web_fixtures import Browser, Web

WHO = "/api/method/frappe.auth.get_logged_user"


def who(browser: Browser, **headers: str) -> str | None:
    return (browser.get(WHO, headers=headers).json or {}).get("message")


def try_login(web: Web, user: str, password: str):
    return web.client().post("/api/method/login", data={"usr": user, "pwd": password})


@pytest.fixture(autouse=True)
def settings_as_they_were(web: Web):
    """Lockout settings and counts do not leak from test to test."""
    yield
    with web.connected():
        for field in ("allow_consecutive_login_attempts", "allow_login_after_fail", "deny_multiple_sessions"):
            frappe.db.set_single_value("System Settings", field, 0)
        frappe.db.delete("DefaultValue", {"parent": "__login_attempts"})
        frappe.clear_cache()


def change(web: Web, **values: int) -> None:
    with web.connected():
        for field, value in values.items():
            frappe.db.set_single_value("System Settings", field, value)
        frappe.clear_cache()


class TestLogin:
    def test_a_session_cookie_is_out_of_reach_of_scripts(self, web: Web) -> None:
        answer = try_login(web, web.user, web.password)
        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sid="))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie

    def test_over_https_cookies_are_secure(self, web: Web) -> None:
        form = {"usr": web.user, "pwd": web.password}
        answer = web.client().post("/api/method/login", data=form, base_url=f"https://{web.site}/")
        assert all("Secure" in c for c in answer.headers.getlist("Set-Cookie"))

    def test_the_name_is_found_in_any_case(self, web: Web) -> None:
        assert try_login(web, web.user.upper(), web.password).status_code == 200

    @pytest.mark.parametrize(
        "user", ["ana@example.com", "nobody@example.com", "Guest", "", "ana@example.com' or 1=1 --"]
    )
    def test_wrong_passwords_are_refused_alike(self, web: Web, user: str) -> None:
        answer = try_login(web, user, "wrong")
        assert answer.status_code == 401
        assert answer.json["exc_type"] == "AuthenticationError"
        assert answer.json["message"] in ("Invalid login credentials", "Incomplete login details")

    @pytest.mark.parametrize(
        "body", [{"usr": {"a": 1}, "pwd": "x"}, {"usr": ["ana"], "pwd": ["x"]}, {"usr": 1, "pwd": True}]
    )
    def test_credentials_must_be_texts(self, web: Web, body: dict) -> None:
        assert web.client().post("/api/method/login", json=body).status_code == 401

    def test_an_endless_password_is_not_even_hashed(self, web: Web) -> None:
        assert try_login(web, web.user, "x" * 5000).status_code == 401

    def test_the_password_is_not_taken_from_an_address(self, web: Web) -> None:
        browser = web.client()
        answer = browser.get("/api/method/login", query_string={"usr": web.user, "pwd": web.password})
        assert answer.status_code == 403
        assert who(browser) is None

    def test_each_login_makes_a_new_session(self, web: Web) -> None:
        browser = web.client()
        browser.set_cookie("sid", "chosenbyattacker", domain=web.site)
        browser.post("/api/method/login", data={"usr": web.user, "pwd": web.password})
        assert browser.get_cookie("sid", domain=web.site).value not in ("", "Guest", "chosenbyattacker")
        assert who(browser) == web.user

    def test_hooks_run_when_sessions_begin_and_end(self, web: Web) -> None:
        browser = web.logged_in()
        calls = sys.modules["webapp.api"].calls
        assert ("session", web.user) in calls
        browser.post("/api/method/logout")
        assert ("logout", web.user) in calls


class TestSessions:
    def test_logging_out_ends_the_session_on_the_server(self, web: Web) -> None:
        browser = web.logged_in()
        sid = browser.get_cookie("sid", domain=web.site).value
        assert browser.post("/api/method/logout").status_code == 200
        assert who(web.client(cookies=False), Cookie=f"sid={sid}") is None

    def test_a_link_cannot_log_a_user_out(self, web: Web) -> None:
        browser = web.logged_in()
        assert browser.get("/api/method/logout").status_code == 403
        assert who(browser) == web.user

    @pytest.mark.parametrize("sid", ["0123456789abcdef", "'or'1'='1", "%00", "Administrator", "../../x", "x" * 4000])
    def test_a_made_up_session_is_a_guest(self, web: Web, sid: str) -> None:
        answer = web.client(cookies=False).get(WHO, headers={"Cookie": f"sid={sid}"})
        assert answer.status_code == 403
        assert answer.json["session_expired"] == 1

    def test_an_old_session_has_expired(self, web: Web) -> None:
        browser = web.logged_in()
        with web.connected():
            frappe.db.sql("update `tabSessions` set lastupdate = '2020-01-01 00:00:00'")
        assert who(browser) is None

    def test_disabling_a_user_ends_the_sessions(self, web: Web) -> None:
        browser = web.logged_in()
        with web.connected():
            frappe.db.set_value("User", web.user, "enabled", 0)
            frappe.clear_cache()
        try:
            assert who(browser) is None
        finally:
            with web.connected():
                frappe.db.set_value("User", web.user, "enabled", 1)
                frappe.clear_cache()

    def test_a_new_password_ends_the_other_sessions(self, web: Web) -> None:
        from frappe.utils.password import update_password

        browser = web.logged_in()
        with web.connected():
            update_password(web.user, web.password, logout_all_sessions=True)
        assert who(browser) is None

    def test_only_the_last_session_stays_when_several_are_denied(self, web: Web) -> None:
        change(web, deny_multiple_sessions=1)
        with web.connected():
            frappe.db.set_value("User", web.user, "simultaneous_sessions", 1)
        first, second = web.logged_in(), web.logged_in()
        assert (who(first), who(second)) == (None, web.user)


class TestCsrf:
    def test_a_session_with_a_token_must_send_it(self, web: Web) -> None:
        browser = web.logged_in()
        token = browser.get("/api/method/webapp.api.csrf").json["message"]
        post = "/api/method/webapp.api.note"
        assert browser.post(post, data={"text": "a"}).status_code == 400
        for wrong in ("bad", "", token[:-1], token + "0"):
            refused = browser.post(post, data={"text": "a"}, headers={"X-Frappe-CSRF-Token": wrong})
            assert refused.json["exc_type"] == "CSRFTokenError"
        assert browser.post(post, json={"text": "a", "csrf_token": [token]}).status_code == 400
        assert browser.post(post, data={"text": "a"}, headers={"X-Frappe-CSRF-Token": token}).status_code == 200
        assert browser.post(post, data={"text": "a", "csrf_token": token}).status_code == 200
        assert "a" in web.notes()

    def test_the_token_stays_and_differs_between_sessions(self, web: Web) -> None:
        one, two = web.logged_in(), web.logged_in()
        path = "/api/method/webapp.api.csrf"
        assert one.get(path).json == one.get(path).json
        assert one.get(path).json != two.get(path).json

    def test_a_page_by_post_needs_it_too(self, web: Web) -> None:
        browser = web.logged_in()
        token = browser.get("/api/method/webapp.api.csrf").json["message"]
        assert browser.page("/write", "POST", data={"text": "no token"}).status_code == 400
        assert browser.page("/write", "POST", data={"text": "page", "csrf_token": token}).status_code == 200
        assert "no token" not in web.notes()
        assert "page" in web.notes()

    def test_logging_in_again_needs_no_token(self, web: Web) -> None:
        browser = web.logged_in()
        browser.get("/api/method/webapp.api.csrf")
        again = browser.post("/api/method/login", data={"usr": web.user, "pwd": web.password})
        assert again.status_code == 200


class TestApiKeys:
    @pytest.fixture
    def key(self, web: Web) -> tuple[str, str]:
        with web.connected():
            doc = frappe.get_doc("User", web.user)
            doc.api_key, doc.api_secret = "thekey", frappe.generate_hash(length=15)
            secret = doc.api_secret
            doc.save()
        return "thekey", secret

    def test_token_basic_and_bearer(self, web: Web, key: tuple[str, str]) -> None:
        pair = ":".join(key)
        basic = base64.b64encode(pair.encode()).decode()
        for header in (f"token {pair}", f"Token {pair}", f"Basic {basic}", f"Bearer {pair}"):
            assert who(web.client(), Authorization=header) == web.user

    @pytest.mark.parametrize(
        "header",
        ["token thekey:", "token :", "token thekey:wrong", "token thekey", "Basic !!!", "Basic //79", "Bearer x",
         "token thekey:ș", "token ' or 1=1:x"],
    )
    def test_anything_else_is_refused(self, web: Web, key: tuple[str, str], header: str) -> None:
        sent = header.encode().decode("latin-1")
        assert web.client().get(WHO, headers={"Authorization": sent}).status_code in (400, 401, 403)

    def test_a_new_secret_makes_the_old_one_worthless(self, web: Web, key: tuple[str, str]) -> None:
        header = "token " + ":".join(key)
        assert who(web.client(), Authorization=header) == web.user
        with web.connected():
            doc = frappe.get_doc("User", web.user)
            doc.api_secret = frappe.generate_hash(length=15)
            doc.save()
        assert who(web.client(), Authorization=header) is None


class TestLockout:
    def wrong(self, web: Web, times: int, user: str | None = None) -> list[int]:
        return [try_login(web, user or web.user, "wrong").status_code for _ in range(times)]

    def test_ten_wrong_passwords_lock_the_user_and_nobody_else(self, web: Web) -> None:
        assert self.wrong(web, 10) == [401] * 10
        locked = try_login(web, web.user, web.password)
        assert locked.status_code == 429
        assert locked.headers["Retry-After"] == "60"
        assert try_login(web, "Administrator", "Quiet-Harbour-42").status_code == 200

    def test_unknown_names_are_locked_too_and_so_not_told_apart(self, web: Web) -> None:
        assert self.wrong(web, 11, "nobody@example.com")[-1] == 429

    def test_the_settings_say_how_many_and_how_long(self, web: Web) -> None:
        import time

        change(web, allow_consecutive_login_attempts=2, allow_login_after_fail=1)
        assert self.wrong(web, 3) == [401, 401, 429]
        time.sleep(1.1)
        assert try_login(web, web.user, web.password).status_code == 200

    def test_a_right_password_forgets_the_wrong_ones(self, web: Web) -> None:
        change(web, allow_consecutive_login_attempts=3)
        for _ in range(3):
            self.wrong(web, 2)
            assert try_login(web, web.user, web.password).status_code == 200

    def test_guesses_sent_at_once_are_counted_too(self, web: Web) -> None:
        from concurrent.futures import ThreadPoolExecutor

        change(web, allow_consecutive_login_attempts=3)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: try_login(web, web.user, "wrong"), range(16)))
        codes = [answer.status_code for answer in answers]
        assert set(codes) <= {401, 429}, [answer.text for answer in answers]
        assert codes.count(401) <= 3

    def test_the_login_page_locks_as_well(self, web: Web) -> None:
        change(web, allow_consecutive_login_attempts=2)
        for _ in range(2):
            assert web.client().page("/login", "POST", data={"usr": web.user, "pwd": "x"}).status_code == 401
        assert web.client().page("/login", "POST", data={"usr": web.user, "pwd": web.password}).status_code == 429

    def test_old_attempts_and_sessions_are_forgotten_daily(self, web: Web) -> None:
        from frappe.sessions import clear_expired_sessions

        self.wrong(web, 1)
        web.logged_in()
        with web.connected():
            frappe.db.sql("update `tabDefaultValue` set modified = '2020-01-01' where parent = '__login_attempts'")
            frappe.db.sql("update `tabSessions` set lastupdate = '2020-01-01'")
            clear_expired_sessions()
            assert not frappe.db.sql("select name from `tabDefaultValue` where parent = '__login_attempts'")
            assert not frappe.db.sql("select sid from `tabSessions`")
