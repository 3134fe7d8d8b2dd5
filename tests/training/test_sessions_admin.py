"""Sessions of open learning in the admin: mended while people learn, and sound."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.training.beside import learner
from tests.training.people import version
from tests.training.test_training_admin import admin, form_of  # noqa: F401 - a fixture
from training.models import Session

pytestmark = pytest.mark.django_db


def address(view: str, *args: int) -> str:
    return reverse(f"training_session_modeladmin_{view}", args=args)


def test_a_session_is_mended_while_somebody_learns(admin):  # noqa: F811
    project = learner()
    found = project.version.sessions.get(code="what-it-is")
    assert found.label_id in admin.get(address("index")).content.decode()
    form = form_of(admin, address("edit", found.pk))
    form["label_id"] = "Apa itu inovasi"
    assert admin.post(address("edit", found.pk), form).status_code == 302
    found = Session.objects.get(pk=found.pk)
    assert (found.label_id, found.materials.count()) == ("Apa itu inovasi", 4)


@pytest.mark.parametrize(
    ("kind", "url", "message"),
    [
        ("link", "http://lan.go.id/", "https://"),
        ("video", "", "memerlukannya"),
        ("file", "", "memerlukannya"),
    ],
)
def test_a_material_without_what_it_consists_of_is_named(admin, kind, url, message):  # noqa: F811
    found = version("open-1").sessions.get(code="what-it-is")
    form = form_of(admin, address("edit", found.pk))
    form["materials-0-kind"], form["materials-0-url"] = kind, url
    answer = admin.post(address("edit", found.pk), form)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert Session.objects.get(pk=found.pk).materials.first().kind == "text"
