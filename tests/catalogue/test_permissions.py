"""Who sees and changes which record, asked of the policy and of every route of the admin."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import PageLogEntry

from catalogue.admin import gate
from catalogue.models import InnovationPage
from catalogue.permissions import (
    choosable_agencies,
    choosable_innovations,
    default_agency,
    rights_of,
    visible_innovations,
)
from tests import factories
from tests.catalogue.desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(staffed):
    return staffed


def titles(pages):
    return set(pages.values_list("title", flat=True))


class TestPolicy:
    def test_curators_and_administrators_see_everything(self, world):
        everything = InnovationPage.objects.count()
        for person in (world.curator, world.administrator):
            assert visible_innovations(person).count() == everything

    def test_an_agency_editor_sees_the_agency_its_units_and_their_translations(self, world):
        assert titles(visible_innovations(world.editor)) == {
            world.complete.title,
            world.english.title,
            world.plain.title,
            world.draft.title,
            world.hidden.title,
        }

    def test_a_units_editor_does_not_see_the_agency_above(self, world):
        unit = factories.user("agency-editor", agency="gov-35.10-dinas-contoh")
        assert titles(visible_innovations(unit)) == {world.complete.title, world.english.title}

    def test_others_see_nothing(self, world):
        assert not visible_innovations(factories.user()).exists()
        assert not visible_innovations(AnonymousUser()).exists()

    def test_an_inactive_editor_sees_nothing(self, world):
        person = type(world.editor).objects.get(pk=world.editor.pk)
        person.is_active = False
        assert not visible_innovations(person).exists()

    def test_agencies_to_choose(self, world):
        codes = set(choosable_agencies(world.editor).values_list("code", flat=True))
        assert {"gov-35.10", "gov-35.10-dinas-contoh"} <= codes
        assert all(code.startswith("gov-35.10") for code in codes)
        assert choosable_agencies(world.curator).count() > 500
        assert default_agency(world.editor).code == "gov-35.10"
        assert default_agency(world.curator) is None

    def test_origins_to_choose_are_ones_own_and_the_public_ones(self, world):
        foreign_draft = factories.innovation("Konsep asing", state="draft", agency="gov-73.10")
        found = titles(choosable_innovations(world.editor))
        assert world.copy.title in found
        assert world.draft.title in found
        assert foreign_draft.title not in found
        assert world.english.title not in found

    def test_rights_cost_a_query_a_membership(self, world, django_assert_num_queries):
        person = type(world.editor).objects.get(pk=world.editor.pk)
        person.get_all_permissions()
        with django_assert_num_queries(2):
            assert rights_of(person).agencies
        with django_assert_num_queries(0):
            assert rights_of(person).restricted


class TestTester:
    def test_an_agency_editor_edits_and_submits_but_never_publishes(self, world):
        tester = world.draft.permissions_for_user(world.editor)
        assert tester.can_edit()
        assert tester.can_submit_for_moderation()
        assert tester.can_view_revisions()
        for right in ("publish", "unpublish", "move", "copy", "lock", "unlock", "unschedule"):
            assert not getattr(tester, f"can_{right}")(), right
        assert not tester.can_set_view_restrictions()

    def test_a_foreign_record_gives_no_right(self, world):
        tester = world.copy.permissions_for_user(world.editor)
        rights = [name for name in dir(tester) if name.startswith("can_") and "_to" not in name]
        assert {name for name in rights if getattr(tester, name)()} == set()

    def test_only_own_drafts_never_published_can_be_deleted(self, world):
        own = factories.innovation("Punya saya", state="draft", owner=world.editor)
        assert own.permissions_for_user(world.editor).can_delete()
        assert not world.draft.permissions_for_user(world.editor).can_delete()
        once = factories.innovation("Pernah terbit", owner=world.editor, revision=True)
        once.unpublish()
        once.refresh_from_db()
        assert not once.permissions_for_user(world.editor).can_delete()
        assert once.permissions_for_user(world.curator).can_delete()

    def test_nobody_publishes_their_own(self, world):
        for person in (world.curator, world.administrator):
            own = factories.innovation("Sendiri", state="draft", owner=person)
            assert not own.permissions_for_user(person).can_publish()
            assert world.draft.permissions_for_user(person).can_publish()

    def test_the_committed_agency_decides_not_the_draft(self, world):
        page = factories.innovation("Akan pindah", agency="gov-73.10")
        page.agency = factories.agency("gov-35.10")
        assert not page.permissions_for_user(world.editor).can_edit()


def routes(resolver=None, spaces=(), prefix=""):
    """Every named route of the admin with its path."""
    for item in (resolver or get_resolver()).url_patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from routes(item, (*spaces, *([item.namespace] if item.namespace else [])), path)
        elif isinstance(item, URLPattern) and item.name and path.startswith("admin/"):
            yield ":".join((*spaces, item.name)), item


def arguments(pattern, page):
    """Values for a route's arguments, those of pages naming ``page``."""
    values = {
        "page_id": page.pk,
        "pk": page.pk,
        "parent_page_id": page.pk,
        "page_to_move_id": page.pk,
        "instance_pk": page.pk,
        "object_id": page.pk,
        "destination_id": page.pk,
        "content_type_app_name": "catalogue",
        "content_type_model_name": "innovationpage",
        "app_label": "catalogue",
        "model_name": "innovationpage",
        "revision_id": page.latest_revision_id or 1,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "action": "delete",
        "action_name": "approve",
        "model": "page",
    }
    names = set(pattern.pattern.regex.groupindex) | set(getattr(pattern.pattern, "converters", {}))
    return {name: values.get(name, 1) for name in names}


PUBLIC = {"wagtailadmin_login", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}


class TestGate:
    """A foreign draft with a word no other page has: no route of the admin may show it."""

    CANARY = "zzkenarizz"

    @pytest.fixture
    def foreign(self, world):
        return factories.innovation(
            f"Rahasia {self.CANARY}", state="draft", agency="gov-73.10", revision=True
        )

    def test_no_route_shows_a_foreign_record(self, world, foreign):
        desk = Desk(world.editor)
        missing = desk.client.get("/admin/pages/999999/edit/")
        assert missing.status_code == 404
        for name, pattern in routes():
            try:
                address = reverse(name, kwargs=arguments(pattern, foreign))
            except NoReverseMatch:  # a pattern whose arguments are not those of this page
                continue
            response = desk.client.get(address, {"q": self.CANARY, "id": foreign.pk, "search": self.CANARY})
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert f"Rahasia {self.CANARY}".encode() not in body, name
            if name not in gate.OPEN | PUBLIC and name not in gate.ADDING:
                assert response.status_code == 404, (name, response.status_code)

    def test_a_denial_is_the_same_as_an_address_that_leads_nowhere(self, world, foreign):
        desk = Desk(world.editor)
        for view in ("edit", "history", "delete", "view_draft", "copy", "move", "usage", "unpublish"):
            there = desk.client.get(f"/admin/pages/{foreign.pk}/{view}/")
            nowhere = desk.client.get(f"/admin/pages/999999/{view}/")
            assert there.status_code == nowhere.status_code == 404
            assert _stripped(there) == _stripped(nowhere), view

    def test_posting_is_denied_too(self, world, foreign):
        desk = Desk(world.editor)
        for view in ("edit", "delete", "unpublish", "copy", "lock", "move"):
            assert desk.client.post(f"/admin/pages/{foreign.pk}/{view}/").status_code == 404
        bulk = desk.client.post(f"/admin/bulk/wagtailcore/page/delete/?id={foreign.pk}")
        assert bulk.status_code == 404
        assert InnovationPage.objects.filter(pk=foreign.pk).exists()
        assert not PageLogEntry.objects.filter(user=world.editor).exists()

    def test_own_records_are_open(self, world):
        desk = Desk(world.editor)
        page = factories.innovation("Milik kami", state="draft", revision=True)
        page.summary = "Berubah"
        page.save_revision()
        for view in ("edit", "history", "view_draft", "workflow_history"):
            assert desk.client.get(f"/admin/pages/{page.pk}/{view}/").status_code == 200, view
        compare = f"/admin/pages/{page.pk}/revisions/compare/earliest...latest/"
        assert desk.client.get(compare).status_code == 200
        revision = page.revisions.order_by("pk").first().pk
        assert desk.client.get(f"/admin/pages/{page.pk}/revisions/{revision}/view/").status_code == 200
        assert desk.client.get(f"/admin/pages/{page.pk}/revisions/{revision}/revert/").status_code == 200

    def test_adding_is_open_for_innovations_only(self, world):
        desk = Desk(world.editor)
        index = world.tree.innovations["id"].pk
        assert desk.client.get(f"/admin/pages/add/catalogue/innovationpage/{index}/").status_code == 200
        section = desk.client.get(f"/admin/pages/add/catalogue/innovationsectionpage/{index}/")
        assert section.status_code == 404
        below = desk.client.get(f"/admin/pages/add/catalogue/innovationpage/{world.section.pk}/")
        assert below.status_code == 302

    def test_curators_are_not_held_up(self, world, foreign):
        desk = Desk(world.curator)
        assert desk.client.get(f"/admin/pages/{foreign.pk}/edit/").status_code == 200
        assert desk.client.get("/admin/reports/workflow/").status_code == 200

    def test_listing_holds_only_ones_own(self, world, foreign):
        html = Desk(world.editor).listing().content.decode()
        assert world.plain.title in html
        assert foreign.title not in html
        assert world.copy.title not in html

    def test_menu_has_nothing_a_role_cannot_use(self, world):
        html = Desk(world.editor).get("wagtailadmin_home").content.decode()
        addresses = re.findall(r'"url": "([^"]+)"', html)
        assert "/admin/catalogue/innovationpage/" in addresses
        for address in addresses:
            assert address.startswith(("/admin/", "#")), address
            if address.startswith("/"):
                assert Desk(world.editor).client.get(address).status_code == 200, address


def _stripped(response):
    """The page without what differs between any two requests: tokens and nonces."""
    return re.sub(r'(nonce|value|csrf_?token)="?[\w-]{20,}"?', "", response.content.decode(), flags=re.I)
