"""SQL functions for `frappe.qb`: pypika's."""

from pypika.functions import *  # noqa: F403
