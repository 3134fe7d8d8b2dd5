"""What an agency editor can reach by typing numbers that no chooser offers."""

from __future__ import annotations

import pytest

from catalogue.models import InnovationPage
from tests import factories
from tests.catalogue.desk import errors_of
from tests.catalogue.stories import document, link, offer, picture, show

pytestmark = pytest.mark.django_db


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
        file = document(curator.person)
        for story in (
            show(picture(curator.person)),
            offer(file),
            link("DOCUMENT", id=file.pk, url=file.url),
            link("LINK", id=draft.pk, url="/"),
        ):
            answer = editor.edit(own, story)
            assert "story" in errors_of(answer)

    def test_keeps_what_a_curator_put_there(self, editor, own, curator):
        story = show(picture(curator.person))
        assert curator.edit(own, story).status_code == 302
        assert editor.edit(own, story).status_code == 302


def test_translations_of_foreign_drafts_are_not_offered(editor, own):
    hidden = factories.innovation("Konsep asing", agency="gov-73.10", state="draft")
    private = factories.innovation("Terbatas", agency="gov-73.10", parent=factories.section(private=True))
    public = factories.innovation("Terbuka", agency="gov-73.10")
    for source in (hidden, private, public):
        factories.translation(source, f"Canary of {source.title}")
    index = factories.baseline().innovations["en"]
    browsed = editor.get("wagtailadmin_choose_page_child", index.pk)
    searched = editor.get("wagtailadmin_choose_page_search", q="Canary")
    for answer in (browsed, searched):
        assert "Canary of Terbuka" in answer.content.decode()
        for source in (hidden, private):
            assert f"Canary of {source.title}" not in answer.content.decode()
    named = InnovationPage.objects.get(title="Canary of Konsep asing")
    assert "story" in errors_of(editor.edit(own, link("LINK", id=named.pk, url="/")))
