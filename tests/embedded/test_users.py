"""Accounts: who may make them, their roles, names, passwords and keys."""

import pytest

from tests.embedded.sites import new_site

pytestmark = pytest.mark.only_embedded(reason="changes users of the site")
GOOD = "Birch-Lantern-77"


@pytest.fixture(scope="module")
def core_site(host, tmp_path_factory):
    with new_site(host, tmp_path_factory.mktemp("users") / "sites") as site:
        yield site


@pytest.fixture
def fu(core_site):
    """`frappe`, in a transaction that is rolled back."""
    import frappe

    frappe.set_user("Administrator")
    frappe.flags.mute_emails = True
    yield frappe
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.clear_cache()
    frappe.local.message_log = []


def user(email="ana@example.com", roles=(), **values):
    import frappe

    values = {"doctype": "User", "email": email, "first_name": "Ana", "send_welcome_email": 0, **values}
    return frappe.get_doc({**values, "roles": [{"role": role} for role in roles]}).insert()


def test_a_user_is_named_by_the_email_in_small_letters(fu):
    doc = user("Ana.Pop@Example.com", last_name="Pop")
    assert doc.name == doc.email == "ana.pop@example.com"
    assert doc.full_name == "Ana Pop" and doc.username == "ana" and doc.enabled == 1


def test_a_user_with_roles_and_a_password_can_be_made_in_one_step(fu):
    from frappe.utils.password import check_password

    doc = user(roles=["System Manager"], new_password=GOOD)
    assert doc.user_type == "System User"
    assert check_password("ana@example.com", GOOD) == "ana@example.com"
    assert not doc.new_password
    assert GOOD not in str(fu.db.sql("select * from `tabUser` where name = %s", doc.name))


def test_roles_without_desk_make_a_website_user(fu):
    fu.get_doc({"doctype": "Role", "role_name": "Visitor", "desk_access": 0}).insert()
    doc = user(roles=["Visitor"])
    assert doc.user_type == "Website User" and fu.get_roles(doc.name) == ["Visitor", "All", "Guest"]
    doc.add_roles("System Manager")
    assert doc.user_type == "System User" and "Desk User" in fu.get_roles(doc.name)


def test_a_bad_email_or_a_taken_one_is_refused(fu):
    with pytest.raises(fu.InvalidEmailAddressError):
        user("not an address")
    user()
    with pytest.raises(fu.DuplicateEntryError):
        user()


@pytest.mark.parametrize(
    "password", ["short1!", "password", "ana@example.com", "aaaaaaaaaaaa", "12345678", "parola2026"]
)
def test_guessable_passwords_are_refused(fu, password):
    with pytest.raises(fu.ValidationError):
        user(new_password=password)


def test_without_a_policy_any_password_will_do(fu):
    settings = fu.get_doc("System Settings")
    settings.enable_password_policy = 0
    settings.save()
    assert user(new_password="x").name


def test_plain_users_cannot_make_users(fu):
    user(roles=["Desk User"])
    fu.set_user("ana@example.com")
    with pytest.raises(fu.PermissionError):
        user("other@example.com")


def test_users_read_and_write_their_own_account_but_give_themselves_no_roles(fu):
    user(roles=["Translator"])
    fu.set_user("ana@example.com")
    doc = fu.get_doc("User", "ana@example.com")
    doc.check_permission("write")
    doc.update({"bio": "hello", "user_type": "System User"})
    doc.append("roles", {"role": "System Manager"})
    doc.save()
    assert "System Manager" not in fu.get_roles("ana@example.com")
    assert not fu.db.exists("Has Role", {"parent": "ana@example.com", "role": "System Manager"})
    assert fu.db.get_value("User", "ana@example.com", "bio") == "hello"


def test_someone_who_may_write_roles_without_being_a_system_manager_cannot_add_any(fu):
    user(roles=["Translator"])
    fu.permissions.add_permission("User", "Translator", ptype="write")
    fu.permissions.add_permission("User", "Translator", permlevel=1, ptype="write")
    fu.set_user("ana@example.com")
    with pytest.raises(fu.PermissionError, match="System Manager"):
        fu.get_doc("User", "ana@example.com").add_roles("System Manager")


def test_users_cannot_read_others_nor_the_standard_ones(fu):
    user(roles=["Translator"])
    user("other@example.com", roles=["System Manager"])
    fu.set_user("ana@example.com")
    assert not fu.get_doc("User", "other@example.com").has_permission("read")
    fu.set_user("other@example.com")
    assert fu.get_doc("User", "ana@example.com").has_permission("write")
    assert not fu.get_doc("User", "Administrator").has_permission("write")
    assert set(fu.get_list("User", pluck="name")) == {"ana@example.com", "other@example.com"}


@pytest.mark.parametrize("name", ["Administrator", "Guest"])
def test_standard_users_cannot_be_deleted_renamed_or_disabled(fu, name):
    with pytest.raises(fu.ValidationError):
        fu.delete_doc("User", name)
    with pytest.raises(fu.ValidationError):
        fu.rename_doc("User", name, "other@example.com")
    doc = fu.get_doc("User", name)
    doc.enabled = 0
    with pytest.raises(fu.ValidationError):
        doc.save()


@pytest.mark.parametrize("name", ["System Manager", "All", "Guest", "Desk User"])
def test_standard_roles_cannot_be_deleted_or_disabled(fu, name):
    with pytest.raises(fu.ValidationError):
        fu.delete_doc("Role", name)
    role = fu.get_doc("Role", name)
    role.disabled = 1
    with pytest.raises(fu.ValidationError):
        role.save()


def test_a_disabled_user_is_known_as_such_to_the_login(fu):
    from frappe.core.doctype.user.user import User

    user(new_password=GOOD, enabled=0)
    found = User.find_by_credentials("ana@example.com", GOOD)
    assert found["is_authenticated"] and not found["enabled"]
    assert not User.find_by_credentials("ana@example.com", "wrong")["is_authenticated"]
    assert User.find_by_credentials("nobody@example.com", GOOD) is None


def test_logging_in_by_username_is_for_sites_that_allow_it(fu):
    from frappe.core.doctype.user.user import User

    user(new_password=GOOD, username="ana.pop")
    assert User.find_by_credentials("ana.pop", GOOD) is None
    settings = fu.get_doc("System Settings")
    settings.allow_login_using_user_name = 1
    settings.save()
    assert User.find_by_credentials("ana.pop", GOOD)["name"] == "ana@example.com"
    user("aaa@example.com", username="ana@example.com")
    assert User.find_by_credentials("ana@example.com", GOOD)["name"] == "ana@example.com"


def test_keys_are_made_by_system_managers_and_kept_encrypted(fu):
    from frappe.core.doctype.user.user import generate_keys
    from frappe.utils.password import get_decrypted_password

    user()
    keys = generate_keys("ana@example.com")
    assert fu.db.get_value("User", "ana@example.com", "api_key") == keys["api_key"]
    assert get_decrypted_password("User", "ana@example.com", "api_secret") == keys["api_secret"]
    stored = str(fu.db.sql("select * from `tabUser`")) + str(fu.db.sql("select * from `__Auth`"))
    assert keys["api_secret"] not in stored
    assert generate_keys("ana@example.com")["api_key"] == keys["api_key"]
    fu.set_user("ana@example.com")
    with pytest.raises(fu.PermissionError):
        generate_keys("ana@example.com")


def test_a_reset_link_works_once_and_expires(fu):
    from datetime import timedelta
    from types import SimpleNamespace

    from frappe.core.doctype.user.user import update_password
    from frappe.utils import now_datetime
    from frappe.utils.password import check_password

    doc = user()
    fu.local.login_manager = SimpleNamespace(login_as=lambda name: None)
    key = doc.reset_password().split("key=")[1]
    assert key not in str(fu.db.sql("select reset_password_key from `tabUser`"))
    fu.set_user("Guest")
    update_password(GOOD, key=key)
    assert check_password("ana@example.com", GOOD)
    assert "used before or is invalid" in update_password("Other-Meadow-88", key=key)
    late = doc.reload().reset_password().split("key=")[1]
    doc.db_set("last_reset_password_key_generated_on", now_datetime() - timedelta(hours=2))
    assert "expired" in update_password("Other-Meadow-88", key=late)
    assert check_password("ana@example.com", GOOD)


def test_a_guest_without_key_or_password_changes_nothing(fu):
    from frappe.core.doctype.user.user import update_password

    fu.set_user("Guest")
    with pytest.raises(fu.PermissionError):
        update_password(GOOD)
    with pytest.raises(fu.PermissionError):
        update_password(GOOD, old_password="anything")


def test_deleting_a_user_removes_what_only_concerned_him(fu):
    user()
    fu.get_doc({"doctype": "ToDo", "description": "x", "allocated_to": "ana@example.com"}).insert()
    fu.delete_doc("User", "ana@example.com")
    assert not fu.db.exists("ToDo", {"allocated_to": "ana@example.com"})
    assert not fu.db.exists("DocShare", {"user": "ana@example.com"})
    assert not fu.db.exists("Has Role", {"parent": "ana@example.com"})


def test_renaming_a_user_renames_the_owner_of_documents(fu):
    user(roles=["System Manager"])
    fu.set_user("ana@example.com")
    name = fu.get_doc({"doctype": "Tag", "name": "mine"}).insert().name
    fu.set_user("Administrator")
    fu.rename_doc("User", "ana@example.com", "ana.new@example.com")
    assert fu.db.get_value("User", "ana.new@example.com", "email") == "ana.new@example.com"
    assert fu.db.get_value("Tag", name, "owner") == "ana.new@example.com"


def test_a_role_profile_decides_the_roles(fu):
    fu.get_doc({"doctype": "Role Profile", "role_profile": "Desk", "roles": [{"role": "Translator"}]}).insert()
    doc = user(roles=["System Manager"], role_profile_name="Desk")
    assert [row.role for row in doc.roles] == ["Translator"]


def test_others_roles_are_told_to_system_managers_only(fu):
    from frappe.core.doctype.user.user import get_roles

    user(roles=["Translator"])
    fu.set_user("ana@example.com")
    assert "Translator" in get_roles()
    with pytest.raises(fu.PermissionError):
        get_roles("Administrator")


def test_workflows_refuse_moves_that_a_docstatus_cannot_make(fu):
    for name in ("Open", "Done", "Void"):
        fu.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert(ignore_if_duplicate=True)
    fu.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": "Move"}).insert()

    def workflow(start, end, last="Void"):
        states = [("Open", "0"), ("Done", "1"), ("Void", "2")]
        states = [(state, status) for state, status in states if state != last or last == "Void"]
        return fu.get_doc(
            {
                "doctype": "Workflow",
                "workflow_name": f"{start} {end} {last}",
                "document_type": "ToDo",
                "states": [{"state": s, "doc_status": d, "allow_edit": "All"} for s, d in states],
                "transitions": [{"state": start, "action": "Move", "next_state": end, "allowed": "All"}],
            }
        )

    for start, end, message in (
        ("Void", "Open", "Cannot change state of Cancelled Document"),
        ("Done", "Open", "cannot be converted back to draft"),
        ("Open", "Void", "Cannot cancel before submitting"),
    ):
        with pytest.raises(fu.ValidationError, match=message):
            workflow(start, end).insert()
    with pytest.raises(fu.ValidationError, match="not a valid State"):
        workflow("Open", "Done", last="Done").insert()
    assert workflow("Open", "Done").insert().name
    assert fu.get_meta("ToDo").has_field("workflow_state")
