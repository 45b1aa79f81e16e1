"""Pages: files of the apps, routes, redirects, login page, errors, what a POST may do."""

import pytest

from tests.embedded.web_fixtures import Web


class TestPages:
    def test_a_page_with_its_python_module(self, web: Web) -> None:
        answer = web.client().page("/hello?name=Ana")
        assert answer.mimetype == "text/html"
        assert "Hello Ana" in answer.text
        assert "hooked" in answer.text
        assert "<title>" in answer.text

    def test_what_visitors_send_is_escaped(self, web: Web) -> None:
        text = web.client().page("/hello", query_string={"name": "<script>alert(1)</script>{{ 7*7 }}"}).text
        assert "<script>alert" not in text
        assert "49" not in text

    def test_the_home_page_comes_from_the_hooks(self, web: Web) -> None:
        assert "Hello World" in web.client().page("/").text

    def test_markdown_with_a_title(self, web: Web) -> None:
        text = web.client().page("/about").text
        assert "<em>text</em>" in text
        assert "<title>About us" in text

    def test_route_rules_fill_the_arguments(self, web: Web) -> None:
        assert "Token abc-1" in web.client().page("/p/abc-1").text

    def test_an_own_renderer_comes_first(self, web: Web) -> None:
        assert web.client().page("/robots").text == "rendered"

    def test_other_files_are_sent_as_they_are(self, web: Web) -> None:
        answer = web.client().page("/plain.txt")
        assert (answer.text, answer.mimetype) == ("plain text", "text/plain")

    def test_a_page_may_choose_its_status(self, web: Web) -> None:
        assert web.client().page("/teapot").status_code == 418

    @pytest.mark.parametrize(
        "path",
        [
            "/nope", "/hello.py", "/_private", "/.env", "/../hooks.py", "/..%2fhooks.py", "/%2e%2e/hooks",
            "/hello/../../x",
            "/templates/web.html", "/hello%00.html", "/\\..\\hooks.py", "/www/hello", "//etc/passwd", "/hooks.py",
            "/__init__.py", "/site_config.json", "/" + "a" * 5000,
        ],
    )
    def test_nothing_else_is_a_page(self, web: Web, path: str) -> None:
        answer = web.client().page(path)
        assert answer.status_code in (301, 308, 404), answer.text
        assert "app_name" not in answer.text
        assert "get_context" not in answer.text


class TestErrors:
    def test_not_found(self, web: Web) -> None:
        answer = web.client().page("/nope")
        assert answer.status_code == 404
        assert "Not Found" in answer.text

    def test_a_closed_page_offers_the_login_to_guests(self, web: Web) -> None:
        answer = web.client().page("/closed?a=1")
        assert answer.status_code == 403
        assert "/login?redirect-to=%2Fclosed%3Fa%3D1" in answer.text
        assert "/login?redirect-to" not in web.logged_in().page("/closed").text

    def test_a_broken_page_says_nothing_about_why(self, web: Web) -> None:
        answer = web.client().page("/write", "POST", data={"text": "lost page", "then": "crash"})
        assert answer.status_code == 500
        assert "page broken" not in answer.text
        assert "Traceback" not in answer.text
        assert "lost page" not in web.notes()


class TestWriting:
    def test_a_post_is_kept_and_a_get_is_not(self, web: Web) -> None:
        assert web.client().page("/write", "POST", data={"text": "by guest"}).status_code == 200
        assert "by guest" in web.notes()

    def test_a_redirect_after_a_post_keeps_what_it_did(self, web: Web) -> None:
        answer = web.client().page("/write", "POST", data={"text": "then away", "then": "redirect"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/hello")
        assert "then away" in web.notes()


class TestRedirects:
    def test_hooks_redirect(self, web: Web) -> None:
        answer = web.client().page("/old")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/hello")

    @pytest.mark.parametrize(
        "rest", ["/evil.example", "//evil.example", "\\evil.example", "%2fevil.example", "%5cevil.example"]
    )
    def test_text_of_the_address_cannot_lead_to_another_host(self, web: Web, rest: str) -> None:
        location = web.client().page(f"/moved/{rest}").headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


class TestLoginPage:
    def test_it_works_without_scripts(self, web: Web) -> None:
        browser = web.client()
        form = browser.page("/login?redirect-to=/about").text
        assert 'method="post"' in form
        assert 'value="/about"' in form
        data = {"usr": web.user, "pwd": web.password, "redirect-to": "/about"}
        answer = browser.page("/login", "POST", data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/about")
        assert web.user in browser.page("/me").text

    def test_a_wrong_password_brings_the_form_back(self, web: Web) -> None:
        answer = web.client().page("/login", "POST", data={"usr": '"><b>', "pwd": "wrong"})
        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert '"><b>' not in answer.text

    @pytest.mark.parametrize(
        "target",
        ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
         "/ok\r\nSet-Cookie: x=1", "///evil.example", "http:evil.example", "/\t/evil.example"],
    )
    def test_it_never_leads_to_another_host(self, web: Web, target: str) -> None:
        data = {"usr": web.user, "pwd": web.password, "redirect-to": target}
        answer = web.client().page("/login", "POST", data=data)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/hello"
        assert not [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("x=")]

    def test_another_sites_form_cannot_log_a_visitor_in(self, web: Web) -> None:
        data = {"usr": web.user, "pwd": web.password}
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            assert web.client().page("/login", "POST", data=data, headers=headers).status_code == 403

    def test_logging_out_takes_a_post(self, web: Web) -> None:
        browser = web.logged_in()
        assert browser.page("/logout").status_code == 200
        assert browser.page("/me").status_code == 200
        assert browser.page("/logout", "POST").headers["Location"] == "/login"
        assert browser.page("/me").status_code in (301, 302)


def test_the_desk_leads_to_the_app(web: Web) -> None:
    browser = web.logged_in()
    for path in ("/app", "/desk", "/app/todo/x"):
        assert browser.page(path).headers["Location"] == "/hello"


def test_the_csrf_mark_is_filled_for_sessions_only(web: Web) -> None:
    from frappe.website.page_renderers.template_page import add_csrf_token

    with web.connected():
        import frappe

        frappe.set_user("Guest")
        assert "csrf_token =" not in add_csrf_token("<!-- csrf_token -->")


def test_guests_are_answered_in_romanian_when_they_ask_for_it(web: Web) -> None:
    headers = {"Accept-Language": "ro-RO,ro;q=0.9,en;q=0.5"}
    assert "Parolă" in web.client().page("/login", headers=headers).text
    assert "Nu a fost găsit" in web.client().page("/nope", headers=headers).text
    assert "Password" in web.client().page("/login", headers={"Accept-Language": "en"}).text
