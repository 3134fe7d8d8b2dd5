"""How a version scores is checked before anybody is scored by it, copied with it, and frozen with it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts import privacy
from tests.training.people import cast
from tests.training.scoring import lock, sheet
from tests.training.test_workflow import latsar
from training.models import Appeal, Component, Criterion, Predicate, ProgrammeVersion, ScoreSheet
from training.seeds import seed_programmes
from training.services import versions
from training.workflow import problems

pytestmark = pytest.mark.django_db


def row(name: str, code: str):
    """A version, and the part of it with ``code``."""
    version = latsar()
    return version, next(one for one in getattr(version, name).all() if one.code == code)


@pytest.mark.parametrize(("name", "code", "field", "value", "found"), [
    ("components", "design", "weight", Decimal(21), "101"),
    ("components", "design", "open_in", "nowhere", "nowhere"),
    ("components", "design", "open_in", "", "Rancangan aktualisasi"),
    ("components", "academic-1", "code", "mentor", "mentor"),
    ("criteria", "plan", "weight", Decimal(29), "99"),
    ("criteria", "plan", "component", "nothing", "nothing"),
    ("predicates", "not-satisfying", "from_mark", Decimal(1), "0"),
    ("predicates", "satisfying", "from_mark", Decimal("90.01"), "Dua predikat"),
])  # fmt: skip
def test_what_does_not_hold_together_is_named(name, code, field, value, found):
    version, part = row(name, code)
    setattr(part, field, value)
    assert any(found in text for text in problems(version))


def test_a_seminar_needs_criteria_and_a_guard_something_to_score():
    version = latsar()
    version.criteria.set([one for one in version.criteria.all() if one.component != "design"])
    assert any("tidak memiliki kriteria" in text for text in problems(version))
    version = latsar()
    version.components.set([])
    version.criteria.set([])
    found = problems(version)
    assert any("scores:seminar-1" in text for text in found)
    assert any("locked" in text for text in found)


def test_what_ships_says_what_is_not_confirmed():
    version = latsar()
    sure = {one.code for one in version.components.all() if one.confirmed}
    assert sure == {"academic-1", "academic-2"}
    assert not any(one.confirmed for one in version.predicates.all())
    assert version.scoring_source
    for criterion in version.criteria.all():
        texts = [getattr(criterion, f"level_{n}_{lang}") for n in range(1, 6) for lang in ("id", "en")]
        assert all(texts)
        assert len(set(texts)) == 10


def test_a_copy_scores_the_same(db):
    latsar()
    seed_programmes()
    first = ProgrammeVersion.objects.get(code="latsar-2021")
    made = versions.copy(version=first, code="latsar-2", label_id="Latsar 2", label_en="")
    copied = ProgrammeVersion.objects.get(pk=made.pk)
    assert (copied.passing_mark, copied.divergence) == (first.passing_mark, first.divergence)
    for model in (Component, Criterion, Predicate):
        kept = [model.objects.filter(version=one).values_list("code", flat=True) for one in (first, copied)]
        assert list(kept[0]) == list(kept[1]) != []


def test_a_person_gets_and_takes_back_what_was_said_of_scores():
    people = cast()
    result = lock(people, 4)
    Appeal.objects.create(result=result, reason="Bukti terlewat")
    ScoreSheet.objects.update(strengths="Rapi")
    own = privacy.export_of(people.participant)["training"]
    [kept] = own["results"]
    assert (kept["total"], kept["appeal"]["reason"]) == ("80.00", "Bukti terlewat")
    assert own["scores_given"] == []
    assert len(privacy.export_of(people.examiner)["training"]["scores_given"]) == 2
    privacy.erase(user=people.participant)
    assert not ScoreSheet.objects.exclude(strengths="", mending="").exists()
    assert Appeal.objects.get().reason == ""
    assert result.total == Decimal("80.00")


def test_an_erased_examiner_leaves_marks_without_words():
    people = cast()
    kept = sheet(people.project, "seminar-1", people.examiner, 4)
    privacy.erase(user=people.examiner)
    kept.refresh_from_db()
    assert (kept.total, kept.mending) == (Decimal("80.00"), "")
