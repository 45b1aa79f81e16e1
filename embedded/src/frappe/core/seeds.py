"""What every new site starts with: standard roles and users, currencies, countries, languages, settings."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.utils import now

DESK_ROLES = (
    "System Manager", "Desk User", "Report Manager", "Script Manager", "Translator", "Website Manager",
    "Workspace Manager", "Inbox User", "Accounts Manager", "Accounts User", "Sales Manager", "Sales User",
    "Purchase Manager", "Purchase User", "Maintenance Manager", "Maintenance User",
)  # fmt: skip
WEBSITE_ROLES = ("Guest", "All", "Administrator")

# name, symbol, on the right, number format, fraction, units of the fraction, smallest coin
CURRENCIES = (
    ("RON", "lei", 1, "#.###,##", "Ban", 100, 0.01),
    ("EUR", "€", 0, "#.###,##", "Cent", 100, 0.01),
    ("USD", "$", 0, "#,###.##", "Cent", 100, 0.01),
    ("GBP", "£", 0, "#,###.##", "Penny", 100, 0.01),
    ("CHF", "CHF", 0, "#'###.##", "Rappen", 100, 0.05),
    ("HUF", "Ft", 1, "#.###", "Fillér", 1, 5),
    ("BGN", "лв", 1, "# ###,##", "Stotinka", 100, 0.01),
    ("PLN", "zł", 1, "# ###,##", "Grosz", 100, 0.01),
    ("CZK", "Kč", 1, "# ###,##", "Haléř", 100, 1),
    ("MDL", "lei", 1, "#.###,##", "Ban", 100, 0.01),
    ("UAH", "₴", 1, "# ###,##", "Kopiyka", 100, 0.01),
    ("RSD", "din.", 1, "#.###,##", "Para", 100, 1),
    ("TRY", "₺", 0, "#.###,##", "Kuruş", 100, 0.01),
    ("SEK", "kr", 1, "# ###,##", "Öre", 100, 1),
    ("NOK", "kr", 1, "# ###,##", "Øre", 100, 1),
    ("DKK", "kr", 1, "#.###,##", "Øre", 100, 0.5),
    ("JPY", "¥", 0, "#,###", "Sen", 100, 1),
)
LANGUAGES = ("en", "ro", "de", "fr", "it", "es", "hu", "bg", "pl", "ru", "uk", "tr", "el")
# Codes of Unicode's list of territories that are no countries of ISO 3166.
NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())


def insert_rows(doctype: str, rows: Iterable[dict[str, Any]], ignore_duplicates: bool = True) -> None:
    """Write rows with one statement and the usual stamps, without events; fields of the first row count."""
    rows, stamp = list(rows), now()
    if not rows:
        return
    standard = {"creation": stamp, "modified": stamp, "owner": "Administrator", "modified_by": "Administrator"}
    standard |= {"docstatus": 0, "idx": 0}
    fields = list({**standard, **rows[0]})
    values = [tuple({**standard, **row}[field] for field in fields) for row in rows]
    frappe.db.bulk_insert(doctype, fields, values, ignore_duplicates=ignore_duplicates)


def with_defaults(doctype: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, with the fixed defaults of the DocType for what they do not say."""
    fixed = {}
    for df in frappe.get_meta(doctype).get("fields"):
        default = df.get("default")
        if default not in (None, "") and str(default).lower() not in ("now", "today", "__user"):
            fixed[df.fieldname] = frappe.utils.cint(default) if df.fieldtype in ("Check", "Int") else default
    return [{**fixed, **row} for row in rows]


def insert_seeds(settings: dict[str, Any]) -> None:
    """Fill a site that has only empty tables; `settings` go into System Settings."""
    _insert_roles_and_users()
    _insert_currencies()
    _insert_countries()
    _insert_languages()
    insert_rows("File", with_defaults("File", _folders()))
    _save_settings(settings)


def _insert_roles_and_users() -> None:
    rows = [{"name": name, "role_name": name, "desk_access": 1} for name in DESK_ROLES]
    rows += [{"name": name, "role_name": name, "desk_access": 0} for name in WEBSITE_ROLES]
    insert_rows("Role", with_defaults("Role", rows))
    users: list[dict[str, Any]] = [
        {**dict.fromkeys(("name", "first_name", "full_name"), name), "email": email, "user_type": kind}
        for name, email, kind in (
            ("Administrator", "admin@example.com", "System User"),
            ("Guest", "guest@example.com", "Website User"),
        )
    ]
    for row in users:
        row.update(send_welcome_email=0, username=row["name"].lower())
    insert_rows("User", with_defaults("User", users))
    given = [("Administrator", "Administrator"), ("Administrator", "System Manager"), ("Guest", "Guest")]
    common = {"parenttype": "User", "parentfield": "roles"}
    insert_rows(
        "Has Role",
        [
            {"name": frappe.generate_hash(length=10), "parent": user, "role": role, "idx": idx, **common}
            for idx, (user, role) in enumerate(given, 1)
        ],
    )


def _insert_currencies() -> None:
    fields = ("name", "symbol", "symbol_on_right", "number_format", "fraction", "fraction_units")
    fields += ("smallest_currency_fraction_value",)
    rows = [dict(zip(fields, values, strict=True)) for values in CURRENCIES]
    insert_rows("Currency", [{**row, "currency_name": row["name"], "enabled": 1} for row in rows])


def country_names() -> dict[str, str]:
    """Country names in English by their code in small letters, as "Romania" by "ro"."""
    from babel import Locale

    plain = {" & ": " and ", "’": "'", "St. ": "Saint ", " SAR China": ""}
    names = {}
    for code, name in Locale("en").territories.items():
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES:
            for old, new in plain.items():
                name = name.replace(old, new)
            names[code.lower()] = name
    return names


def _insert_countries() -> None:
    from babel.core import get_global

    zones: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        zones.setdefault(territory.lower(), []).append(zone)
    rows = [
        {"name": name, "country_name": name, "code": code, "time_zones": "\n".join(sorted(zones.get(code, [])))}
        for code, name in country_names().items()
    ]
    insert_rows("Country", with_defaults("Country", rows))


def _insert_languages() -> None:
    from babel import Locale

    rows = []
    for code in LANGUAGES:
        own_name = Locale(code).get_display_name(code) or code
        row = {"name": code, "language_code": code, "language_name": own_name[0].upper() + own_name[1:], "enabled": 1}
        formats = {"ro": ("dd.mm.yyyy", "HH:mm:ss", "#.###,##", "Monday")}.get(code, ("", "", "", ""))
        keys = ("date_format", "time_format", "number_format", "first_day_of_the_week")
        rows.append({**row, **dict(zip(keys, formats, strict=True))})
    insert_rows("Language", rows)


def _folders() -> list[dict[str, Any]]:
    home = {"name": "Home", "file_name": "Home", "is_folder": 1, "is_home_folder": 1, "folder": None}
    inner = {"name": "Home/Attachments", "file_name": "Attachments", "is_folder": 1, "is_home_folder": 0}
    return [{**home, "is_attachments_folder": 0}, {**inner, "folder": "Home", "is_attachments_folder": 1}]


def _save_settings(values: dict[str, Any]) -> None:
    settings = frappe.get_doc("System Settings")
    defaults = {df.fieldname: df.default for df in settings.meta.get("fields") if df.default not in (None, "")}
    settings.update({**defaults, "setup_complete": 1, **values})
    settings.flags.ignore_permissions = settings.flags.ignore_mandatory = True
    settings.save()
