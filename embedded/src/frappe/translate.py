"""Translations from the apps' CSV files and the site's Translation records, and the choice of the language."""

import csv
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.utils.html_utils import is_html, strip_html_tags

MERGED_TRANSLATION_KEY = "merged_translations"
USER_TRANSLATION_KEY = "lang_user_translations"


def _(msg: Any, lang: str | None = None, context: str | None = None) -> str:
    """The text in the current (or the given) language; itself when there is no translation."""
    text = frappe.as_unicode(msg)
    lang = lang or getattr(frappe.local, "lang", None) or "en"
    known = get_all_translations(lang)
    if not known:
        return msg if isinstance(msg, str) else text
    key = (strip_html_tags(text) if is_html(text) else text).strip()
    return (context and known.get(f"{key}:{context}")) or known.get(key) or text


class _LazyTranslate(str):
    """A text that is translated when it is used, for names defined before the language is known."""

    __slots__ = ("context", "lang")

    def __new__(cls, msg: str, lang: str | None = None, context: str | None = None) -> "_LazyTranslate":
        self = super().__new__(cls, msg)
        self.lang, self.context = lang, context
        return self

    @property
    def value(self) -> str:
        """The translation as of now."""
        return _(str.__str__(self), self.lang, self.context)

    def __str__(self) -> str:
        return self.value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __eq__(self, other: object) -> bool:
        return self.value == str(other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __add__(self, other: str) -> str:
        return self.value + other

    def __radd__(self, other: str) -> str:
        return other + self.value

    def format(self, *args: Any, **kwargs: Any) -> str:
        return self.value.format(*args, **kwargs)


def _lt(msg: str, lang: str | None = None, context: str | None = None) -> _LazyTranslate:
    """As `_`, for texts defined when a module is imported."""
    return _LazyTranslate(msg, lang, context)


@functools.lru_cache(maxsize=256)
def get_parent_language(lang: str) -> str | None:
    """`ro` for `ro-MD`; None for a language that is no variant."""
    parent = lang.replace("_", "-").split("-")[0]
    return parent if parent != lang else None


@functools.lru_cache(maxsize=256)
def _read_csv(path: str, _changed: int) -> dict[str, str]:
    found = {}
    with open(path, encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            if len(row) >= 2 and row[0]:
                key = f"{row[0]}:{row[2]}" if len(row) > 2 and row[2] else row[0]
                found[key.strip()] = row[1].strip()
    return found


def get_translations_from_csv(lang: str, app: str) -> dict[str, str]:
    """Texts of one app's `translations/<lang>.csv`: source, translation, context."""
    path = os.path.join(os.path.dirname(frappe.get_module(app).__file__ or ""), "translations", f"{lang}.csv")
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        return {}
    return _read_csv(path, changed)


def get_translations_from_apps(lang: str, apps: list[str] | None = None) -> dict[str, str]:
    """Texts of all apps, later apps over earlier ones, a variant over its parent language."""
    found: dict[str, str] = {}
    for language in (get_parent_language(lang), lang):
        for app in (apps or frappe.get_installed_apps()) if language else ():
            found.update(get_translations_from_csv(language, app))
    return found


def get_user_translations(lang: str) -> dict[str, str]:
    """Texts of the site's Translation records."""
    if not frappe.db or frappe.flags.in_install_db:
        return {}
    fields = ["source_text", "translated_text", "context"]
    rows = frappe.get_all("Translation", fields=fields, filters={"language": lang}, order_by="creation asc")
    return {f"{r.source_text}:{r.context}" if r.context else r.source_text: r.translated_text for r in rows}


def get_all_translations(lang: str) -> dict[str, str]:
    """All texts of a language, shared by all who ask: do not change it."""
    if not lang or not getattr(frappe.local, "initialised", None):
        return {}
    known = frappe.local.request_cache[get_all_translations]
    if lang not in known:
        known[lang] = {}  # what is asked for while this is being read is not translated
        try:
            known[lang] = frappe.client_cache.hget(MERGED_TRANSLATION_KEY, lang, generator=lambda: _merge(lang))
        except Exception:
            known.pop(lang)
            if frappe.db and not frappe.flags.in_install:
                raise
            return get_translations_from_apps(lang, ["frappe"])
    return known[lang]


def _merge(lang: str) -> dict[str, str]:
    parent = get_parent_language(lang)
    own = {**(get_user_translations(parent) if parent else {}), **get_user_translations(lang)}
    return {**get_translations_from_apps(lang), **own}


def clear_cache() -> None:
    """Read Translation records again."""
    frappe.local.request_cache.pop(get_all_translations, None)
    frappe.client_cache.delete_value([MERGED_TRANSLATION_KEY, USER_TRANSLATION_KEY])


def get_all_languages(with_language_name: bool = False) -> list:
    """The languages that are switched on: codes, or rows with code and name."""

    def read() -> list:
        fields = ["language_code", "language_name"]
        return frappe.get_all("Language", fields=fields, filters={"enabled": 1}, order_by="language_code")

    rows = frappe.client_cache.get_value("languages_with_name", generator=read)
    return rows if with_language_name else [row.language_code for row in rows]


def get_lang_code(lang: str) -> str | None:
    """Code of a language given by code or name."""
    return frappe.db.get_value("Language", {"name": lang}) or frappe.db.get_value("Language", {"language_name": lang})


def get_preferred_language_cookie() -> str | None:
    """The language that a guest chose."""
    return frappe.request.cookies.get("preferred_language")


def get_language(lang_list: list[str] | None = None) -> str:
    """Language of this request: the argument `_lang`; for users their own; for guests the cookie, then what the browser
    asks for, then the site's."""
    if frappe.form_dict.get("_lang"):
        asked = get_lang_code(frappe.form_dict["_lang"]) or get_lang_code(
            get_parent_language(frappe.form_dict["_lang"]) or ""
        )
        if asked:
            return asked
    if frappe.session.user != "Guest":
        return frappe.local.lang
    enabled = set(lang_list or get_all_languages())
    wishes = [get_preferred_language_cookie(), *frappe.request.accept_languages.values()]
    for wish in (w for w in wishes if w):
        for language in (wish, get_parent_language(wish)):
            if language in enabled:
                return language
    return frappe.get_system_settings("language") or "en"


@contextmanager
def print_language(language: str | None) -> Iterator[None]:
    """Speak another language, for a document sent to somebody else."""
    if not language or language == frappe.local.lang:
        yield
        return
    former, former_jenv = frappe.local.lang, getattr(frappe.local, "jenv", None)
    frappe.local.lang, frappe.local.jenv = language, None
    try:
        yield
    finally:
        frappe.local.lang, frappe.local.jenv = former, former_jenv
