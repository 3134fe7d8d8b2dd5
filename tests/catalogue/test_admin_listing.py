"""The listing of innovations: columns, filters, search, and the same few queries at any number of rows."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from catalogue.admin.states import State, today
from catalogue.models import InnovationPage, Replication
from catalogue.models.terms import Scheme
from catalogue.services.bulk import NewInnovation, insert_innovations
from tests import factories
from tests.catalogue.desk import SUBMIT, Desk, messages_of

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20


def rows(response):
    return {page.title for page in response.context["object_list"]}


def row(response, page):
    return next(found.row for found in response.context["object_list"] if found.pk == page.pk)


class TestQueries:
    def test_are_as_many_for_ten_rows_as_for_two_hundred(self, staffed, monkeypatch):
        monkeypatch.setattr("catalogue.admin.innovations.InnovationAdmin.list_per_page", 200)
        desks = [Desk(factories.user(role)) for role in ("curator", "agency-editor")]
        self.make(10)
        few = [self.count(desk, "Inovasi uji") for desk in desks]
        self.make(190)
        many = [self.count(desk, "Inovasi uji") for desk in desks]
        assert [shown for _queries, shown in few] == [10, 10]
        assert [shown for _queries, shown in many] == [200, 200]
        assert [queries for queries, _shown in many] == [queries for queries, _shown in few]
        assert max(queries for queries, _shown in many) <= MOST_QUERIES

    def make(self, number):
        tree = factories.baseline()
        values = {"agency": factories.agency(), "sector": factories.term(Scheme.SECTOR, "health")}
        tag = factories.tag("antrean").pk
        insert_innovations(
            [
                NewInnovation(
                    page=self.page(values, live=bool(count % 3)), parent=tree.innovations["id"], tags=[tag]
                )
                for count in range(number)
            ]
        )

    def page(self, values, live):
        locale = Locale.objects.get(language_code="id")
        slug = uuid.uuid4().hex
        return InnovationPage(title=f"Inovasi uji {slug[:6]}", slug=slug, locale=locale, live=live, **values)

    def count(self, desk, text):
        desk.listing(q=text)  # whatever a process reads once
        with CaptureQueriesContext(connection) as queries:
            response = desk.listing(q=text)
        return len(queries), len(response.context["object_list"])


class TestStates:
    def test_draft_with_its_writer(self, curator):
        page = factories.innovation(state="draft")
        curator.edit(page, {"summary": "Berubah"})
        found = row(curator.listing(), page).standing
        assert found.state == State.DRAFT
        assert found.holder == str(curator.person)
        assert timezone.now() - found.since < timedelta(minutes=5)

    def test_in_review_with_the_curators(self, staffed, curator):
        editor = Desk(factories.user("agency-editor"))
        page = factories.innovation(state="draft", revision=True)
        editor.edit(page, {}, SUBMIT)
        assert row(editor.listing(), page).standing.state == State.REVIEW
        assert rows(curator.listing(state="review")) == {page.title}
        assert page.title not in rows(curator.listing(state="draft"))

    def test_scheduled(self, curator):
        page = factories.innovation(state="draft")
        page.go_live_at = timezone.now() + timedelta(days=2)
        page.save_revision(approved_go_live_at=page.go_live_at)
        assert row(curator.listing(), page).standing.state == State.SCHEDULED
        assert rows(curator.listing(state="scheduled")) == {page.title}

    def test_published_and_published_with_a_newer_draft(self, curator):
        plain, changed = factories.innovation("Polos"), factories.innovation("Berubah", revision=True)
        changed.summary = "Konsep baru"
        changed.save_revision()
        response = curator.listing()
        assert row(response, plain).standing.state == State.PUBLISHED
        assert row(response, changed).standing.state == State.CHANGED
        assert {"Polos", "Berubah"} <= rows(curator.listing(state="published"))
        assert rows(curator.listing(state="changed")) == {"Berubah"}


class TestFilters:
    @pytest.fixture
    def world(self, staffed):
        return staffed

    def test_one_row_a_record_unless_a_language_is_chosen(self, world, curator):
        assert world.english.title not in rows(curator.listing())
        english = curator.listing(language="en")
        assert rows(english) == {world.english.title}
        assert row(english, world.english).source.agency == world.complete.agency
        assert row(english, world.english).points > 50

    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("sector", "environment", {"plain"}),
            ("stage", "replicated", {"copy"}),
            ("level", "foreign", {"foreign"}),
            ("state", "draft", {"draft"}),
            ("origin", "import", set()),
        ],
    )
    def test_each_filter(self, world, curator, name, value, expected):
        assert rows(curator.listing(**{name: value})) == {getattr(world, key).title for key in expected}

    def test_unconfirmed_for_twelve_months(self, world, curator):
        fresh = factories.innovation("Baru dikonfirmasi", status_confirmed_on=today() - timedelta(days=30))
        old = factories.innovation("Lama", status_confirmed_on=date(2020, 1, 1))
        found = rows(curator.listing(confirmed="overdue"))
        assert old.title in found
        assert fresh.title not in found
        assert world.draft.title not in found

    def test_unknown_parameters_and_values_change_nothing(self, world, curator):
        all_rows = rows(curator.listing())
        assert rows(curator.listing(owner__password__startswith="a")) == all_rows
        assert rows(curator.listing(sector="no-such", o="x.-9", p="-3", e="1", export="csv")) == all_rows

    @pytest.mark.parametrize("text", ["bank sam", "BANK", "sampah"])
    def test_search_by_title(self, world, curator, text):
        assert rows(curator.listing(q=text)) == {world.plain.title}

    def test_search_by_agency_and_number(self, world, curator):
        numbered = factories.innovation("Bernomor", source_id="SINOVIK-77", agency="gov-73.10")
        assert rows(curator.listing(q="Dinas Contoh")) == {world.complete.title}
        assert rows(curator.listing(q="gov-35.10-dinas-contoh")) == {world.complete.title}
        assert rows(curator.listing(q="sinovik-77")) == {numbered.title}

    @pytest.mark.parametrize("text", ["%", "'\"(", "a" * 5000, "🏥"])
    def test_odd_text_is_only_text(self, world, curator, text):
        assert curator.listing(q=text).status_code == 200

    def test_every_column_sorts_or_stays(self, world, curator):
        for column in range(6):
            for sign in ("", "-"):
                assert curator.listing(o=f"{sign}{column}").status_code == 200


class TestButtons:
    def test_new_innovation_leads_straight_to_the_form(self, curator):
        index = factories.baseline().innovations["id"].pk
        response = curator.get("catalogue_innovationpage_modeladmin_create")
        assert response["Location"].startswith(f"/admin/pages/add/catalogue/innovationpage/{index}/")
        assert curator.client.get(response["Location"]).status_code == 200

    def test_without_an_index_page_it_says_so(self, curator):
        Replication.objects.all().delete()
        for index in factories.baseline().innovations.values():
            index.delete()
        response = curator.get("catalogue_innovationpage_modeladmin_create")
        assert response["Location"] == reverse("catalogue_innovationpage_modeladmin_index")
        assert messages_of(response)

    def test_deleting_is_offered_to_those_who_may(self, staffed):
        editor = Desk(factories.user("agency-editor"))
        own = factories.innovation("Sendiri", state="draft", owner=editor.person)
        other = factories.innovation("Rekan", state="draft")
        html = editor.listing().content.decode()
        assert f"/admin/pages/{own.pk}/delete/" in html
        assert f"/admin/pages/{other.pk}/delete/" not in html
        editor.client.post(f"/admin/pages/{own.pk}/delete/")
        assert not InnovationPage.objects.filter(pk=own.pk).exists()

    def test_an_origin_of_copies_stays(self, staffed, curator):
        response = curator.client.post(f"/admin/pages/{staffed.complete.pk}/delete/")
        assert response.status_code == 302
        assert staffed.complete.title in messages_of(response)
        assert InnovationPage.objects.filter(pk=staffed.complete.pk).exists()

    def test_people_without_the_role_have_no_listing(self, staffed):
        from django.contrib.auth.models import Permission

        person = factories.user()
        person.user_permissions.add(Permission.objects.get(codename="access_admin"))
        assert Desk(person).listing().status_code in (302, 404)
