"""What an index refused, shown to those who keep the catalogue, and tried again by a button."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from accounts.models import User
from search import changes
from search.engines import get_engine
from search.models import Follower, PendingChange
from search.types import Refusal, SearchRequest
from search.worker.index import FollowJob
from tests import factories
from tests.catalogue.desk import PUBLISH, Desk, messages_of
from tests.doubles import FaultyEngine
from tests.signin import sign_in

pytestmark = pytest.mark.django_db

LISTING, RETRY = "catalogue_refused", "catalogue_refused_retry"
ASKED = SearchRequest(size=100)


@pytest.fixture
def world(staffed):
    return staffed


@pytest.fixture
def engine(world):
    """The site's index, which refuses what a test tells it to."""
    return FaultyEngine(get_engine())


def follow(engine) -> None:
    job = FollowJob(engine)
    try:
        job.work()
    finally:
        job.close()


def refuse(engine, *pages) -> None:
    """Have the index refuse these records for real: they are changed, followed and parked."""
    engine.refused |= {str(page.translation_key) for page in pages}
    for page in pages:
        page.save()
    follow(engine)


def park(number: int, **fields) -> list[PendingChange]:
    """Rows of records that nobody knows, as if they had been refused."""
    now = timezone.now()
    known = {"version": 1, "attempts": 1, "reason": "x", "refusal": Refusal.OTHER, **fields}
    rows = [
        PendingChange(
            follower=Follower.objects.get(),
            **{"key": uuid.uuid4(), "parked_at": now, "refused_at": now, **known},
        )
        for _ in range(number)
    ]
    return PendingChange.objects.bulk_create(rows)


def listed(desk: Desk, **query) -> str:
    response = desk.get(LISTING, **query)
    assert response.status_code == 200
    return response.content.decode()


class TestList:
    def test_tells_which_record_where_since_when_and_why(self, world, engine):
        refuse(engine, world.plain)
        PendingChange.objects.update(attempts=7, refusal=Refusal.FIELD, reason="mapper: failed [number_year]")
        html = listed(Desk(world.curator))
        assert f'<a href="/admin/pages/{world.plain.pk}/edit/">Bank sampah</a>' in html
        assert "Satu isian catatan inovasi ini tidak cocok dengan kolomnya di indeks." in html
        assert "<dd>7</dd>" in html
        assert "embedded (" in html
        assert "mapper: failed [number_year]" in html

    @pytest.mark.parametrize("refusal", [*Refusal, "newer-kind", ""])
    def test_gives_a_reason_for_every_kind(self, world, refusal):
        park(1, refusal=refusal)
        (row,) = Desk(world.curator).get(LISTING).context["rows"]
        assert row.explanation.endswith(".")

    def test_escapes_what_the_engine_said(self, world):
        park(1, reason="<script>alert(1)</script>")
        assert "<script>alert" not in listed(Desk(world.curator))

    def test_of_a_record_that_was_deleted_names_its_key(self, world):
        (row,) = park(1)
        html = listed(Desk(world.curator))
        assert "Catatan inovasi yang sudah dihapus" in html
        assert str(row.key) in html

    def test_without_any_says_so(self, world):
        assert "Setiap indeks telah menerima semua catatan inovasi." in listed(Desk(world.curator))

    def test_leaves_out_rows_of_an_index_that_is_gone(self, world):
        park(1)
        PendingChange.objects.update(follower_id=Follower.objects.get().pk + 1000)
        assert "Setiap indeks" in listed(Desk(world.curator))

    def test_comes_in_pages_the_latest_first(self, world):
        rows = park(60)
        hour_ago = timezone.now() - timedelta(hours=1)
        PendingChange.objects.filter(pk=rows[0].pk).update(refused_at=hour_ago)
        desk = Desk(world.curator)
        pages = [desk.get(LISTING, p=number).context for number in (1, 2, 3)]
        shown = [row.id for page in pages for row in page["rows"]]
        assert len(shown) == len(set(shown)) == 60
        assert shown[-1] == rows[0].pk
        assert "?p=2" in listed(desk)
        assert desk.get(LISTING, p="x").context["page_obj"].number == 1

    def test_costs_the_same_queries_for_one_as_for_twenty_five(self, world, engine):
        desk = Desk(world.curator)
        counts = []
        for pages in ([world.plain], [factories.innovation(f"Ditolak {n}") for n in range(24)]):
            refuse(engine, *pages)
            desk.get(LISTING)
            with CaptureQueriesContext(connection) as queries:
                response = desk.get(LISTING)
            counts.append((len(queries), len(response.context["rows"])))
        assert [shown for _queries, shown in counts] == [1, 25]
        assert counts[0][0] == counts[1][0] <= 20


class TestTryAgain:
    def test_one(self, world, engine):
        refuse(engine, world.plain, world.copy)
        row = changes.parked().get(key=world.plain.translation_key)
        engine.refused.clear()
        done = Desk(world.curator).post(RETRY, data={"id": row.pk}, follow=True)
        assert done.redirect_chain == [(reverse(LISTING), 302)]
        assert "1 catatan inovasi dicoba lagi" in messages_of(done)
        follow(engine)
        assert [left.key for left in changes.parked()] == [world.copy.translation_key]
        entry = PageLogEntry.objects.get(action="catalogue.index_again")
        assert (entry.page_id, entry.user) == (world.plain.pk, world.curator)
        assert entry.data == {"index": "embedded", "records": 1}

    def test_all(self, world, engine):
        refuse(engine, world.plain, world.copy)
        park(1)
        engine.refused.clear()
        done = Desk(world.administrator).post(RETRY, data={"all": "1"}, follow=True)
        assert "3 catatan inovasi dicoba lagi" in messages_of(done)
        follow(engine)
        assert not PendingChange.objects.exists()
        entry = ModelLogEntry.objects.get(action="catalogue.index_again")
        assert (entry.object_id, entry.user) == (str(Follower.objects.get().pk), world.administrator)
        assert entry.data == {"index": "embedded", "records": 3}

    def test_of_a_record_that_was_deleted_is_logged_on_the_index(self, world, engine):
        (row,) = park(1)
        Desk(world.curator).post(RETRY, data={"id": row.pk})
        follow(engine)
        assert not PendingChange.objects.exists()
        assert ModelLogEntry.objects.filter(action="catalogue.index_again").count() == 1

    def test_what_is_refused_again_comes_back_with_one_more_attempt(self, world, engine):
        refuse(engine, world.plain)
        before = changes.parked().get()
        Desk(world.curator).post(RETRY, data={"id": before.pk})
        follow(engine)
        after = changes.parked().get()
        assert (after.pk, after.attempts, after.refused_at) == (before.pk, 2, before.refused_at)

    def test_what_is_gone_meanwhile_is_no_error(self, world):
        done = Desk(world.curator).post(RETRY, data={"id": 123456789}, follow=True)
        assert "Tidak ada lagi yang perlu dicoba" in messages_of(done)
        assert not PageLogEntry.objects.filter(action="catalogue.index_again").exists()

    @pytest.mark.parametrize("given", ["", "x", "-1", "1" * 40, "٣"])
    def test_a_row_that_can_never_be_is_not_found(self, world, given):
        assert Desk(world.curator).post(RETRY, data={"id": given}).status_code == 404

    def test_is_told_in_the_history_of_the_record(self, world, engine):
        refuse(engine, world.plain)
        desk = Desk(world.curator)
        desk.post(RETRY, data={"id": changes.parked().get().pk})
        html = desk.get("wagtailadmin_pages:history", world.plain.pk).content.decode()
        assert "Menawarkan lagi 1 catatan inovasi kepada indeks embedded" in html


def test_mending_the_record_tries_it_at_once(world, engine):
    page = factories.innovation("Salah isi", revision=True)
    refuse(engine, page)
    engine.refused.clear()
    desk = Desk(world.curator)
    assert "Salah isi" in listed(desk)

    assert desk.edit(page, {"title": "Isi yang benar"}, PUBLISH).status_code == 302

    assert "Setiap indeks" in listed(desk)
    follow(engine)
    assert not PendingChange.objects.exists()
    hits = {hit.key: hit.stored["title"]["id"] for hit in engine.search(ASKED).hits}
    assert hits[str(page.translation_key)] == "Isi yang benar"


class TestRights:
    def person(self, world, role) -> User:
        if role == "sees-all-but-not-this":
            person = User.objects.create_user("lain@example.go.id", factories.PASSWORD, is_staff=True)
            group = Group.objects.create(name="Lain")
            codes = ["access_admin", "change_innovationpage"]
            group.permissions.set(Permission.objects.filter(codename__in=codes))
            person.groups.add(group)
            return person
        return getattr(world, role)

    @pytest.mark.parametrize("role", ["curator", "administrator"])
    def test_of_those_who_keep_the_catalogue(self, world, role):
        (row,) = park(1)
        desk = Desk(self.person(world, role))
        assert "Coba semua lagi" in listed(desk)
        assert reverse(LISTING) in desk.get("wagtailadmin_home").content.decode()
        assert desk.post(RETRY, data={"id": row.pk}).status_code == 302
        assert not changes.parked().exists()

    def test_of_an_agency_editor_are_none_and_nothing_tells_of_it(self, world, engine):
        refuse(engine, world.plain)
        desk = Desk(world.editor)
        nowhere = desk.client.get("/admin/catalogue/nowhere/")
        for answer in (desk.get(LISTING), desk.post(RETRY, data={"all": "1"}), desk.get(RETRY)):
            assert (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content)
        assert changes.parked().count() == 1
        home = desk.get("wagtailadmin_home").content.decode()
        assert reverse(LISTING) not in home

    def test_of_somebody_without_the_right_are_denied_as_elsewhere_in_the_admin(self, world):
        park(1)
        desk = Desk(self.person(world, "sees-all-but-not-this"))
        elsewhere = desk.get("catalogue_agencymembership_modeladmin_index")
        for answer in (desk.get(LISTING), desk.post(RETRY, data={"all": "1"})):
            assert (answer.status_code, answer["Location"]) == (302, elsewhere["Location"])
            assert "tidak memiliki izin" in messages_of(answer)
            assert "tidak memiliki izin" in messages_of(elsewhere)
        assert changes.parked().count() == 1
        home = desk.get("wagtailadmin_home").content.decode()
        assert reverse(LISTING) not in home

    def test_of_a_visitor_lead_to_signing_in(self, world, client):
        for answer in (client.get(reverse(LISTING)), client.post(reverse(RETRY), {"all": "1"})):
            assert answer.status_code == 302
            assert "/login/" in answer["Location"]

    def test_trying_again_takes_a_post_with_a_token(self, world):
        park(1)
        client = sign_in(Client(enforce_csrf_checks=True), world.curator)
        assert client.get(reverse(RETRY)).status_code == 405
        assert client.post(reverse(RETRY), {"all": "1"}).status_code == 403
        assert changes.parked().count() == 1


def test_the_first_page_leads_there_with_the_count(world, engine, client):
    refuse(engine, world.plain, world.copy)
    html = " ".join(Desk(world.curator).get("wagtailadmin_home").content.decode().split())
    assert f'<a href="{reverse(LISTING)}"> 2 catatan inovasi ditolak oleh indeks. </a>' in html
    assert client.get("/readyz").json()["search"]["parked"] == 2
