"""What an agency editor can reach by typing numbers that no chooser offers."""

from __future__ import annotations

import pytest

from tests import factories
from tests.catalogue.desk import Desk, errors_of
from tests.catalogue.stories import document, link, offer, picture, show

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return factories.user("curator")


@pytest.fixture
def editor():
    return Desk(factories.user("agency-editor", agency="gov-35.10"))


@pytest.fixture
def own(editor):
    return factories.innovation("Milik sendiri", state="draft", revision=True)


class TestStory:
    def test_shows_ones_own_files(self, editor, own):
        for story in (show(picture(editor.person)), offer(document(editor.person))):
            assert editor.edit(own, story).status_code == 302
        own.refresh_from_db()
        latest = own.get_latest_revision_as_object()
        assert [item.block_type for item in latest.story] == ["download"]

    def test_links_to_public_records(self, editor, own):
        public = factories.innovation("Terbuka", agency="gov-73.10")
        assert editor.edit(own, link("LINK", id=public.pk, url=public.url)).status_code == 302

    def test_never_a_foreign_file_or_a_foreign_draft(self, editor, own, curator):
        draft = factories.innovation("Konsep asing", agency="gov-73.10", state="draft")
        file = document(curator)
        for story in (
            show(picture(curator)),
            offer(file),
            link("DOCUMENT", id=file.pk, url=file.url),
            link("LINK", id=draft.pk, url="/"),
        ):
            answer = editor.edit(own, story)
            assert "story" in errors_of(answer)

    def test_keeps_what_a_curator_put_there(self, editor, own, curator):
        story = show(picture(curator))
        assert Desk(curator).edit(own, story).status_code == 302
        assert editor.edit(own, story).status_code == 302
