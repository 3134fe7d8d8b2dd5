"""A version is copied to be changed: every table and field of it, and in use only once it was checked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.urls import reverse
from wagtail.documents.models import Document

from accounts.roles import Role
from tests.signin import staff_client
from tests.training.people import version
from training.errors import GuardsUnmet
from training.models import Material, Move, ProgrammeVersion, Session
from training.services import versions

pytestmark = pytest.mark.django_db
WHO_RUNS_BY_IT = {"projects", "batches"}
"""Relations that are no part of the rules."""
OF_ITS_OWN = {"id", "code", "label_id", "label_en", "in_use", "confirmed", "stamp"}
"""What a copy has for itself; all other fields are the first one's."""


def parts(model: type[models.Model] = ProgrammeVersion) -> dict[str, type[models.Model]]:
    """Tables that belong to a row of ``model``, by the name of the relation."""
    found = {row.get_accessor_name(): row.related_model for row in model._meta.related_objects}
    return {name: related for name, related in found.items() if name not in WHO_RUNS_BY_IT}


def filled(row: models.Model, keep: set[str]) -> None:
    """Give each field a value that is not its default."""
    for field in row._meta.concrete_fields:
        if field.primary_key or field.is_relation or field.name in keep:
            continue
        value: Any = f"{field.name}-x"[: field.max_length or 20]
        if isinstance(field, models.BooleanField):
            value = not field.get_default()
        elif isinstance(field, models.DateField):
            value = "2027-01-05"
        elif isinstance(field, models.JSONField):
            value = [{"code": "x"}]
        elif isinstance(field, models.DecimalField):
            value = Decimal("12.50")
        elif isinstance(field, models.IntegerField):
            value = 3
        elif field.choices:
            value = [code for code, _label in field.choices if code != field.get_default()][-1]
        setattr(row, field.attname, value)


def contents(row: Any, leave: set[str], down: dict[str, type[models.Model]]) -> dict[str, Any]:
    """Every field of a row, and of the tables below it."""
    own = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in leave}
    for name, model in down.items():
        below = [one.field.name for one in row._meta.related_objects if one.get_accessor_name() == name]
        rows = model._default_manager.filter(**{below[0]: row}).order_by("pk")
        deeper = {key: value for key, value in parts(model).items() if key != "done"}
        own[name] = [contents(one, {"id", below[0]}, deeper) for one in rows]
    return own


def full() -> ProgrammeVersion:
    """A version with rows in every table, each with a value in every field."""
    found = version("latsar-2021")
    filled(found, OF_ITS_OWN)
    found.save()
    document = Document.objects.create(title="Bahan", file="bahan.pdf")
    session = Session(version=found, code="s")
    filled(session, {"code"})
    session.save()
    material = Material(session=session, document=document)
    filled(material, set())
    material.save()
    for model in parts().values():
        row = model._default_manager.filter(version=found).first()
        filled(row, {"code", "sort_order", "order"})
        row.save()
    return ProgrammeVersion.objects.get(pk=found.pk)


def test_every_table_and_field_is_copied_and_nothing_is_shared():
    first = full()
    tables = parts()
    assert set(tables) == {*versions.PARTS, "sessions"}
    before = contents(first, OF_ITS_OWN, tables)
    assert all(before[name] for name in tables)
    assert before["sessions"][0]["materials"]
    made = versions.copy(version=first, code="baru", label_id="Baru", label_en="New")
    made = ProgrammeVersion.objects.get(pk=made.pk)
    assert contents(made, OF_ITS_OWN, tables) == before
    assert (made.code, made.label, made.in_use, made.confirmed) == ("baru", "Baru", False, False)
    assert contents(ProgrammeVersion.objects.get(pk=first.pk), OF_ITS_OWN, tables) == before
    for name, model in tables.items():
        rows = model._default_manager.filter(version=made)
        assert not rows.filter(pk__in=model._default_manager.filter(version=first)).exists(), name


def test_what_is_changed_in_the_copy_stays_out_of_the_first():
    first = version("open-1")
    made = versions.copy(version=first, code="baru", label_id="Baru", label_en="")
    rows = Move.objects.filter(version=first).order_by("pk")
    before = list(rows.values())
    Move.objects.filter(version=made).update(guards="locked")
    Session.objects.filter(version=made).update(minutes=99)
    assert list(rows.all().values()) == before
    assert not Session.objects.filter(version=first, minutes=99).exists()


class TestPuttingItInUse:
    def test_a_copy_that_can_not_be_run_by_is_not_offered_and_says_why(self):
        made = versions.copy(version=version(), code="baru", label_id="Baru", label_en="")
        Move.objects.filter(version=made, code="approve-design").update(guards="tidak-ada")
        made = ProgrammeVersion.objects.get(pk=made.pk)
        with pytest.raises(GuardsUnmet) as refused:
            versions.set_use(version=made, in_use=True)
        assert "tidak-ada" in str(refused.value)
        client = staff_client(Role.ADMINISTRATOR)
        answer = client.post(reverse("training_use_version", args=[made.pk]), follow=True)
        assert "tidak-ada" in answer.content.decode()
        assert not ProgrammeVersion.objects.get(pk=made.pk).in_use

    def test_one_that_was_mended_is(self):
        made = versions.copy(version=version(), code="baru", label_id="Baru", label_en="")
        client = staff_client(Role.ADMINISTRATOR)
        for expected in (True, False, True):
            assert client.post(reverse("training_use_version", args=[made.pk])).status_code == 302
            assert ProgrammeVersion.objects.get(pk=made.pk).in_use is expected
