"""Dates with legal meaning are Romanian dates, whatever the zone of the server or the site."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import frappe.utils

BUCHAREST = ZoneInfo("Europe/Bucharest")


def today() -> datetime.date:
    """Today in Romania: the date of issue, of payment, of expiry."""
    return datetime.datetime.now(BUCHAREST).date()


def now() -> datetime.datetime:
    """This moment in the site's zone, as Frappe stores datetimes."""
    return frappe.utils.now_datetime()
