"""How numbers, dates and times are written: by the user's language, else by the site's settings."""

from typing import Any

import frappe
from frappe.exceptions import DoesNotExistError
from frappe.utils.number_format import NumberFormat

SETTINGS_KEY = "document_cache::System Settings::values"


def _read_settings() -> dict[str, Any]:
    """Plain values: the cache hands them out without copying the document for each request."""
    return frappe.get_cached_doc("System Settings").as_dict()


def get_system_settings(key: str) -> Any:
    """A field of System Settings; None before the site has them."""
    settings = getattr(frappe.local, "system_settings", None)
    if settings is None:
        if not frappe.db:
            return None
        try:
            settings = frappe.local.system_settings = frappe.client_cache.get_value(SETTINGS_KEY, _read_settings)
        except (DoesNotExistError, ImportError):
            frappe.clear_last_message()
            return None
    return settings.get(key)


def get_locale_value(key: str, language: str | None = None) -> str | None:
    """A setting of the Language record, else of the site."""
    if not frappe.db:
        return None
    language = language or frappe.local.lang
    own = frappe.get_cached_value("Language", language, key) if language else None
    return own or frappe.db.get_default(key) or get_system_settings(key)


def get_number_format(language: str | None = None) -> NumberFormat:
    """How numbers are written."""
    return NumberFormat.from_string(get_locale_value("number_format", language) or "#,###.##")


def get_date_format(language: str | None = None) -> str:
    """How dates are written, as `dd.mm.yyyy`."""
    return get_locale_value("date_format", language) or "yyyy-mm-dd"


def get_time_format(language: str | None = None) -> str:
    """How times are written, as `HH:mm:ss`."""
    return get_locale_value("time_format", language) or "HH:mm:ss"


def get_first_day_of_the_week(language: str | None = None) -> str:
    """The day on which weeks begin."""
    return get_locale_value("first_day_of_the_week", language) or "Sunday"
