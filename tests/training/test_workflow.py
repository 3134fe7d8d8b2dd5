"""Rules that don't hold together are named before anybody runs by them."""

from __future__ import annotations

import pytest

from tests import factories
from training.models import Move, State
from training.seeds import all_specs, version_of
from training.workflow import problems

pytestmark = pytest.mark.django_db


def latsar():
    factories.baseline()
    return version_of(next(spec for spec in all_specs() if spec["code"] == "latsar-2021"))


@pytest.mark.parametrize("spec", list(all_specs()), ids=lambda spec: spec["code"])
def test_what_ships_is_sound(spec):
    factories.baseline()
    assert problems(version_of(spec)) == []


def test_a_dead_end_and_an_island_are_named():
    version = latsar()
    version.states.add(State(code="island", label_id="Pulau", holder="nobody"))
    assert problems(version) == ["Tidak ada jalan menuju “Pulau”.", "Dari “Pulau” tidak ada jalan ke akhir."]


def test_names_that_lead_nowhere_are_named():
    version = latsar()
    version.moves.add(
        Move(
            code="x", label_id="Aneh", source="nowhere", target="issue", actor="mentor", guards="luck step:y"
        )
    )
    found = problems(version)
    assert len(found) == 3
    assert any("nowhere" in text for text in found)
    assert any("luck" in text for text in found)


def test_a_way_around_the_mentor_is_named():
    version = latsar()
    version.moves.add(
        Move(code="skip", label_id="Lewati", source="design-review", target="design-seminar", actor="coach")
    )
    assert problems(version) == ["“Seminar rancangan” bisa dicapai tanpa persetujuan mentor."]
