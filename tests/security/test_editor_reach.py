"""What an agency editor can reach by typing numbers that no chooser offers."""

from __future__ import annotations

import json

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests import factories
from tests.catalogue.desk import Desk, errors_of

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


def picture(owner):
    return get_image_model().objects.create(title="Foto", file=get_test_image_file(), uploaded_by_user=owner)


def document(owner):
    return get_document_model().objects.create(
        title="Surat", file=ContentFile(b"isi", "surat.txt"), uploaded_by_user=owner
    )


def block(kind: str, **value: object) -> dict[str, object]:
    """The fields of a story of one block."""
    place = {"story-count": "1", "story-0-type": kind, "story-0-order": "0", "story-0-deleted": ""}
    return {**place, "story-0-id": "", **{f"story-0-value-{name}": item for name, item in value.items()}}


def show(image) -> dict[str, object]:
    return block("picture", image=image.pk, alternative="Loket", caption="", licence="")


def offer(file) -> dict[str, object]:
    return block("download", document=file.pk, note="")


def link(kind: str, **target: object) -> dict[str, object]:
    """A story of one paragraph with a link."""
    span = {"offset": 0, "length": 4, "key": 0}
    line = {"key": "a", "text": "sini", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    entity = {"type": kind, "mutability": "MUTABLE", "data": target}
    text = {"blocks": [{**line, "entityRanges": [span]}], "entityMap": {"0": entity}}
    return {**block("paragraph"), "story-0-value": json.dumps(text)}


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
