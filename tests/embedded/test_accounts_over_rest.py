"""Accounts, roles, shares and restrictions as an administrator's tool manages them over REST."""

import pytest
from werkzeug.test import Client

from tests.embedded.bare import own_scope
from tests.embedded.sites import PASSWORD, new_site

pytestmark = pytest.mark.only_embedded(reason="changes users of the site")
GOOD = "Birch-Lantern-77"


class Rest:
    """A client of one site: `rest("POST", "/api/resource/User", {...})` answers (status, body)."""

    def __init__(self, site: str, **headers: str) -> None:
        import frappe.app

        self.client = Client(frappe.app.application, use_cookies=True)
        self.headers = {"X-Frappe-Site-Name": site, "Accept": "application/json", **headers}

    def __call__(self, method: str, path: str, body: dict | None = None):
        with own_scope():
            answer = self.client.open(path, method=method, json=body, headers=self.headers)
        return answer.status_code, answer.get_json(silent=True)

    def login(self, user: str, password: str) -> "Rest":
        assert self("POST", "/api/method/login", {"usr": user, "pwd": password})[0] == 200
        return self


@pytest.fixture
def site(host, tmp_path, monkeypatch):
    import frappe.app

    monkeypatch.setattr(frappe.app, "_sites_path", str(tmp_path / "sites"))
    with new_site(host, tmp_path / "sites") as name:
        yield name


@pytest.fixture
def admin(site):
    return Rest(site).login("Administrator", PASSWORD)


def ana(**values):
    return {"email": "ana@example.com", "first_name": "Ana", "send_welcome_email": 0, "new_password": GOOD, **values}


def test_one_post_makes_an_account_that_can_log_in_with_its_roles(site, admin):
    status, body = admin("POST", "/api/resource/User", ana(roles=[{"role": "Translator"}]))
    assert status == 200 and [row["role"] for row in body["data"]["roles"]] == ["Translator"]
    assert GOOD not in str(body) and not body["data"].get("api_secret")
    user = Rest(site).login("ana@example.com", GOOD)
    assert user("GET", "/api/method/frappe.auth.get_logged_user")[1] == {"message": "ana@example.com"}
    assert "Translator" in user("GET", "/api/method/frappe.core.doctype.user.user.get_roles")[1]["message"]


def test_keys_work_until_the_account_is_disabled(site, admin):
    admin("POST", "/api/resource/User", ana(roles=[{"role": "Translator"}]))
    call = "/api/method/frappe.core.doctype.user.user.generate_keys"
    keys = admin("POST", call, {"user": "ana@example.com"})[1]["message"]
    user = Rest(site, Authorization=f"token {keys['api_key']}:{keys['api_secret']}")
    assert user("GET", "/api/method/frappe.auth.get_logged_user")[1] == {"message": "ana@example.com"}
    assert user("POST", call, {"user": "ana@example.com"})[0] == 403
    assert admin("PUT", "/api/resource/User/ana@example.com", {"enabled": 0})[0] == 200
    assert user("GET", "/api/method/frappe.auth.get_logged_user")[0] == 401
    assert Rest(site)("POST", "/api/method/login", {"usr": "ana@example.com", "pwd": GOOD})[0] == 401


def test_disabling_an_account_ends_its_sessions(site, admin):
    admin("POST", "/api/resource/User", ana())
    user = Rest(site).login("ana@example.com", GOOD)
    admin("PUT", "/api/resource/User/ana@example.com", {"enabled": 0})
    assert user("GET", "/api/resource/User/ana@example.com")[0] in (401, 403)


def test_nobody_raises_himself(site, admin):
    admin("POST", "/api/resource/User", ana(roles=[{"role": "Translator"}]))
    user = Rest(site).login("ana@example.com", GOOD)
    own = "/api/resource/User/ana@example.com"
    for body in (
        {"roles": [{"role": "System Manager"}]},
        {"user_type": "System User", "roles": [{"role": "Administrator"}]},
        {"role_profile_name": "Everything"},
        {"api_key": "mine", "api_secret": "mine"},
    ):
        user("PUT", own, body)
    for path, body in (
        ("/api/resource/Has Role", {"parent": "ana@example.com", "parenttype": "User", "role": "System Manager"}),
        ("/api/resource/Role", {"role_name": "Mine"}),
        ("/api/resource/Custom DocPerm", {"parent": "User", "role": "All", "read": 1, "write": 1}),
        ("/api/resource/DocShare", {"share_doctype": "User", "share_name": "Administrator", "user": "ana@example.com"}),
        ("/api/resource/User", {"email": "b@example.com", "first_name": "B"}),
    ):
        assert user("POST", path, body)[0] in (403, 417), path
    row = {"doctype": "Has Role", "parent": "ana@example.com", "parenttype": "User", "parentfield": "roles"}
    held = admin("GET", own)[1]["data"]["roles"][0]["name"]
    for call, body in (
        ("frappe.client.insert", {"doc": {**row, "role": "System Manager"}}),
        ("frappe.client.save", {"doc": {**row, "name": held, "role": "System Manager"}}),
        ("frappe.client.set_value", {"doctype": "Has Role", "name": held, "fieldname": {"role": "System Manager"}}),
        ("run_doc_method", {"dt": "User", "dn": "ana@example.com", "method": "add_roles", "args": '["Translator"]'}),
    ):
        user("POST", f"/api/method/{call}", body)
    data = admin("GET", own)[1]["data"]
    assert [row["role"] for row in data["roles"]] == ["Translator"]
    assert "role_profile_name" not in data and "api_key" not in data
    assert user("GET", "/api/resource/User/Administrator")[0] == 403
    assert user("GET", "/api/resource/System Settings/System Settings")[0] == 403


def test_a_password_can_be_changed_with_the_old_one(site, admin):
    admin("POST", "/api/resource/User", ana())
    user = Rest(site).login("ana@example.com", GOOD)
    call = "/api/method/frappe.core.doctype.user.user.update_password"
    assert user("POST", call, {"new_password": "Other-Meadow-88", "old_password": "wrong"})[0] == 401
    user.login("ana@example.com", GOOD)
    assert user("POST", call, {"new_password": "password", "old_password": GOOD})[0] == 417
    assert user("POST", call, {"new_password": "Other-Meadow-88", "old_password": GOOD})[0] == 200
    Rest(site).login("ana@example.com", "Other-Meadow-88")
    assert Rest(site)("POST", "/api/method/login", {"usr": "ana@example.com", "pwd": GOOD})[0] == 401


def test_asking_for_a_new_password_tells_nothing_about_who_exists(site, admin):
    admin("POST", "/api/resource/User", ana())
    call = "/api/method/frappe.core.doctype.user.user.reset_password"
    answers = [Rest(site)("POST", call, {"user": name}) for name in ("ana@example.com", "nobody@example.com")]
    assert answers[0] == answers[1] and answers[0][0] == 200


def test_doctypes_are_shown_and_cannot_be_changed(site, admin):
    status, body = admin("GET", "/api/resource/DocType/ToDo")
    assert status == 200 and "description" in [row["fieldname"] for row in body["data"]["fields"]]
    assert admin("PUT", "/api/resource/DocType/ToDo", {"istable": 1})[0] == 417
    assert admin("POST", "/api/resource/DocType", {"name": "Mine", "module": "Core"})[0] == 417
    assert admin("DELETE", "/api/resource/DocType/ToDo")[0] in (403, 417)
    assert admin("GET", "/api/v2/doctype/ToDo/meta")[1]["data"]["name"] == "ToDo"


def test_settings_refuse_what_makes_no_sense(site, admin):
    path = "/api/resource/System Settings/System Settings"
    bad = {"time_zone": "Mars/Base", "number_format": "nonsense", "session_expiry": "soon", "country": "X"}
    for body in ({key: value} for key, value in bad.items()):
        assert admin("PUT", path, body)[0] == 417, body
    assert admin("GET", path)[1]["data"]["time_zone"] == "Europe/Bucharest"
