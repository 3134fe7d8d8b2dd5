"""A file that is not what it says it is gets a form back that says so, in every place that takes one."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images import get_image_model

from tests import factories
from tests.catalogue.desk import Desk
from tests.catalogue.stories import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return Desk(factories.user("curator"))


def encoded(kind: str) -> bytes:
    found = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(found, kind)
    return found.getvalue()


def animated() -> bytes:
    found = BytesIO()
    frames = [Image.linear_gradient("L").rotate(90 * turn) for turn in range(3)]
    frames[0].save(found, "GIF", save_all=True, append_images=frames[1:])
    return found.getvalue()


BROKEN = {
    "empty.gif": b"",
    "words.gif": b"<html>",
    "header.gif": b"GIF89a" + bytes(20),
    "half.gif": encoded("GIF")[: len(encoded("GIF")) // 2],
    "frames.gif": animated()[: len(animated()) - 400],
    "half.png": encoded("PNG")[: len(encoded("PNG")) // 2],
    "half.jpg": encoded("JPEG")[: len(encoded("JPEG")) // 2],
    "half.webp": encoded("WEBP")[: len(encoded("WEBP")) // 2],
    "half.avif": encoded("AVIF")[: len(encoded("AVIF")) // 2],
    "other.png": encoded("GIF"),
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("name", BROKEN)
class TestBrokenPictures:
    def test_in_the_library(self, curator, name):
        fields = {"title": "Foto", "description": "Loket", "file": upload(name, BROKEN[name])}
        answer = curator.post("wagtailimages:add", data=fields)
        assert "file" in answer.context["form"].errors
        answer = curator.post("wagtailimages:add_multiple", data={"files[]": upload(name, BROKEN[name])})
        assert answer.json()["success"] is False
        assert not get_image_model().objects.exists()

    def test_in_the_chooser(self, curator, name):
        prefix = "image-chooser-upload-"
        fields = {"title": "Foto", "description": "Loket", "file": upload(name, BROKEN[name])}
        data = {prefix + field: value for field, value in fields.items()}
        answer = curator.post("wagtailimages_chooser:create", data=data)
        assert answer.json()["step"] == "reshow_creation_form"
        assert not get_image_model().objects.exists()

    def test_in_place_of_a_whole_one(self, curator, name):
        image = picture(curator.person)
        fields = {"title": "Foto", "description": "Loket", "file": upload(name, BROKEN[name])}
        answer = curator.post("wagtailimages:edit", image.pk, data=fields)
        assert "file" in answer.context["form"].errors

    def test_as_one_s_own(self, curator, name):
        answer = curator.post("wagtailadmin_account", data={"avatar-avatar": upload(name, BROKEN[name])})
        assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["gif", "png", "jpeg", "webp", "avif"])
def test_a_whole_picture_is_taken(curator, kind):
    file = upload(f"foto.{kind}", encoded(kind.upper()))
    fields = {"title": "Foto", "description": "Loket", "file": file}
    assert curator.post("wagtailimages:add", data=fields).status_code == 302
    image = get_image_model().objects.get()
    assert (image.width, image.height) == (256, 256)


def test_an_animation_keeps_its_frames(curator):
    fields = {"title": "Gerak", "description": "Loket", "file": upload("gerak.gif", animated())}
    assert curator.post("wagtailimages:add", data=fields).status_code == 302
    with get_image_model().objects.get().file.open() as file, Image.open(file) as image:
        assert image.n_frames == 3


@pytest.mark.parametrize("name", ["", ".", "..", "tanpa-akhiran", ".pdf", "program.exe", "x" * 300 + ".pdf"])
def test_an_odd_name_of_a_document_is_never_a_fault(curator, name):
    for route, field in (("wagtaildocs:add", "file"), ("wagtaildocs:add_multiple", "files[]")):
        file = upload("a.pdf", b"isi")
        file._name = name  # as sent; making the object would clean it
        answer = curator.post(route, data={"title": "Surat", field: file})
        assert answer.status_code in {200, 302, 400}
