"""Documents: what is written, with how few statements, and what is refused."""

import json

import frappe
import pytest

from tests.embedded.model_app import model, model_site, order

__all__ = ["model", "model_site"]

FIVE = [{"client": "Beta", "qty": n} for n in range(1, 6)]
# Values that no field takes as they are, and that nothing may answer with an error of the database or of Python.
HOSTILE = [
    2**31, 2**63, -(10**40), 1e308, float("inf"), float("nan"), "x" * 141, "x" * 70_000, "1e400", "\ud800", "a\x00b",
    [], ["a"], [{}], [None], {}, {"a": 1}, "2026-13-45", "2026-02-30 25:61", "99:99:99", "0000-00-00", "10000-01-01",
    b"bytes", True, -1, "", " ", "<script>alert(1)</script>", "'; drop table tabUser; --", "{not json", "٣",
]  # fmt: skip
STANDARD = [
    "name",
    "owner",
    "creation",
    "modified",
    "docstatus",
    "idx",
    "parent",
    "parenttype",
    "flags",
    "meta",
    "save",
]
STANDARD += ["_action", "_doc_before_save", "_table_fieldnames", "validate", "__islocal", "__newname", "run_method"]


def statements(action) -> int:
    before = frappe.db.statement_count
    action()
    return frappe.db.statement_count - before


def warm() -> None:
    """What is read once per process does not count."""
    frappe.get_doc(order().insert().doctype, order().insert().name).submit()


def test_insert_of_five_rows_takes_at_most_eight_statements(model) -> None:
    warm()
    assert statements(lambda: order(rows=FIVE).insert()) <= 8


def test_more_rows_take_no_more_statements(model) -> None:
    warm()
    few = statements(lambda: order(rows=FIVE).insert())
    assert statements(lambda: order(rows=FIVE * 6).insert()) == few


def test_save_with_changed_added_and_removed_rows_takes_at_most_ten(model) -> None:
    warm()
    doc = frappe.get_doc("Model Order", order(rows=FIVE).insert().name)
    for row in doc.rows:
        row.qty += 10
    doc.remove(doc.rows[4])
    doc.append("rows", {"client": "Alfa"})
    assert statements(doc.save) <= 10
    stored = frappe.get_doc("Model Order", doc.name)
    assert [(row.idx, row.client, row.qty) for row in stored.rows] == [
        (1, "Beta", 11), (2, "Beta", 12), (3, "Beta", 13), (4, "Beta", 14), (5, "Alfa", 1),
    ]  # fmt: skip


def test_submit_takes_at_most_ten_and_submits_the_rows(model) -> None:
    warm()
    doc = frappe.get_doc("Model Order", order(rows=FIVE).insert().name)
    assert statements(doc.submit) <= 10
    assert {row.docstatus for row in frappe.get_doc("Model Order", doc.name).rows} == {1}


def test_unchanged_rows_get_the_stamp_of_the_save(model) -> None:
    doc = order(rows=FIVE).insert()
    doc.remark = "changed"
    doc.save()
    stored = frappe.get_doc("Model Order", doc.name)
    assert {str(row.modified) for row in stored.rows} == {str(stored.modified)}


def test_defaults_fetched_values_and_virtual_fields(model) -> None:
    doc = order().insert()
    assert (doc.channel, doc.margin, str(doc.ordered_on)) == ("Shop", 5, frappe.utils.today())
    assert (doc.city, doc.rows[0].city) == ("Cluj", "Iași")
    assert doc.as_dict()["shout"] == "CLUJ"
    assert order(city="Own").insert().city == "Own"


def test_unknown_links_are_named_with_their_rows(model) -> None:
    with pytest.raises(frappe.LinkValidationError, match=r"Client: Nobody, Row #1: Client: None here"):
        order(client="Nobody", rows=[{"client": "None here"}]).insert()
    with pytest.raises(frappe.LinkValidationError, match="About Type: No Such DocType"):
        order(about_type="No Such DocType", about="x").insert()
    with pytest.raises(frappe.ValidationError, match="About Type must be set first"):
        order(about="x").insert()


def test_a_deleted_document_is_no_longer_found_in_the_same_transaction(model) -> None:
    frappe.get_doc({"doctype": "Model Client", "client_name": "Gone", "tax_id": "G"}).insert()
    settings = frappe.get_doc("Model Settings")
    settings.client = "Gone"
    settings.save()
    frappe.delete_doc("Model Client", "Gone", force=True)
    with pytest.raises(frappe.LinkValidationError):
        settings.save()


def test_a_newer_version_is_not_overwritten(model) -> None:
    doc = order().insert()
    other = frappe.get_doc("Model Order", doc.name)
    other.remark = "first"
    other.save()
    doc.remark = "second"
    with pytest.raises(frappe.TimestampMismatchError):
        doc.save()


def test_a_unique_value_and_a_taken_name_have_their_own_errors(model) -> None:
    with pytest.raises(frappe.UniqueValidationError):
        frappe.get_doc({"doctype": "Model Client", "client_name": "Delta", "tax_id": "A"}).insert()
    assert "Tax Id must be unique" in str(frappe.get_message_log())
    with pytest.raises(frappe.DuplicateEntryError):
        frappe.get_doc({"doctype": "Model Client", "client_name": "Alfa", "tax_id": "Z"}).insert()


def test_an_empty_unique_value_is_nobodys(model) -> None:
    for name in ("No tax id", "None either"):
        frappe.get_doc({"doctype": "Model Client", "client_name": name, "tax_id": ""}).insert()
    assert frappe.db.get_value("Model Client", "No tax id", "tax_id") is None


def test_constants_stay(model) -> None:
    doc = order(code="C1").insert()
    for fieldname, value in (("code", "C2"), ("owner", "seller@example.com"), ("creation", "2020-01-01 00:00:00")):
        fresh = frappe.get_doc("Model Order", doc.name)
        fresh.set(fieldname, value)
        with pytest.raises(frappe.CannotChangeConstantError):
            fresh.save()


def test_html_is_cleaned_and_passwords_leave_the_row(model) -> None:
    doc = order(body="<p onclick='x()'>Hi<script>alert(1)</script></p>").insert()
    assert "<script" not in doc.body and "onclick" not in doc.body and "Hi" in doc.body
    settings = frappe.get_doc("Model Settings")
    settings.key = "s3cret"
    settings.save()
    assert frappe.get_doc("Model Settings").key == "******"
    assert frappe.get_doc("Model Settings").get_password("key") == "s3cret"


def test_after_submit_only_allowed_fields_change(model) -> None:
    doc = order().insert().submit()
    doc.remark, doc.rows[0].note = "allowed", "too"
    doc.save()
    for change in ({"channel": "Phone"}, {"rows": []}):
        fresh = frappe.get_doc("Model Order", doc.name)
        fresh.update(change)
        with pytest.raises(frappe.UpdateAfterSubmitError):
            fresh.save()
    fresh = frappe.get_doc("Model Order", doc.name)
    row = fresh.rows.pop()
    fresh.append("rows", {"client": row.client, "qty": row.qty})
    with pytest.raises(frappe.UpdateAfterSubmitError):
        fresh.save()


def test_cancel_is_refused_while_a_submitted_document_refers_to_it(model) -> None:
    first = order().insert().submit()
    second = order(about_type="Model Order", about=first.name).insert().submit()
    with pytest.raises(frappe.LinkExistsError, match=second.name):
        first.cancel()


def test_an_amendment_continues_the_name(model) -> None:
    doc = order().insert().submit()
    frappe.db.savepoint("sp")
    with pytest.raises(frappe.ValidationError, match="cannot be amended"):
        order(amended_from=doc.name).insert()
    frappe.db.rollback(save_point="sp")
    doc.reload().cancel()
    first = order(amended_from=doc.name).insert()
    assert first.name == f"{doc.name}-1"
    first.submit()
    first.cancel()
    assert order(amended_from=first.name).insert().name == f"{doc.name}-2"


def test_versions_tell_what_changed(model) -> None:
    doc = order().insert()
    assert not frappe.get_all("Version", {"docname": doc.name})
    doc.remark = "new"
    doc.rows[0].qty = 7
    doc.append("rows", {"client": "Alfa"})
    doc.save(ignore_version=False)
    data = json.loads(frappe.get_all("Version", {"docname": doc.name}, pluck="data")[0])
    assert ["remark", None, "new"] in data["changed"]
    assert data["row_changed"][0][:3] == ["rows", 0, doc.rows[0].name]
    assert data["added"][0][0] == "rows"


def test_delete_takes_along_what_belongs_to_it_and_keeps_a_copy(model) -> None:
    doc = order().insert()
    doc.add_comment("Comment", "hello")
    frappe.delete_doc("Model Order", doc.name)
    assert not frappe.db.exists("Model Row", {"parent": doc.name})
    assert not frappe.db.exists("Comment", {"reference_name": doc.name})
    assert frappe.db.exists("Deleted Document", {"deleted_name": doc.name})
    assert order().insert().name == doc.name  # the last number is given back


def test_a_linked_document_is_not_deleted(model) -> None:
    order().insert()
    with pytest.raises(frappe.LinkExistsError, match="You can disable this"):
        frappe.delete_doc("Model Client", "Alfa")
    settings = frappe.get_doc("Model Settings")
    settings.client = "Beta"
    settings.save()
    with pytest.raises(frappe.LinkExistsError):
        frappe.delete_doc("Model Client", "Beta")


def test_rename_rewrites_links_rows_dynamic_links_and_singles(model) -> None:
    doc = order(about_type="Model Client", about="Beta").insert()
    settings = frappe.get_doc("Model Settings")
    settings.client = "Beta"
    settings.save()
    assert frappe.rename_doc("Model Client", "Beta", "Gamma") == "Gamma"
    stored = frappe.get_doc("Model Order", doc.name)
    assert (stored.rows[0].client, stored.about) == ("Gamma", "Gamma")
    assert frappe.get_doc("Model Settings").client == "Gamma"
    assert frappe.get_doc("Model Client", "Gamma").client_name == "Gamma"


def test_merge_moves_the_links_and_deletes_the_old_one(model) -> None:
    doc = order(rows=[{"client": "Beta"}]).insert()
    frappe.rename_doc("Model Client", "Beta", "Alfa", merge=True)
    assert not frappe.db.exists("Model Client", "Beta")
    assert frappe.get_doc("Model Order", doc.name).rows[0].client == "Alfa"


def test_values_above_the_users_permission_level_are_put_back(model) -> None:
    doc = order(rows=[{"client": "Beta", "secret_rate": 3}]).insert()
    frappe.set_user("seller@example.com")
    mine = frappe.get_doc("Model Order", doc.name)
    mine.margin, mine.rows[0].secret_rate, mine.remark = 99, 99, "mine"
    mine.save()
    assert (mine.margin, mine.rows[0].secret_rate, mine.remark) == (5, 3, "mine")
    mine.apply_fieldlevel_read_permissions()
    assert mine.get("margin") is None and mine.rows[0].get("secret_rate") is None


def test_a_cached_document_follows_the_saved_one(model) -> None:
    assert frappe.get_cached_doc("Model Client", "Alfa").city == "Cluj"
    client = frappe.get_doc("Model Client", "Alfa")
    client.city = "Sibiu"
    client.save()
    assert frappe.get_cached_value("Model Client", "Alfa", "city") == "Sibiu"


def test_names_of_methods_and_machinery_cannot_be_set(model) -> None:
    doc = order(_action="cancel", validate="x", save="x", flags={"ignore_permissions": 1}, _table_fieldnames={})
    assert callable(doc.save) and callable(doc.validate) and not doc.flags.ignore_permissions
    assert "_action" not in doc.__dict__ and doc.insert().rows


def test_what_a_controller_sets_is_checked_too(model) -> None:
    with pytest.raises(frappe.ValidationError, match="City"):
        order(remark="wrong type").insert()


def outcome(action) -> str | None:
    """The class of an error that a caller must never see; None for success and for errors of Frappe's kind."""
    frappe.db.savepoint("hostile")
    try:
        action()
    except Exception as error:
        if getattr(error, "http_status_code", 500) >= 500:
            return f"{type(error).__name__}: {error}"
    finally:
        frappe.clear_messages()
        frappe.db.rollback(save_point="hostile")
    return None


def with_value(doctype: str, fieldname: str, value) -> dict:
    values = {
        "Model Order": {"client": "Alfa"},
        "Model Client": {"client_name": "New"},
        "Model Prompt": {"name": "New"},
    }
    return {"doctype": doctype, **values[doctype], fieldname: value}


@pytest.mark.parametrize("doctype", ["Model Order", "Model Client", "Model Prompt"])
def test_no_value_of_any_field_breaks_an_insert(model, doctype: str) -> None:
    fields = [*STANDARD, *(df.fieldname for df in frappe.get_meta(doctype).fields)]
    broken = {
        (field, repr(value)[:20]): wrong
        for field in fields
        for value in HOSTILE
        if (wrong := outcome(lambda f=field, v=value: frappe.get_doc(with_value(doctype, f, v)).insert()))
    }
    assert not broken


def test_no_value_of_any_field_breaks_an_update_of_a_document_or_row(model) -> None:
    name = order().insert().name
    row_fields = [*STANDARD, *(df.fieldname for df in frappe.get_meta("Model Row").fields)]
    fields = [*STANDARD, *(df.fieldname for df in frappe.get_meta("Model Order").fields)]

    def update(field, value, of_row: bool) -> None:
        doc = frappe.get_doc("Model Order", name)
        doc.update({"rows": [{**doc.rows[0].as_dict(), field: value}]} if of_row else {field: value})
        doc.save()

    cases = [(f, v, False) for f in fields for v in HOSTILE] + [(f, v, True) for f in row_fields for v in HOSTILE]
    broken = {str(case)[:60]: wrong for case in cases if (wrong := outcome(lambda c=case: update(*c)))}
    assert not broken
