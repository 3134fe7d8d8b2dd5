"""Whatever changes a record's visibility or words leaves a change row in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.db import transaction
from wagtail.models import Page

from catalogue.models import InnovationPage, Tag
from search.models import RecordVersion
from tests import factories

pytestmark = pytest.mark.django_db


def version(page: InnovationPage) -> int:
    return RecordVersion.objects.get(key=page.translation_key).version


@contextmanager
def raises_version(*pages: InnovationPage):
    before = [version(page) for page in pages]
    yield
    assert [version(page) > old for page, old in zip(pages, before, strict=True)] == [True] * len(pages)


@contextmanager
def keeps_version(page: InnovationPage):
    before = version(page)
    yield
    assert version(page) == before


def test_a_save_that_is_rolled_back_leaves_nothing() -> None:
    page = factories.innovation()
    with keeps_version(page), transaction.atomic():
        page.title = "Tidak jadi"
        page.save()
        transaction.set_rollback(True)


def test_publishing_a_revision_and_unpublishing() -> None:
    page = factories.innovation()
    with raises_version(page):
        page.save_revision().publish()
    with raises_version(page):
        page.refresh_from_db()
        page.unpublish()


def test_saving_a_translation_is_a_change_of_the_record() -> None:
    page = factories.innovation()
    with raises_version(page):
        factories.translation(page)


def test_moving_a_section_reaches_the_records_below_it() -> None:
    section = factories.section(private=False)
    page = factories.innovation(parent=section)
    other = factories.section("Ruang lain")
    with raises_version(page):
        InnovationPage.objects.get(pk=page.pk).move(Page.objects.get(pk=other.pk), pos="last-child")


def test_privacy_of_an_ancestor_and_lifting_it() -> None:
    section = factories.section(private=False)
    page = factories.innovation(parent=section)
    with raises_version(page):
        restriction = factories.restrict(section)
    with raises_version(page):
        restriction.delete()


def test_deleting_a_section_deletes_its_records_from_the_index() -> None:
    section = factories.section(private=False)
    page = factories.innovation(parent=section)
    with raises_version(page):
        Page.objects.get(pk=section.pk).delete()
    assert not InnovationPage.objects.filter(pk=page.pk).exists()


def test_a_new_slug_of_a_section_changes_the_addresses_below_it() -> None:
    section = factories.section(private=False)
    page = factories.innovation(parent=section)
    with raises_version(page):
        found = Page.objects.get(pk=section.pk).specific
        found.slug = "alamat-baru"
        found.save_revision().publish()


def _agency(page: InnovationPage) -> None:
    page.agency.parent.label_id = "Pemerintah Kabupaten Banyuwangi Raya"
    page.agency.parent.save()


def _region(page: InnovationPage) -> None:
    region = page.agency.parent.region.parent
    region.label_en = "East Java renamed"
    region.save()


def _sector(page: InnovationPage) -> None:
    page.sector.label_id = "Kesehatan masyarakat"
    page.sector.save()


def _tag(page: InnovationPage) -> None:
    Tag.objects.get(slug="antrean").save()


def _origin(page: InnovationPage) -> None:
    factories.replication(factories.innovation("Salinan"), page)


@pytest.mark.parametrize("change", [_agency, _region, _sector, _tag, _origin])
def test_words_that_a_document_holds(change: Callable[[InnovationPage], None]) -> None:
    factories.agency("gov-35.10-dinas-contoh", parent="gov-35.10")
    page = factories.innovation(agency="gov-35.10-dinas-contoh", tags=["antrean"])
    other = factories.innovation(
        "Tak tersentuh", agency="gov-73.10", sector="education", tags=["bank-sampah"]
    )
    with raises_version(page), keeps_version(other):
        change(page)
