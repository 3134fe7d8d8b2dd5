"""The editor of a record: what a draft may lack, what publishing asks for, what the form derives."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from wagtail.documents import get_document_model

from catalogue.models import Evidence, InnovationPage, Tag
from catalogue.models.terms import Scheme
from catalogue.services.publishing import missing_for_publishing
from tests import factories
from tests.catalogue.desk import PUBLISH, SUBMIT, Desk, errors_of, messages_of, row

pytestmark = pytest.mark.django_db

REQUIRED = ("agency", "sector", "summary", "problem", "solution", "stage", "source")


@pytest.fixture
def editor(staffed):
    return Desk(factories.user("agency-editor", agency="gov-35.10"))


def latest(page):
    return InnovationPage.objects.get(pk=page.pk).get_latest_revision_as_object()


class TestDrafts:
    def test_a_draft_needs_a_title_only(self, curator):
        assert curator.new({"title": "Antrean daring"}).status_code == 302
        page = InnovationPage.objects.get(title="Antrean daring")
        assert not page.live
        assert page.is_source
        assert page.owner == curator.person
        assert page.slug == "antrean-daring"

    def test_without_a_title_nothing_is_saved(self, curator):
        response = curator.new({"title": "", "summary": "Ringkas"})
        assert "title" in errors_of(response)
        assert not InnovationPage.objects.filter(summary="Ringkas").exists()

    def test_a_long_title_is_refused_with_the_excess(self, curator):
        with translation.override("id"):
            message = errors_of(curator.new({"title": "a" * 123}))["title"][0]
        assert "3" in message
        assert "120" in message

    def test_an_agency_editors_draft_belongs_to_their_agency(self, editor):
        editor.new({"title": "Antrean daring", "agency": ""})
        assert InnovationPage.objects.get(title="Antrean daring").agency.code == "gov-35.10"

    def test_an_agency_editor_cannot_write_for_another_agency(self, editor):
        other = factories.agency("gov-73.10")
        response = editor.new({"title": "Milik orang lain", "agency": other.pk})
        assert "agency" in errors_of(response)
        assert not InnovationPage.objects.filter(title="Milik orang lain").exists()

    def test_an_agency_editor_writes_for_a_unit(self, editor):
        unit = factories.agency("gov-35.10-dinas", parent="gov-35.10")
        editor.new({"title": "Dari dinas", "agency": unit.pk})
        assert InnovationPage.objects.get(title="Dari dinas").agency == unit


class TestPublishing:
    def test_names_every_field_that_is_missing(self, curator):
        page = factories.innovation(state="draft", agency=None, sector=None, stage=None, source="")
        page.summary = page.problem = page.solution = ""
        page.save()
        response = curator.edit(page, {}, PUBLISH)
        assert set(errors_of(response)) >= set(REQUIRED)
        told = messages_of(response)
        for label in missing_for_publishing(page):
            assert label.casefold() in told.casefold()
        page.refresh_from_db()
        assert not page.live

    def test_a_whole_record_is_published(self, curator):
        page = factories.innovation(state="draft")
        response = curator.edit(page, {"title": "Terbit"}, PUBLISH)
        assert response.status_code == 302, errors_of(response)
        page.refresh_from_db()
        assert page.live
        assert page.title == "Terbit"

    def test_scheduling_asks_for_the_same(self, curator):
        page = factories.innovation(state="draft", source="")
        soon = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
        assert "source" in errors_of(curator.edit(page, {"go_live_at": soon}, PUBLISH))
        done = curator.edit(page, {"go_live_at": soon, "source": "Laporan"}, PUBLISH)
        assert done.status_code == 302, errors_of(done)
        page.refresh_from_db()
        assert not page.live
        assert page.scheduled_revision is not None

    def test_submitting_asks_for_the_same(self, editor):
        page = factories.innovation(state="draft", sector=None)
        response = editor.edit(page, {}, SUBMIT)
        assert "sector" in errors_of(response)
        assert not InnovationPage.objects.get(pk=page.pk).workflow_in_progress

    def test_a_curator_cannot_publish_what_they_wrote(self, curator):
        curator.new({"title": "Karya sendiri"})
        page = InnovationPage.objects.get(title="Karya sendiri")
        values = {
            "agency": factories.agency().pk,
            "sector": factories.term(Scheme.SECTOR, "health").pk,
            "stage": factories.term(Scheme.STAGE, "pilot").pk,
            "summary": "Ringkas",
            "problem": "Masalah",
            "solution": "Cara",
            "source": "Laporan",
        }
        response = curator.edit(page, values, PUBLISH)
        page.refresh_from_db()
        assert not page.live
        assert messages_of(response)
        other = Desk(factories.user("curator"))
        assert other.edit(page, {}, PUBLISH).status_code == 302
        page.refresh_from_db()
        assert page.live

    def test_nobody_publishes_in_the_act_of_creating(self, curator):
        response = curator.new({"title": "Langsung terbit"}, PUBLISH)
        assert response.status_code == 302
        assert not InnovationPage.objects.get(title="Langsung terbit").live

    @pytest.mark.parametrize(("language", "words"), [("id", "2"), ("en", "2 words too many")])
    def test_word_limits_say_how_many_over_in_the_persons_language(self, curator, language, words):
        curator.person.wagtail_userprofile = _profile(curator.person, language)
        page = factories.innovation(state="draft")
        errors = errors_of(curator.edit(page, {"summary": "kata " * 62, "overview": "kata " * 200}, PUBLISH))
        assert words in errors["summary"][0]
        assert "overview" not in errors

    def test_a_draft_may_be_too_long_for_now(self, curator):
        page = factories.innovation(state="draft")
        assert curator.edit(page, {"summary": "kata " * 62}).status_code == 302
        assert len(latest(page).summary.split()) == 62

    def test_an_image_needs_its_alternative_text(self, curator):
        page = factories.innovation(state="draft")
        image = _image(curator.person)
        assert "image_alt" in errors_of(curator.edit(page, {"image": image.pk}, PUBLISH))
        done = curator.edit(page, {"image": image.pk, "image_alt": "Loket"}, PUBLISH)
        assert done.status_code == 302


class TestTranslations:
    def test_shows_texts_and_reads_facts_from_the_source(self, curator):
        source = factories.complete_innovation()
        page = factories.translation(source)
        response = curator.get("wagtailadmin_pages:edit", page.pk)
        form = response.context["form"]
        assert {"title", "summary", "problem", "prerequisites"} <= form.fields.keys()
        assert not {"agency", "sector", "tags", "source"} & form.fields.keys()
        assert set(form.formsets) == {"comments"}
        html = response.content.decode()
        assert f"/admin/pages/{source.pk}/edit/" in html
        assert source.agency.label() in html

    def test_is_published_without_facts(self, curator):
        source = factories.innovation()
        page = factories.translation(source, state="draft", problem="Waiting", solution="Phones")
        done = curator.edit(page, {"title": "Queue"}, PUBLISH)
        assert done.status_code == 302, errors_of(done)
        page.refresh_from_db()
        assert page.live
        assert page.agency is None

    def test_the_source_page_leads_to_its_translation(self, curator):
        source = factories.innovation()
        page = factories.translation(source)
        html = curator.get("wagtailadmin_pages:edit", source.pk).content.decode()
        assert f"/admin/pages/{page.pk}/edit/" in html


class TestRows:
    def test_the_newest_confirmation_is_the_status(self, curator):
        page = factories.innovation()
        active, stopped = (factories.term(Scheme.STATUS, code).pk for code in ("active", "stopped"))
        rows = {
            **row("status_history", 0, status=stopped, date="2025-04-01", source="Surat"),
            **row("status_history", 1, status=active, date="2024-01-01", source="Kunjungan"),
        }
        done = curator.edit(page, rows, PUBLISH)
        assert done.status_code == 302, errors_of(done)
        page.refresh_from_db()
        assert page.status.code == "stopped"
        assert page.status_confirmed_on == date(2025, 4, 1)

    def test_the_files_fingerprint_is_kept(self, curator):
        page = factories.innovation()
        content = b"%PDF-1.4 bukti"
        document = get_document_model().objects.create(
            title="Bukti", file=ContentFile(content, "bukti.pdf"), uploaded_by_user=curator.person
        )
        kind = factories.term(Scheme.EVIDENCE_TYPE, "report").pk
        rows = row(
            "evidence", 0, evidence_type=kind, title="Bukti", document=document.pk, visibility="private"
        )
        done = curator.edit(page, rows, PUBLISH)
        assert done.status_code == 302, errors_of(done)
        assert Evidence.objects.get(page=page).sha256 == hashlib.sha256(content).hexdigest()

    def test_copying_oneself_is_refused(self, curator):
        page = factories.innovation()
        response = curator.edit(page, row("replicates", 0, origin=page.pk), PUBLISH)
        assert page.title in errors_of(response)["replicates-0-origin"][0]

    def test_a_chain_of_copies_may_not_close(self, curator):
        first, second, third = (factories.innovation(f"Rantai {n}") for n in range(3))
        factories.replication(second, first)
        factories.replication(third, second)
        response = curator.edit(first, row("replicates", 0, origin=third.pk), PUBLISH)
        assert third.title in errors_of(response)["replicates-0-origin"][0]
        assert not first.replicates.exists()

    def test_an_honest_copy_is_kept(self, curator):
        origin, copy = factories.innovation("Asal"), factories.innovation("Salinan")
        done = curator.edit(copy, row("replicates", 0, origin=origin.pk), PUBLISH)
        assert done.status_code == 302, errors_of(done)
        assert list(origin.replications.values_list("page", flat=True)) == [copy.pk]


class TestTags:
    def test_an_agency_editor_proposes_and_a_curator_accepts(self, editor, curator):
        mine = factories.innovation(state="draft")
        editor.edit(mine, {"tags": "posyandu keliling,"})
        assert Tag.objects.get(name="posyandu keliling").state == Tag.State.PROPOSED
        curator.edit(mine, {"tags": "loket malam,"})
        assert Tag.objects.get(name="loket malam").state == Tag.State.ACCEPTED

    def test_another_spelling_means_the_tag_that_is_there(self, curator):
        there = factories.tag("antrean", name="antrean", synonyms="antrian")
        page = factories.innovation(state="draft")
        curator.edit(page, {"tags": "Antrian, ANTREAN"})
        assert [tag.pk for tag in latest(page).tags.all()] == [there.pk]


class TestPreviews:
    def test_both_languages(self, curator):
        source = factories.complete_innovation("Antrean daring", revision=True)
        factories.translation(source, "Online queue")
        own = curator.get("wagtailadmin_pages:view_draft", source.pk).content.decode()
        other = curator.get("wagtailadmin_pages:view_draft", source.pk, mode="en").content.decode()
        assert "Antrean daring" in own
        assert "Online queue" in other
        assert '<html lang="en"' in other

    def test_an_untranslated_record_shows_in_the_other_languages_site(self, curator):
        source = factories.innovation("Antrean daring")
        html = curator.get("wagtailadmin_pages:view_draft", source.pk, mode="en").content.decode()
        assert "Antrean daring" in html


def _profile(person, language):
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(person)
    profile.preferred_language = language
    profile.save()
    return profile


def _image(person):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    return get_image_model().objects.create(
        title="Loket", file=get_test_image_file(), uploaded_by_user=person
    )
