"""Roles are groups that say exactly the rights the code gives."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.management import call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from accounts import roles
from accounts.models import User
from accounts.roles import GROUP_NAMES, Role, has_role, is_staff_member, roles_of
from accounts.services import create_staff_user, ensure_roles
from tests import factories

pytestmark = pytest.mark.django_db


def rights() -> dict[str, set[str]]:
    return {
        group.name: {
            f"{app}.{name}"
            for app, name in group.permissions.values_list("content_type__app_label", "codename")
        }
        for group in Group.objects.filter(name__in=GROUP_NAMES.values())
    }


def rows() -> tuple[int, int, int]:
    return (
        Group.objects.count(),
        GroupPagePermission.objects.count(),
        GroupCollectionPermission.objects.count(),
    )


def test_repeating_changes_nothing() -> None:
    ensure_roles()
    before = rights(), rows()
    ensure_roles()
    assert (rights(), rows()) == before


def test_a_right_that_was_added_by_hand_goes_and_one_that_was_taken_comes_back() -> None:
    curators = ensure_roles()[Role.CURATOR]
    before = rights()[curators.name]
    curators.permissions.clear()
    curators.permissions.add(Permission.objects.get(codename="delete_user"))
    ensure_roles()
    assert rights()[curators.name] == before
    assert "accounts.delete_user" not in before


def test_the_administrator_has_every_permission() -> None:
    ensure_roles()
    assert len(rights()["Administrator"]) == Permission.objects.count()


def test_curators_keep_records_and_agency_editors_write_them() -> None:
    ensure_roles()
    found = rights()
    assert {"catalogue.change_innovationpage", "wagtailadmin.access_admin"} <= found["Kurator"]
    assert "catalogue.add_innovationpage" in found["Penyunting instansi"]
    assert "catalogue.change_innovationpage" not in found["Penyunting instansi"]
    assert not [name for name in found["Kurator"] | found["Penyunting instansi"] if name.endswith("_user")]


def test_an_agency_editor_has_no_right_on_the_page_tree() -> None:
    group = ensure_roles()[Role.AGENCY_EDITOR]
    assert not GroupPagePermission.objects.filter(group=group).exists()


def test_a_permission_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles._granted, Role.CURATOR, {"catalogue.paint_innovationpage"})
    with pytest.raises(LookupError, match=r"catalogue\.paint_innovationpage"):
        ensure_roles()


def test_a_former_name_becomes_the_new_one_with_all_that_names_the_group() -> None:
    group = ensure_roles()[Role.AGENCY_EDITOR]
    person = factories.user(Role.AGENCY_EDITOR)
    Group.objects.filter(pk=group.pk).update(name="Editor instansi")
    assert not has_role(User.objects.get(pk=person.pk), Role.AGENCY_EDITOR)
    assert ensure_roles()[Role.AGENCY_EDITOR] == group
    assert has_role(User.objects.get(pk=person.pk), Role.AGENCY_EDITOR)


def test_two_names_of_one_role_become_one_group() -> None:
    heir = ensure_roles()[Role.AGENCY_EDITOR]
    former = Group.objects.create(name="Editor instansi")
    former.permissions.add(Permission.objects.get(codename="delete_user"))
    person, both = factories.user(), factories.user(Role.AGENCY_EDITOR)
    person.groups.add(former)
    both.groups.add(former)
    section = factories.section()
    restriction = section.view_restrictions.get()
    restriction.groups.add(former)
    ensure_roles()
    assert not Group.objects.filter(name="Editor instansi").exists()
    assert [list(one.groups.all()) for one in (person, both)] == [[heir], [heir]]
    assert list(restriction.groups.all()) == [heir]
    assert not User.objects.get(pk=person.pk).has_perm("accounts.delete_user")


def test_groups_that_wagtail_brings_go_unless_somebody_is_in_them() -> None:
    person = factories.user()
    Group.objects.get_or_create(name="Editors")
    kept, _ = Group.objects.get_or_create(name="Moderators")
    kept.user_set.add(person)
    ensure_roles()
    assert set(Group.objects.filter(name__in=["Editors", "Moderators"])) == {kept}


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ensure_roles")
    assert capsys.readouterr().out.splitlines() == [
        "administrator: Administrator",
        "curator: Kurator",
        "agency-editor: Penyunting instansi",
        "coordinator: Penyelenggara",
    ]


def test_making_somebody_again_keeps_their_password_and_adds_the_role() -> None:
    person = factories.user(Role.AGENCY_EDITOR)
    again = create_staff_user(email=person.email.upper(), role=Role.CURATOR)
    assert again.pk == person.pk
    assert again.check_password(factories.PASSWORD)
    assert roles_of(User.objects.get(pk=person.pk)) == {Role.CURATOR, Role.AGENCY_EDITOR}
    assert person.emailaddress_set.filter(verified=True, primary=True).count() == 1


def test_who_counts_as_staff() -> None:
    visitor, editor = factories.user(), factories.user(Role.AGENCY_EDITOR)
    chief = User.objects.create_superuser("chief@example.go.id", "x")
    gone = factories.user(Role.CURATOR)
    gone.is_active = False
    assert not is_staff_member(AnonymousUser())
    assert not is_staff_member(visitor)
    assert is_staff_member(editor)
    assert is_staff_member(chief)
    assert not is_staff_member(gone)
    assert has_role(chief, Role.CURATOR)
    assert has_role(editor, Role.AGENCY_EDITOR)
    assert not has_role(editor, Role.CURATOR, Role.ADMINISTRATOR)
    assert not has_role(gone, Role.CURATOR)
    assert roles_of(AnonymousUser()) == frozenset()


def test_a_group_given_by_hand_makes_staff() -> None:
    visitor = factories.user()
    visitor.groups.add(Group.objects.get(name="Kurator"))
    assert is_staff_member(User.objects.get(pk=visitor.pk))
