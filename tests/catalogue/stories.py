"""Files, and what an editor's browser sends of a story that names them."""

from __future__ import annotations

import json

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file


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
