"""Metadata: files, custom fields, property setters, custom permissions, and what is asked of it."""

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from tests.embedded.model_app import model, model_site, order

__all__ = ["model", "model_site"]


@pytest.fixture
def customised(model):
    """Schema changes commit: take them back by hand."""
    yield
    frappe.db.rollback()
    for doctype in ("Custom Field", "Property Setter", "Custom DocPerm"):
        for name in frappe.get_all(doctype, pluck="name"):
            frappe.delete_doc(doctype, name, force=True)
    frappe.db.commit()
    frappe.clear_cache()


def test_questions_to_a_meta(model) -> None:
    meta = frappe.get_meta("Model Order")
    assert meta.is_submittable and not meta.istable and meta.title_field is None
    assert [df.fieldname for df in meta.get_table_fields()] == ["rows"]
    assert [df.fieldname for df in meta.get_link_fields()] == ["client", "about_type", "amended_from"]
    assert [df.fieldname for df in meta.get_dynamic_link_fields()] == ["about"]
    assert [df.fieldname for df in meta.get_fields_to_fetch("client")] == ["city"]
    assert [df.fieldname for df in meta.get_high_permlevel_fields()] == ["margin"]
    assert {df.fieldname for df in meta.get_set_only_once_fields()} == {"code", "creation", "owner"}
    assert meta.get_label("ordered_on") == "Ordered On" and meta.get_label("modified") == "Last Updated On"
    assert "shout" in meta.get_valid_fields() and "shout" not in meta.get_valid_columns()
    assert frappe.get_meta("Model Hash").get_title_field() == "title"
    assert frappe.model.meta.get_parent_dt("Model Row") == "Model Order"
    assert meta.get("fields", {"fieldtype": "Currency", "permlevel": 1})[0].fieldname == "margin"
    with pytest.raises(AttributeError):
        meta.no_such_property  # noqa: B018


def test_an_unknown_doctype_does_not_exist(model) -> None:
    with pytest.raises(frappe.DoesNotExistError):
        frappe.get_meta("No Such DocType")


def test_the_answer_for_forms_holds_plain_values(model) -> None:
    values = frappe.get_meta("Model Order").as_dict(no_nulls=True)
    field = next(row for row in values["fields"] if row["fieldname"] == "client")
    assert (field["reqd"], field["hidden"], field["parent"], field["doctype"]) == (1, 0, "Model Order", "DocField")
    assert values["name"] == "Model Order" and values["is_submittable"] == 1 and values["issingle"] == 0
    assert frappe.as_json(values)


def test_custom_fields_stand_where_they_were_put_and_hold_values(customised) -> None:
    create_custom_fields(
        {
            "Model Client": [
                {"fieldname": "region", "label": "Region", "fieldtype": "Data", "insert_after": "city"},
                {"fieldname": "zone", "label": "Zone", "fieldtype": "Int", "insert_after": "region"},
            ]
        }
    )
    names = [df.fieldname for df in frappe.get_meta("Model Client").fields]
    assert names[:4] == ["client_name", "city", "region", "zone"]
    doc = frappe.get_doc({"doctype": "Model Client", "client_name": "Custom", "region": "North", "zone": "4"}).insert()
    assert frappe.db.get_value("Model Client", doc.name, ["region", "zone"]) == ("North", 4)
    frappe.delete_doc("Model Client", doc.name)
    create_custom_fields({"Model Client": {"fieldname": "region", "label": "Area"}})
    assert frappe.get_meta("Model Client").get_label("region") == "Area"


def test_custom_fields_that_would_break_documents_are_refused(customised) -> None:
    for fieldname in ("city", "save", "a b", "x;drop"):
        with pytest.raises(frappe.ValidationError):
            create_custom_fields({"Model Client": {"fieldname": fieldname, "label": "X", "fieldtype": "Data"}})
    with pytest.raises(frappe.ValidationError):
        create_custom_fields({"Model Client": {"fieldname": "l", "label": "L", "fieldtype": "Link", "options": "None"}})


def test_a_property_setter_changes_a_field_and_goes_again(customised) -> None:
    make_property_setter("Model Client", "city", "reqd", 1, "Check")
    with pytest.raises(frappe.MandatoryError, match="city"):
        frappe.get_doc({"doctype": "Model Client", "client_name": "No city"}).insert()
    make_property_setter("Model Client", None, "title_field", "city", "Data", for_doctype=True)
    assert frappe.get_meta("Model Client").get_title_field() == "city"
    frappe.delete_doc("Property Setter", "Model Client-city-reqd")
    assert not frappe.get_meta("Model Client").get_field("city").reqd


def test_a_rolled_back_property_setter_leaves_no_trace(model) -> None:
    make_property_setter("Model Client", "city", "hidden", 1, "Check")
    assert frappe.get_meta("Model Client").get_field("city").hidden
    frappe.db.rollback()
    assert not frappe.get_meta("Model Client").get_field("city").hidden


def test_precision_follows_field_and_site(model) -> None:
    doc = order(rows=[{"client": "Beta", "qty": 1.23456, "amount": 2.345}])
    assert (doc.precision("total"), doc.precision("qty", "rows")) == (2, 3)
    assert doc.rows[0].precision("qty") == 3
