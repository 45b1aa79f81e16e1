"""Roles, owners, levels, User Permissions, shares and hooks, as Frappe decides them."""

import pytest

from tests.embedded.sample_app import make_app
from tests.embedded.sites import new_site

pytestmark = pytest.mark.only_embedded(reason="uses a small app that only these sites have")
USERS = {
    "manager@example.com": ["Sample Manager"],
    "user@example.com": ["Sample User"],
    "second@example.com": ["Sample User"],
    "nobody@example.com": [],
}


@pytest.fixture(scope="module")
def sample_site(host, tmp_path_factory):
    folder = tmp_path_factory.mktemp("permissions")
    app = make_app(folder / "apps")
    with new_site(host, folder / "sites", (app.name,)) as site:
        import frappe

        for email, roles in USERS.items():
            values = {"doctype": "User", "email": email, "first_name": email.split("@")[0], "send_welcome_email": 0}
            frappe.get_doc({**values, "roles": [{"role": role} for role in roles]}).insert()
        for name in ("Alpha", "Beta"):
            frappe.get_doc({"doctype": "Sample Client", "client_name": name}).insert()
        project("One", "user@example.com", client="Alpha", budget=100)
        project("Two", "second@example.com", client="Beta")
        frappe.set_user("Administrator")
        frappe.db.commit()
        yield site


@pytest.fixture
def fp(sample_site):
    """`frappe`, in a transaction that is rolled back."""
    import frappe

    yield frappe
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.clear_cache()
    frappe.local.message_log = []


def project(title, owner, **values):
    import frappe

    frappe.set_user(owner)
    doc = frappe.get_doc({"doctype": "Sample Project", "title": title, **values})
    doc.flags.ignore_permissions = True
    return doc.insert()


def names(doctype="Sample Project"):
    import frappe

    return frappe.get_list(doctype, pluck="name", order_by="name asc")


def test_automatic_roles_follow_the_kind_of_user(fp):
    assert fp.get_roles("Guest") == ["Guest"]
    assert fp.get_roles("user@example.com") == ["Sample User", "All", "Guest", "Desk User"]
    assert fp.get_roles("nobody@example.com") == ["All", "Guest"]
    assert "Sample Manager" in fp.get_roles("Administrator")


def test_administrator_may_do_everything(fp):
    assert all(fp.has_permission("Sample Project", right) for right in ("read", "write", "cancel", "share"))
    assert fp.permissions.get_role_permissions("Sample Project")["import"] == 1


def test_without_a_rule_nothing_is_allowed_and_the_reason_is_told(fp):
    fp.set_user("nobody@example.com")
    with pytest.raises(fp.PermissionError):
        fp.has_permission("Sample Project", throw=True)
    assert "does not have doctype access via role permission" in fp.local.message_log[-1]["message"]
    assert fp.flags.error_message == "No permission for Sample Project"
    with pytest.raises(fp.PermissionError):
        names()


def test_a_right_for_owners_counts_for_owners_only(fp):
    fp.set_user("user@example.com")
    assert fp.get_doc("Sample Project", "One").has_permission("write")
    assert not fp.get_doc("Sample Project", "Two").has_permission("write")
    assert fp.get_doc("Sample Project", "Two").has_permission("read")
    assert fp.has_permission("Sample Project", "create")
    rights = fp.permissions.get_doc_permissions(fp.get_doc("Sample Project", "Two"))
    assert rights["read"] == 1 and rights["write"] == 0 and rights["if_owner"] == {"write": 0, "delete": 0}


def test_a_doctype_of_owners_lists_ones_own(fp):
    for user in ("user@example.com", "second@example.com"):
        fp.set_user(user)
        fp.get_doc({"doctype": "Sample Diary", "entry": user}).insert()
    assert fp.get_list("Sample Diary", pluck="entry") == ["second@example.com"]


def test_a_higher_level_is_reset_silently_for_those_without_it(fp):
    fp.set_user("user@example.com")
    doc = fp.get_doc("Sample Project", "One")
    doc.budget = 999
    doc.save()
    assert fp.db.get_value("Sample Project", "One", "budget") == 100
    fp.set_user("manager@example.com")
    doc = fp.get_doc("Sample Project", "One")
    doc.budget = 999
    doc.save()
    assert fp.db.get_value("Sample Project", "One", "budget") == 999


def test_hooks_may_deny_but_not_grant(fp):
    project("Sealed", "manager@example.com")
    assert not fp.get_doc("Sample Project", "Sealed").has_permission("read")
    fp.set_user("nobody@example.com")
    assert not fp.get_doc("Sample Project", "One").has_permission("read")


def test_a_user_permission_restricts_the_document_and_what_links_to_it(fp):
    fp.permissions.add_user_permission("Sample Client", "Alpha", "manager@example.com")
    fp.set_user("manager@example.com")
    assert names("Sample Client") == ["Alpha"] and names() == ["One"]
    assert not fp.get_doc("Sample Client", "Beta").has_permission("read")
    assert not fp.get_doc("Sample Project", "Two").has_permission("read")
    message = fp.local.message_log[-1]["message"]
    assert "because it is linked to Sample Client 'Beta' in field Client" in message
    with pytest.raises(fp.PermissionError):
        fp.get_doc({"doctype": "Sample Project", "title": "Three", "client": "Beta"}).insert()
    assert fp.get_doc({"doctype": "Sample Project", "title": "No client"}).insert().name


def test_a_user_permission_reaches_into_rows(fp):
    project("Rows", "manager@example.com", tasks=[{"subject": "a"}, {"subject": "b", "client": "Beta"}])
    fp.permissions.add_user_permission("Sample Client", "Alpha", "manager@example.com", ignore_permissions=True)
    fp.set_user("manager@example.com")
    assert not fp.get_doc("Sample Project", "Rows").has_permission("read")
    assert "in row 2, field Client" in fp.local.message_log[-1]["message"]


def test_a_user_permission_may_apply_to_one_doctype_only(fp):
    user = "manager@example.com"
    fp.permissions.add_user_permission("Sample Client", "Alpha", user, applicable_for="Sample Project")
    fp.set_user(user)
    assert names("Sample Client") == ["Alpha", "Beta"] and names() == ["One"]


def test_strict_user_permissions_exclude_empty_links(fp):
    project("Loose", "manager@example.com")
    fp.set_user("Administrator")
    fp.permissions.add_user_permission("Sample Client", "Alpha", "manager@example.com")
    doc = fp.get_doc("Sample Project", "Loose")
    assert fp.has_permission("Sample Project", "read", doc, user="manager@example.com")
    settings = fp.get_doc("System Settings")
    settings.apply_strict_user_permissions = 1
    settings.save()
    assert not fp.has_permission("Sample Project", "read", doc, user="manager@example.com")


def test_removing_the_last_user_permission_lifts_the_restriction(fp):
    fp.permissions.add_user_permission("Sample Client", "Alpha", "manager@example.com")
    assert set(fp.permissions.get_user_permissions("manager@example.com")) == {"Sample Client"}
    fp.permissions.remove_user_permission("Sample Client", "Alpha", "manager@example.com")
    assert fp.permissions.get_user_permissions("manager@example.com") == {}


def test_the_same_user_permission_twice_is_refused(fp):
    values = {"doctype": "User Permission", "user": "user@example.com", "allow": "Sample Client", "for_value": "Alpha"}
    fp.get_doc(values).insert()
    with pytest.raises(fp.DuplicateEntryError):
        fp.get_doc(values).insert()


def test_sharing_gives_just_the_shared_right_on_just_that_document(fp):
    import frappe.share

    fp.set_user("manager@example.com")
    frappe.share.add("Sample Project", "One", "nobody@example.com", read=1)
    fp.set_user("nobody@example.com")
    doc = fp.get_doc("Sample Project", "One")
    assert doc.has_permission("read") and doc.has_permission("print") and not doc.has_permission("write")
    assert not fp.get_doc("Sample Project", "Two").has_permission("read")
    assert names() == ["One"]
    fp.set_user("manager@example.com")
    frappe.share.add("Sample Project", "One", "nobody@example.com", write=1, submit=1)
    fp.set_user("nobody@example.com")
    assert doc.has_permission("submit") and doc.has_permission("write")


def test_only_those_with_the_right_to_share_may_share(fp):
    import frappe.share

    fp.set_user("user@example.com")
    with pytest.raises(fp.PermissionError):
        frappe.share.add("Sample Project", "Two", "nobody@example.com")
    with pytest.raises(fp.PermissionError):
        fp.get_doc(
            doctype="DocShare", user="user@example.com", share_doctype="Sample Project", share_name="Two", write=1
        ).insert(ignore_permissions=True)


def test_sharing_can_be_switched_off_for_the_site(fp):
    settings = fp.get_doc("System Settings")
    settings.disable_document_sharing = 1
    settings.save()
    fp.set_user("manager@example.com")
    assert not fp.has_permission("Sample Project", "share")


def test_what_cannot_be_submitted_has_no_right_to_submit(fp):
    fp.set_user("manager@example.com")
    assert not fp.has_permission("Sample Client", "submit")
    assert fp.permissions.get_doc_permissions(fp.get_doc("Sample Client", "Alpha"))["submit"] == 0
    assert fp.has_permission("Sample Project", "submit")


def test_rows_follow_the_document_that_really_holds_them(fp):
    doc = project("Held", "user@example.com", tasks=[{"subject": "a"}])
    fp.set_user("user@example.com")
    row = doc.tasks[0]
    assert fp.has_permission("Sample Task", "write", row.name)
    assert fp.has_permission("Sample Task", "read", parent_doctype="Sample Project")
    assert not fp.has_permission("Sample Task", "read")
    assert not fp.has_permission("Sample Task", "read", parent_doctype="Sample Client")
    row.parentfield = "elsewhere"
    assert not fp.permissions.has_permission("Sample Task", "write", row)
    fp.set_user("nobody@example.com")
    assert not fp.has_permission("Sample Task", "read", parent_doctype="Sample Project")


def test_rules_can_be_changed_on_the_site_and_reset(fp):
    fp.permissions.add_permission("Sample Client", "Sample Guide")
    fp.permissions.update_permission_property("Sample Client", "Sample User", 0, "write", 1)
    fp.set_user("user@example.com")
    assert fp.has_permission("Sample Client", "write") and fp.has_permission("Sample Client", "read")
    assert "Sample Guide" in fp.permissions.get_doctype_roles("Sample Client")
    fp.set_user("Administrator")
    fp.permissions.reset_perms("Sample Client")
    fp.set_user("user@example.com")
    assert not fp.has_permission("Sample Client", "write")


def test_roles_given_and_taken_count_at_once_and_not_after_a_rollback(fp):
    user = fp.get_doc("User", "nobody@example.com")
    user.add_roles("Sample Manager")
    assert fp.has_permission("Sample Project", "cancel", user="nobody@example.com")
    user.remove_roles("Sample Manager")
    assert not fp.has_permission("Sample Project", "read", user="nobody@example.com")
    user.add_roles("Sample Manager")
    assert fp.get_roles("nobody@example.com")[0] == "Sample Manager"
    fp.db.rollback()
    assert fp.get_roles("nobody@example.com") == ["All", "Guest"]
    assert not fp.has_permission("Sample Project", "read", user="nobody@example.com")


def test_a_disabled_role_gives_nothing(fp):
    role = fp.get_doc("Role", "Sample User")
    role.disabled = 1
    role.save()
    assert not fp.has_permission("Sample Project", "read", user="user@example.com")


def test_the_doctypes_a_user_may_read(fp):
    fp.set_user("user@example.com")
    readable = fp.permissions.get_doctypes_with_read()
    assert {"Sample Project", "Sample Client", "Sample Diary"} <= set(readable)
    assert "Sample Settings" not in readable and "User" not in readable


def test_checking_rights_again_costs_no_statement(fp):
    fp.set_user("manager@example.com")
    doc = fp.get_doc("Sample Project", "One")
    doc.check_permission("write")
    before = fp.db.statement_count
    for right in ("read", "write", "submit", "cancel"):
        doc.check_permission(right)
    fp.has_permission("Sample Project", "create")
    assert fp.db.statement_count == before
