"""What nobody may see shows nowhere: not by its translation, its copies, its files or its counts."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from catalogue.documents import InnovationSource
from catalogue.family import LIMIT, family
from catalogue.models import Evidence, InnovationPage
from catalogue.models.terms import Scheme
from search.models import RecordVersion
from tests import factories

pytestmark = pytest.mark.django_db

SECRET = "burungkenari"


class TestTranslationsOfHiddenRecords:
    """A translation shows its source's facts and, where it lacks a text, its source's words."""

    def test_of_a_draft_is_not_there(self, client):
        source = factories.innovation("Konsep", state="draft", problem=SECRET)
        assert client.get(factories.translation(source).url).status_code == 404

    def test_goes_when_its_source_goes(self, client):
        source = factories.innovation("Ditarik", revision=True)
        english = factories.translation(source)
        assert client.get(english.url).status_code == 200
        source.unpublish()
        assert client.get(english.url).status_code == 404
        InnovationPage.objects.get(pk=source.pk).delete()
        assert client.get(english.url).status_code == 404

    def test_of_a_private_record_asks_as_its_source_does(self, client):
        source = factories.innovation("Terbatas", parent=factories.section(private=True), problem=SECRET)
        answer = client.get(factories.translation(source).url)
        assert urlsplit(answer["Location"]).path == "/accounts/login/"
        assert SECRET not in answer.content.decode()

    def test_asks_by_its_own_place_too(self, client):
        source = factories.innovation("Terbuka")
        private = factories.section(private=True, language="en")
        answer = client.get(factories.translation(source, parent=private).url)
        assert answer.status_code == 302


class TestCountOfCopies:
    @staticmethod
    def replicated(page: InnovationPage) -> int:
        key = str(page.translation_key)
        (found,) = InnovationSource().documents([key], {key: 1})
        return found.stored["replicated"]

    def test_only_public_copies_count(self):
        origin = factories.innovation("Asal")
        private = factories.section(private=True)
        for copy in (
            factories.innovation("Salinan"),
            factories.innovation("Konsep salinan", state="draft"),
            factories.innovation("Salinan terbatas", parent=private),
        ):
            factories.replication(copy, origin)
        assert self.replicated(origin) == 1

    @pytest.mark.parametrize("change", ["unpublish", "restrict", "restrict section", "move"])
    def test_the_origin_follows_when_a_copy_is_hidden(self, change):
        origin, section = factories.innovation("Asal"), factories.section(private=False)
        copy = factories.innovation("Salinan", parent=section, revision=True)
        private = factories.section(private=True)
        factories.replication(copy, origin)
        before = RecordVersion.objects.get(key=origin.translation_key).version
        if change == "unpublish":
            copy.unpublish()
        elif change == "move":
            Page.objects.get(pk=copy.pk).move(Page.objects.get(pk=private.pk), pos="last-child")
        else:
            factories.restrict(section if change == "restrict section" else copy)
        assert RecordVersion.objects.get(key=origin.translation_key).version > before
        assert self.replicated(origin) == 0


class TestEvidenceOfHiddenRecords:
    @staticmethod
    def file_of(page: InnovationPage, name: str = "bukti.txt", **fields: object) -> str:
        made = get_document_model().objects.create(title="Bukti", file=ContentFile(b"isi", name))
        Evidence.objects.create(
            page=page,
            evidence_type=factories.term(Scheme.EVIDENCE_TYPE, "report"),
            title="Bukti",
            document=made,
            visibility=Evidence.Visibility.PUBLIC,
            **fields,
        )
        return made.url

    def test_a_public_record_shows_it(self, client):
        tomorrow = timezone.localdate() + timedelta(days=1)
        with closing(client.get(self.file_of(factories.innovation(), expires_on=tomorrow))) as answer:
            assert answer.status_code == 200

    def test_no_file_opens_within_the_site(self, client):
        for name in ("bukti.txt", "bukti.pdf"):
            with closing(client.get(self.file_of(factories.innovation(), name))) as answer:
                assert answer["Content-Disposition"].startswith("attachment")
                assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_draft_a_private_record_and_an_expired_one_do_not(self, client):
        private = factories.section(private=True)
        yesterday = timezone.localdate() - timedelta(days=1)
        for address in (
            self.file_of(factories.innovation(state="draft")),
            self.file_of(factories.innovation(parent=private)),
            self.file_of(factories.innovation(), expires_on=yesterday),
        ):
            assert client.get(address).status_code == 404


def test_nobody_is_related_through_a_hidden_record():
    origin, copy = factories.innovation("Asal"), factories.innovation("Salinan")
    hidden = factories.innovation("Tertutup", parent=factories.section(private=True))
    beyond, farthest = factories.innovation("Seberang"), factories.innovation("Ujung")
    for below, above in ((copy, origin), (hidden, origin), (beyond, hidden), (farthest, beyond)):
        factories.replication(below, above)
    assert [found.title for found in family(origin.pk, "id")] == ["Asal", "Salinan"]
    assert [found.title for found in family(farthest.pk, "id")] == ["Seberang", "Ujung"]


def test_a_family_with_countless_ways_through_it_is_cut_short():
    """Each of two records copies both of the two before: 2**20 ways from the first to the last."""
    layers = [[factories.innovation(f"Lapis {layer} {side}") for side in "ab"] for layer in range(20)]
    for above, below in pairwise(layers):
        for copy in below:
            for origin in above:
                factories.replication(copy, origin)
    assert len(family(layers[0][0].pk, "id")) == LIMIT
