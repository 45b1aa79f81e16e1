from __future__ import annotations

import frappe
from frappe import _

from crmconnect.core.document import ConnectDocument


class ConnectCurrencyRate(ConnectDocument):
    """The rate of a currency on a day."""

    def validate(self) -> None:
        super().validate()
        if not self.rate or self.rate <= 0:
            frappe.throw(_("{0} must be more than 0.").format(_(self.meta.get_label("rate"))))
