"""Names: rules of DocTypes, series and their counters, names that are refused."""

from datetime import datetime
from unittest.mock import patch

import frappe
import pytest
from frappe.model import naming

from tests.embedded.model_app import model, model_site, order

__all__ = ["model", "model_site"]


def new(doctype: str, **values):
    return frappe.get_doc({"doctype": doctype, **values}).insert()


def test_each_rule_gives_its_kind_of_name(model) -> None:
    assert new("Model Client", client_name="  Spaced  ", tax_id="s").name == "Spaced"
    year = frappe.utils.now_datetime().year
    assert [new("Model Series").name, new("Model Series").name] == [f"MS-{year}-001", f"MS-{year}-002"]
    assert [new("Model Flow", kind="K").name, new("Model Flow", kind="K").name] == ["MF-K-01", "MF-K-02"]
    assert len(new("Model Hash", title="t").name) == 10
    assert new("Model Prompt", name="Chosen").name == "Chosen"


def test_a_name_that_was_given_counts_only_where_names_are_asked_for(model) -> None:
    assert new("Model Hash", name="mine", title="t").name != "mine"
    with pytest.raises(frappe.ValidationError, match="set the document name"):
        new("Model Prompt")


@pytest.mark.parametrize(
    "name", ["a<b", "New Model Prompt 1", "Model Prompt", "x" * 141, "   ", ["list"], {"a": 1}, "a\x00"]
)
def test_names_that_no_document_may_have(model, name) -> None:
    with pytest.raises((frappe.ValidationError, frappe.NameError)):
        new("Model Prompt", name=name)


def test_a_failed_insert_uses_up_no_number_once_it_is_rolled_back(model) -> None:
    name = order().insert().name
    frappe.db.savepoint("sp")
    with pytest.raises(frappe.ValidationError):
        order(channel="Alien").insert()
    frappe.db.rollback(save_point="sp")
    assert int(order().insert().name[3:]) == int(name[3:]) + 1


def test_parts_of_a_series(model) -> None:
    with patch("frappe.model.naming.now_datetime", lambda: datetime(2026, 1, 2, 3, 4, 5)):
        assert naming.make_autoname("A-.YY.-.MM.-.DD.-.##") == "A-26-01-02-01"
        assert naming.make_autoname("A-.YYYY.-.WW.-.JJJ.-.##") == "A-2026-01-002-01"
        assert naming.make_autoname("B-.{city}.-.###", doc=frappe._dict(city="Cluj")) == "B-Cluj-001"
    with pytest.raises(naming.InvalidNamingSeriesError):
        naming.make_autoname("A-$.##")


def test_weeks_of_one_year_only_grow() -> None:
    assert naming.determine_consecutive_week_number(datetime(2027, 1, 1)) == "00"
    assert naming.determine_consecutive_week_number(datetime(2024, 12, 31)) == "53"
    assert naming.determine_consecutive_week_number(datetime(2026, 6, 15)) == "25"


def test_the_last_number_of_a_series_is_given_back(model) -> None:
    assert [naming.make_autoname("CNT-.####") for _ in range(2)] == ["CNT-0001", "CNT-0002"]
    naming.revert_series_if_last("CNT-.####", "CNT-0001")
    assert naming.make_autoname("CNT-.####") == "CNT-0003"
    naming.revert_series_if_last("CNT-.####", "CNT-0003")
    assert naming.make_autoname("CNT-.####") == "CNT-0003"


def test_a_number_is_appended_to_a_taken_name(model) -> None:
    for name in ("Doc", "Doc-1", "Doc-9", "Doc-x"):
        new("Model Prompt", name=name)
    assert naming.append_number_if_name_exists("Model Prompt", "Doc") == "Doc-10"
    assert naming.append_number_if_name_exists("Model Prompt", "Free") == "Free"


def test_only_renamable_documents_are_renamed_and_never_onto_another(model) -> None:
    new("Model Prompt", name="One"), new("Model Prompt", name="Two")
    with pytest.raises(frappe.ValidationError, match="exists, select another name"):
        frappe.rename_doc("Model Prompt", "One", "Two")
    with pytest.raises(frappe.ValidationError, match="not allowed to be renamed"):
        frappe.rename_doc("Model Order", order().insert().name, "MO-X")
    assert frappe.rename_doc("Model Prompt", "One", "one") == "one"
