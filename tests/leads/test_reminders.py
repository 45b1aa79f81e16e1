"""Follow-up reminders (row 54)."""

import datetime

import frappe
import pytest

from crmconnect.activities import reminders
from crmconnect.core import clock
from tests.support.factories import Make
from tests.support.http import Http

MINUTE = datetime.timedelta(minutes=1)


def bell(user: str) -> list[str]:
    return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject")


def test_the_bell_rings_once_at_the_due_minute(make: Make) -> None:
    user = make.user("Connect Sales Agent")
    lead = make.lead(assigned_to=None)
    lead.set_reminder(remind_at=clock.now() + 5 * MINUTE, subject="Sună-l", user=user)
    reminders.ring()
    assert "Sună-l" not in bell(user)
    frappe.db.set_value("Connect Reminder", {"user": user}, "remind_at", clock.now() - MINUTE)
    reminders.ring()
    reminders.ring()
    assert bell(user).count("Sună-l") == 1


def test_snoozing_rings_again_later(make: Make) -> None:
    user = make.user("Connect Sales Agent")
    made = make.lead().set_reminder(remind_at=clock.now() - MINUTE, subject="Revino", user=user)
    reminders.ring()
    reminder = frappe.get_doc("Connect Reminder", made["name"])
    reminder.snooze(minutes=30)
    reminders.ring()
    assert bell(user).count("Revino") == 1
    reminder.db_set("remind_at", clock.now() - MINUTE)
    reminders.ring()
    assert bell(user).count("Revino") == 2
    reminder.done()
    with pytest.raises(frappe.ValidationError, match="is done"):
        reminder.done()


def test_one_sees_only_his_own(http: Http, make: Make) -> None:
    mine, other = make.user("Connect Sales Agent"), make.user("Connect Sales Agent")
    made = make.lead().set_reminder(remind_at=clock.now() + MINUTE, user=other)
    assert http.token(other).list("Connect Reminder").expect().data
    assert not http.token(mine).list("Connect Reminder").expect().data
    http.token(mine).read("Connect Reminder", made["name"]).expect(403)
    http.token(mine).act("Connect Reminder", made["name"], "snooze", minutes=5).expect(403)


def test_nobody_is_reminded_of_what_he_may_not_read(http: Http, make: Make) -> None:
    stranger = make.user("Connect Sales Agent")
    lead = make.lead(assigned_to=make.user("Connect Sales Agent"))
    values = {"reference_doctype": "Connect Lead", "reference_name": lead.name, "subject": "x", "user": stranger}
    http.token(stranger).insert("Connect Reminder", remind_at="2026-12-01 10:00:00", **values).expect(403)
