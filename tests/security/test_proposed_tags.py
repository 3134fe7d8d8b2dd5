"""A tag that only drafts propose is no word for those who may not see the drafts."""

from __future__ import annotations

import json

import pytest

from catalogue.models import Tag
from tests import factories
from tests.catalogue.desk import Desk

pytestmark = pytest.mark.django_db

CODE = "burungkenari"


@pytest.fixture
def proposed():
    return factories.tag(CODE, state=Tag.State.PROPOSED)


@pytest.fixture
def draft(proposed):
    return factories.innovation("Konsep", agency="gov-35.10", state="draft", tags=[CODE], revision=True)


def suggested(desk: Desk, term: str = CODE) -> list[str]:
    answer = desk.get("catalogue_tag_suggestions", term=term)
    return [found["value"] for found in json.loads(answer.content)]


def editor_of(agency: str) -> Desk:
    return Desk(factories.user("agency-editor", agency=agency))


class TestSuggestions:
    def test_a_foreign_draft_s_tag_is_not_suggested(self, draft):
        stranger = editor_of("gov-73.10")
        assert suggested(stranger) == []
        assert suggested(stranger, "burungkenarii") == []  # nor as a near spelling

    def test_colleagues_and_curators_are_told(self, draft):
        assert suggested(editor_of("gov-35.10")) == [CODE]
        assert suggested(Desk(factories.user("curator"))) == [CODE]

    def test_a_tag_of_the_latest_draft_of_a_live_record_too(self):
        page = factories.innovation("Terbit", agency="gov-35.10", revision=True)
        own = editor_of("gov-35.10")
        assert own.edit(page, {"tags": f'"{CODE}"'}).status_code == 302
        assert Tag.objects.get(name=CODE).state == Tag.State.PROPOSED
        assert suggested(own) == [CODE]
        assert suggested(editor_of("gov-73.10")) == []

    def test_everyone_is_told_what_is_accepted_or_public(self, draft):
        stranger = editor_of("gov-73.10")
        draft.save_revision().publish()
        assert suggested(stranger) == [CODE]
        draft.unpublish()
        Tag.objects.get(slug=CODE).delete()
        factories.tag(CODE)
        assert suggested(stranger) == [CODE]


class TestPublicPages:
    def answers(self, client, address: str) -> tuple[int, bytes]:
        """Status and words for the code, and for one that nobody ever proposed."""
        found = [client.get(address.format(code)) for code in (CODE, "burungtidakada")]
        codes = (CODE, "burungtidakada")
        seen = [
            (answer.status_code, answer.content.replace(code.encode(), b"?"))
            for answer, code in zip(found, codes, strict=True)
        ]
        assert seen[0] == seen[1]
        return seen[0]

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/id/browse/tag/{}/", 404),
            ("/id/search/?tag={}", 400),
            ("/api/v1/innovations?tag={}", 400),
            ("/id/search/feed.atom?tag={}", 400),
            ("/id/search/facet/tag/?facet_q={}", 200),
            ("/id/search/suggest/?q={}", 200),
        ],
    )
    def test_it_is_unknown(self, client, world, draft, address, status):
        assert self.answers(client, address)[0] == status

    def test_until_a_public_record_carries_it(self, client, world, draft):
        draft.save_revision().publish()
        assert client.get(f"/id/browse/tag/{CODE}/").status_code == 200
