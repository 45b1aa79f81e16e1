"""Helpers where the recorded vectors say nothing: what must not be possible, secrets, translation, templates, trees."""

import logging
from pathlib import Path

import frappe
import pytest
from frappe import context
from frappe.utils import password


@pytest.fixture
def scope(tmp_path: Path):
    """A scope of a site that has a folder but no database."""
    before = dict(frappe.local)
    site = tmp_path / "utils.localhost"
    site.mkdir()
    (site / "site_config.json").write_text('{"host_name": "https://site.example", "password_hash_rounds": 29000}')
    frappe.init("utils.localhost", sites_path=str(tmp_path), force=True)
    frappe.local.flags.in_install_db = True
    frappe.local.session.user = "Guest"
    yield site
    context._scope.set(before)


# expressions


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os').system('id')",
        "().__class__.__bases__[0].__subclasses__()",
        "doc['__class__']",
        "doc.__class__",
        "getattr(doc, '__class__')",
        "'{0.__class__}'.format(doc)",
        "str.format('{0.__class__}', doc)",
        "(lambda: 1).__globals__",
        "(x for x in [1]).gi_frame.f_back.f_globals",
        "[x for x in [1] if (y := x)]",
        "open('/etc/passwd').read()",
        "eval('1')",
        "exec('x = 1')",
        "doc.update(__class__=1) or doc.__class__",
        "frappe.db.sql('select 1')",
        "ｄｏｃ.__class__",
        "doc.\uff3f\uff3fclass__",
        "1 if True",
        "import os",
        "(await x)",
    ],
)
def test_an_expression_cannot_leave_its_box(code: str) -> None:
    with pytest.raises((SyntaxError, NameError, AttributeError, TypeError)):
        frappe.safe_eval(code, {"doc": frappe._dict(a=1)})


def test_a_module_that_was_passed_cannot_be_read() -> None:
    import os

    with pytest.raises(SyntaxError):
        frappe.safe_eval("os.system", {"os": os})


def test_an_expression_sees_only_the_names_it_is_given() -> None:
    names = {"doc": frappe._dict(total=12.5, items=[1, 2])}
    assert frappe.safe_eval("doc.total > 10 and doc['items'][1] == 2", names) is True
    assert frappe.safe_eval("round(doc.total) + int('3')", names) == 15
    assert names.keys() == {"doc"}


def test_code_of_fields_is_checked_before_it_is_kept(scope: Path) -> None:
    from frappe.utils.safe_exec import validate_python_code

    validate_python_code("doc.total > 1")
    with pytest.raises(frappe.ValidationError, match="line 1"):
        validate_python_code("doc.total >", fieldname="Condition")


# passwords and secrets


def test_a_password_is_hashed_with_salt_and_verified(scope: Path) -> None:
    first, second = password.passlibctx.hash("Ștrudel 7"), password.passlibctx.hash("Ștrudel 7")
    assert first != second and "Ștrudel" not in first
    assert password.passlibctx.verify("Ștrudel 7", first)
    assert not password.passlibctx.verify("ștrudel 7", first)


def test_hashes_of_a_bench_are_understood(scope: Path) -> None:
    known = "$pbkdf2-sha256$29000$KEVobS2lNIYQgjBGCIHQmg$BZ0VoTuzXgJt8UykeA0m2OdHkaBroz2ANPesspa2riw"
    assert password.passlibctx.verify("password", known)
    assert not password.passlibctx.verify("Password", known)


@pytest.mark.parametrize(
    "hashed", ["", "plain", "$argon2id$v=19$x", "$pbkdf2-sha256$0$a$b", "$pbkdf2-sha256$99999999$a$b"]
)
def test_what_is_no_hash_verifies_nothing(scope: Path, hashed: str) -> None:
    assert password.passlibctx.verify("", hashed) is False


def test_a_weaker_hash_is_to_be_renewed(scope: Path) -> None:
    weak = password.passlibctx.hash("x")
    frappe.local.conf.password_hash_rounds = 60_000
    assert password.passlibctx.needs_update(weak)
    assert not password.passlibctx.needs_update(password.passlibctx.hash("x"))


def test_a_secret_is_read_with_the_sites_key_only(scope: Path) -> None:
    token = password.encrypt("s3cret")
    assert "s3cret" not in token
    assert password.decrypt(token) == "s3cret"
    frappe.local.conf.encryption_key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    with pytest.raises(frappe.ValidationError, match="Encryption key is invalid"):
        password.decrypt(token, key="Account.x.password")


def test_a_missing_key_is_made_once_and_kept(scope: Path) -> None:
    key = password.get_encryption_key()
    frappe.local.conf.pop("encryption_key")
    frappe.local.conf.update(frappe.get_site_config())
    assert password.get_encryption_key() == key


def test_random_texts_are_long_and_differ() -> None:
    assert len({frappe.generate_hash(length=11) for _time in range(100)}) == 100
    assert {len(frappe.utils.random_string(20)) for _time in range(5)} == {20}


# HTML


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)></svg>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<p style='background:url(javascript:alert(1))'>x</p>",
        "<div><script>alert(1)",
        '"<img src=x onerror=alert(1)>"',
        '{"a": "<script>alert(1)</script>"}',
        "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
        "<object data='javascript:alert(1)'></object>",
        "<base href='https://evil.example'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    ],
)
def test_active_html_is_made_harmless(html: str) -> None:
    clean = frappe.utils.sanitize_html(html).lower()
    for live in ("<script", "<svg", "<iframe", "<object", "<base", "<meta", "<math", " onerror", 'href="java'):
        assert live not in clean.replace("&lt;", "[")
    assert "url(javascript" not in clean


@pytest.mark.parametrize("text", ["plain", "a < b and c > d", "Ana & Co", "x <3", None, 5])
def test_what_is_no_html_is_left_alone(text: object) -> None:
    assert frappe.utils.sanitize_html(text) == text


def test_links_of_the_site_work_outside_of_it(scope: Path) -> None:
    html = '<a href="/a">1</a><img src="files/b.png"><a href="https://x.example">2</a><a href="mailto:a@b.ro">3</a>'
    expected = (
        '<a href="https://site.example/a">1</a><img src="https://site.example/files/b.png">'
        '<a href="https://x.example">2</a><a href="mailto:a@b.ro">3</a>'
    )
    assert frappe.utils.expand_relative_urls(html) == expected


def test_a_link_to_a_document_escapes_its_name(scope: Path) -> None:
    assert "<script>" not in frappe.utils.get_link_to_form("ToDo", "<script>alert(1)</script>")


# templates


def test_template_files_escape_and_texts_do_not(vec_free_app: Path, scope: Path) -> None:
    assert frappe.render_template("templates/kernel_sample.html", {"name": "<b>"}) == "&lt;b&gt; <i>"
    assert frappe.render_template("{{ name }}", {"name": "<b>"}) == "<b>"


@pytest.fixture
def vec_free_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An app with one template, on the path of this test only."""
    from frappe import appindex

    package = tmp_path / "apps" / "kernelsample"
    (package / "templates").mkdir(parents=True)
    (package / "translations").mkdir()
    (package / "__init__.py").write_text("")
    (package / "hooks.py").write_text("")
    (package / "templates" / "kernel_sample.html").write_text("{{ name }} {{ '<i>' | safe }}")
    (package / "translations" / "ro.csv").write_text(
        'Invoice,Factură\nOpen,Deschis\nOpen,Deschideți,Button\n"Hello {0}, ""you""","Salut {0}, „tu”"\n'
    )
    (package / "translations" / "ro-MD.csv").write_text("Open,Deschis (MD)\n")
    monkeypatch.syspath_prepend(str(tmp_path / "apps"))
    monkeypatch.setattr(appindex, "_installed_apps", lambda: ("frappe", "kernelsample"))
    return package


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ frappe.db.sql('select 1') }}",
        "{{ frappe.__init__.__globals__ }}",
        "{{ ''['__class__'] }}",
        "{{ frappe.local.conf }}",
        "{{ self.__init__.__globals__ }}",
        "{{ frappe.conf.encryption_key }}",
        "{% set x = frappe.get_doc.__globals__ %}{{ x.os }}",
        "{{ frappe.utils.flt.__wrapped__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(scope: Path, template: str) -> None:
    frappe.local.conf.encryption_key = "TOP-SECRET"
    try:
        shown = frappe.render_template(template, {}, safe_render=False)
    except Exception as error:
        assert not isinstance(error, KeyError)
        return
    assert "TOP-SECRET" not in shown and "uid=" not in shown and "<module" not in shown and "<class" not in shown


def test_templates_of_one_request_know_nothing_of_another(vec_free_app: Path, scope: Path) -> None:
    template = "{{ frappe.session.user }}"
    frappe.set_user("ana@example.com")
    assert frappe.render_template(template, {}) == "ana@example.com"
    frappe.set_user("ion@example.com")
    assert frappe.render_template(template, {}) == "ion@example.com"


def test_a_template_with_an_error_says_so_without_a_traceback(scope: Path) -> None:
    with pytest.raises(frappe.ValidationError, match="TemplateSyntaxError") as caught:
        frappe.render_template("{% if %}", {})
    assert "Traceback" not in str(caught.value)


# translation


def test_texts_are_translated_with_context_and_variants(vec_free_app: Path, scope: Path) -> None:
    frappe.local.lang = "ro"
    assert frappe._("Invoice") == "Factură"
    assert frappe._("Open") == "Deschis"
    assert frappe._("Open", context="Button") == "Deschideți"
    assert frappe._("Open", context="Other") == "Deschis"
    assert frappe._('Hello {0}, "you"').format("Ana") == "Salut Ana, „tu”"
    assert frappe._("Unknown") == "Unknown"
    assert (frappe._("Open", "ro-MD"), frappe._("Invoice", "ro-MD")) == ("Deschis (MD)", "Factură")


def test_a_lazy_text_is_translated_when_it_is_used(vec_free_app: Path, scope: Path) -> None:
    text = frappe._lt("Invoice")
    frappe.local.lang = "en"
    assert f"{text}!" == "Invoice!"
    frappe.local.lang = "ro"
    assert (str(text), f"{text}!", text + " 1", text == "Factură") == ("Factură", "Factură!", "Factură 1", True)


def test_a_document_is_printed_in_another_language(vec_free_app: Path, scope: Path) -> None:
    from frappe.translate import print_language

    frappe.local.lang = "en"
    with print_language("ro"):
        assert frappe._("Invoice") == "Factură"
    assert (frappe.local.lang, frappe._("Invoice")) == ("en", "Invoice")


# logs


def test_logs_stand_in_the_sites_folder_without_secrets(scope: Path) -> None:
    logger = frappe.logger("kernel-sample")
    logger.warning("login with {'password': 'hunter2', 'user': 'ana'} token=abc123")
    for handler in logger.handlers:
        handler.flush()
    text = (scope / "logs" / "kernel_sample.log").read_text()
    assert "ana" in text and "hunter2" not in text and "abc123" not in text


def test_a_traceback_hides_secrets() -> None:
    try:
        raise ValueError("password='hunter2'")
    except ValueError:
        assert "hunter2" not in frappe.get_traceback()
    assert frappe.get_traceback() == ""


def test_a_logger_without_a_site_writes_to_the_error_stream() -> None:
    from frappe.utils.logger import get_logger

    logger = get_logger("kernel-nowhere", allow_site=False)
    assert [type(handler) for handler in logger.handlers] == [logging.StreamHandler]


# tables


# trees


@pytest.mark.parametrize(
    ("parents", "numbers"),
    [
        ({}, {}),
        ({"r": None}, {"r": (1, 2)}),
        ({"r": None, "a": "r", "b": "r", "c": "a"}, {"r": (1, 8), "a": (2, 5), "c": (3, 4), "b": (6, 7)}),
        ({"a": None, "b": None}, {"a": (1, 2), "b": (3, 4)}),
        ({"a": "gone"}, {"a": (1, 2)}),
    ],
)
def test_nodes_enclose_the_nodes_below_them(parents: dict, numbers: dict) -> None:
    from frappe.utils.nestedset import _number

    assert _number([(name, parent, 0, 0) for name, parent in parents.items()]) == numbers


def test_a_node_cannot_stand_below_itself(scope: Path) -> None:
    from frappe.utils.nestedset import NestedSetRecursionError, _number

    with pytest.raises(NestedSetRecursionError):
        _number([("r", None, 1, 6), ("a", "b", 2, 5), ("b", "a", 3, 4)])
