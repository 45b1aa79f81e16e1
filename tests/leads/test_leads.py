"""Leads and opportunities (rows 18–20, 31–48, 54–58, 61–75, 78–80)."""

from collections.abc import Callable, Iterator

import frappe
import pytest

from tests.support.factories import Make


def test_a_lead_takes_the_default_place(make: Make) -> None:
    lead = make.lead()
    assert lead.name.startswith("LEAD-") and lead.status == "New"
    assert frappe.db.get_value("Connect Pipeline", lead.pipeline, "is_default") == 1


def test_a_new_site_has_the_five_statuses(site: str) -> None:
    default = frappe.db.get_value("Connect Pipeline", {"is_default": 1})
    names = frappe.get_all("Connect Lead Status", {"pipeline": default}, order_by="position", pluck="status_name")
    assert names[:5] == ["New", "Contacted", "Qualified", "Demo Scheduled", "Proposal Sent"]


def test_a_lead_without_a_name_is_refused(make: Make) -> None:
    with pytest.raises(frappe.MandatoryError, match="lead_name|Name"):
        make.doc("Connect Lead", company_name="X SRL")


def test_a_lead_cannot_stand_in_another_pipelines_status(make: Make) -> None:
    other = make.doc("Connect Pipeline", pipeline_name="Export")
    with pytest.raises(frappe.ValidationError, match="is not a status of the pipeline"):
        make.lead(pipeline=other.name, status="New")


def test_a_pipeline_without_statuses_takes_no_lead(make: Make) -> None:
    other = make.doc("Connect Pipeline", pipeline_name="Gol")
    with pytest.raises(frappe.MandatoryError):
        make.lead(pipeline=other.name)


def test_the_status_of_the_same_name_in_two_pipelines_gets_a_suffix(make: Make) -> None:
    other = make.doc("Connect Pipeline", pipeline_name="Parteneri")
    status = make.doc("Connect Lead Status", status_name="New", pipeline=other.name)
    assert status.name == "New-1"
    assert make.lead(pipeline=other.name).status == "New-1"


def test_a_lead_moves_to_another_pipeline_with_its_status(make: Make) -> None:
    other = make.doc("Connect Pipeline", pipeline_name="Revânzători").name
    for position, label in enumerate(("Primul", "Qualified")):
        make.doc("Connect Lead Status", status_name=label, pipeline=other, position=position)
    same, unknown = make.lead(status="Qualified"), make.lead(status="Contacted")
    for lead in (same, unknown):
        lead.pipeline = other
        lead.save()
    assert (same.status, unknown.status) == ("Qualified-1", "Primul")


def test_a_retired_status_stays_on_old_leads_and_takes_no_new_ones(make: Make) -> None:
    pipeline = make.lead().pipeline
    status = make.doc("Connect Lead Status", status_name="De sunat", pipeline=pipeline, position=9)
    old = make.lead(status=status.name)
    status.disabled = 1
    status.save()
    old.phone = "+40700000000"
    old.save()
    with pytest.raises(frappe.ValidationError, match="is retired"):
        make.lead(status=status.name)


def test_a_status_is_moved_by_a_plain_save(make: Make) -> None:
    lead = make.lead()
    lead.status = "Qualified"
    lead.save()
    assert frappe.db.get_value("Connect Lead", lead.name, "status") == "Qualified"


def test_neither_email_nor_phone_is_a_hint_or_by_setting_an_error(make: Make, settings) -> None:
    make.lead(email=None, phone=None)
    assert any("at least one" in m.get("message", "") for m in frappe.get_message_log())
    settings(lead_contact_required=1)
    with pytest.raises(frappe.MandatoryError, match="at least one"):
        make.lead(email=None, phone=None)


def test_conversion_copies_the_contact_and_leaves_the_lead(make: Make) -> None:
    lead = make.lead(source="Website")
    opportunity = frappe.get_doc(
        "Connect Lead", lead.convert_to_opportunity(estimated_value=1000, probability=35)["name"]
    )
    copied = ("lead_name", "company_name", "email", "phone", "source", "campaign", "assigned_to")
    assert [opportunity.get(f) for f in copied] == [lead.get(f) for f in copied]
    assert (opportunity.is_opportunity, opportunity.from_lead, opportunity.weighted_value) == (1, lead.name, 350)
    lead.reload()
    assert (lead.is_opportunity, lead.converted_to) == (0, opportunity.name)


def test_a_second_conversion_names_the_first_one(make: Make) -> None:
    lead = make.lead()
    first = lead.convert_to_opportunity()["name"]
    with pytest.raises(frappe.ValidationError, match=first):
        lead.convert_to_opportunity()


def test_an_opportunity_can_be_made_directly(make: Make) -> None:
    opportunity = make.lead(is_opportunity=1, estimated_value=500)
    assert opportunity.name.startswith("OPP-")
    assert (opportunity.opportunity_status, opportunity.probability) == ("Discovery", 10)


def test_the_probability_follows_the_stage_until_somebody_types_another(make: Make) -> None:
    opportunity = make.lead(is_opportunity=1, estimated_value=1000)
    opportunity.opportunity_status = "Proposal"
    opportunity.save()
    assert (opportunity.probability, opportunity.weighted_value) == (40, 400)
    opportunity.probability = 55
    opportunity.save()
    opportunity.opportunity_status = "Negotiation"
    opportunity.save()
    assert opportunity.probability == 55


def test_a_note_on_the_opportunity_stays_there(make: Make) -> None:
    opportunity = make.opportunity()
    opportunity.add_comment("Comment", "Vrea livrare în martie")
    assert not frappe.db.exists("Comment", {"reference_name": opportunity.from_lead, "content": ("like", "%martie%")})


def test_lost_wants_a_reason_and_can_be_undone(make: Make) -> None:
    lead = make.lead()
    with pytest.raises(frappe.MandatoryError):
        lead.mark_lost()
    lead.mark_lost(lost_reason="Fără buget", note="la anul")
    lead.reload()
    assert (lead.is_lost, lead.lost_reason) == (1, "Fără buget")
    with pytest.raises(frappe.ValidationError, match="reopened first"):
        lead.convert_to_opportunity()
    lead.reopen()
    lead.reload()
    assert (lead.is_lost, lead.lost_reason) == (0, None)


def test_junk_keeps_the_lead(make: Make) -> None:
    lead = make.lead()
    lead.mark_junk()
    assert frappe.db.get_value("Connect Lead", lead.name, "is_junk") == 1


def test_assigning_tells_the_agent(make: Make) -> None:
    agent = make.user("Connect Sales Agent")
    lead = make.lead(assigned_to=agent)
    assert frappe.db.exists("Notification Log", {"for_user": agent, "document_name": lead.name})


def test_a_lead_makes_one_client(make: Make) -> None:
    lead = make.lead()
    client = lead.convert_to_client()
    assert client["client_name"] == lead.company_name and client["contacts"][0]["contact_name"] == lead.lead_name
    assert lead.convert_to_client()["name"] == client["name"]


def test_a_campaign_counts_its_leads(make: Make) -> None:
    campaign = make.doc("Connect Campaign", campaign_name="Târg", budget=1000)
    make.lead(campaign=campaign.name)
    make.lead(campaign=campaign.name).mark_junk()
    assert frappe.get_doc("Connect Campaign", campaign.name).lead_count == 1


def test_a_proposal_comes_from_a_lead_without_converting_it(make: Make) -> None:
    lead = make.lead()
    proposal = lead.create_proposal()
    assert (proposal["lead"], proposal["to_email"]) == (lead.name, lead.email)


@pytest.fixture
def custom_field(site: str) -> Iterator[Callable[..., None]]:
    """Adds a field to the lead and takes it away again: on MariaDB a new column commits what stands open."""
    from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

    made: list[str] = []

    def add(fieldname: str, fieldtype: str) -> None:
        made.append(f"Connect Lead-{fieldname}")
        create_custom_fields({"Connect Lead": [{"fieldname": fieldname, "label": fieldname, "fieldtype": fieldtype}]})

    yield add
    frappe.db.rollback()
    for name in made:
        if frappe.db.exists("Custom Field", name):
            frappe.delete_doc("Custom Field", name, force=True)
    frappe.db.commit()


def test_a_custom_field_is_kept_and_editable_in_every_status(make: Make, custom_field: Callable[..., None]) -> None:
    custom_field("fleet", "Int")
    lead = make.lead(fleet=12)
    assert frappe.get_doc("Connect Lead", lead.name).fleet == 12


@pytest.mark.parametrize(
    ("fieldtype", "value"),
    [("Time", "10:30:00"), ("Rating", 0.8), ("Duration", 3600), ("JSON", '{"a": 1}'), ("Date", "2026-11-22")],
)
def test_a_custom_field_of_any_type_survives_the_next_save(
    make: Make, custom_field: Callable[..., None], fieldtype: str, value: object
) -> None:
    name = f"extra_{fieldtype.lower()}"
    custom_field(name, fieldtype)
    lead = frappe.get_doc("Connect Lead", make.lead(**{name: value}).name)
    before = lead.get(name)
    lead.phone = "+40700111222"
    lead.save()
    assert before and frappe.get_doc("Connect Lead", lead.name).get(name) == before
