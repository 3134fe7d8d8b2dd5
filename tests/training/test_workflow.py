"""Rules that don't hold together are named before anybody runs by them."""

from __future__ import annotations

import pytest

from tests import factories
from training.models import Move, Question, State
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


@pytest.mark.parametrize("spec", list(all_specs()), ids=lambda spec: spec["code"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_help_and_a_good_example_stand_beside_every_question(spec, language):
    factories.baseline()
    asked = version_of(spec).questions.all()
    texts = {
        q.code: [getattr(q, f"{name}_{language}") for name in ("label", "help", "example")] for q in asked
    }
    assert [code for code, found in texts.items() if not all(found)] == []


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


@pytest.mark.parametrize("guard", ["answer:consent", "answer:nothing=yes", "answer:consent=", "answer:"])
def test_a_guard_on_an_answer_names_a_question_and_the_answer(guard):
    version = latsar()
    version.moves.add(
        Move(code="x", label_id="Aneh", source="idea", target="issue", actor="mentor", guards=guard)
    )
    assert problems(version) == [f"Perpindahan “Aneh” memiliki syarat “{guard}” yang tidak dikenal."]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("choice", None),
        ("choice", {"code": "yes"}),
        ("choice", ["yes"]),
        ("choice", [{"label_id": "Ya"}]),
        ("choice", [{"code": 1}]),
        ("choice", [{"vocabulary": "nothing"}]),
        ("choice", [{"vocabulary": []}]),
        ("choice", [{"scale": "many"}]),
        ("choice", [{"scale": 10**9}]),
        ("table", {"code": "name"}),
        ("table", [{"vocabulary": "value"}]),
        ("table", [{"code": "name", "vocabulary": "nothing"}]),
        ("table", [{"code": "name", "kind": "choice", "options": ["yes"]}]),
        ("table", [{"code": "name", "kind": "table"}]),
        ("text", ["yes"]),
    ],
)
def test_options_that_can_not_be_shown_are_named(kind, options):
    version = latsar()
    version.questions.add(Question(code="odd", label_id="Aneh", step="idea", kind=kind, options=options))
    (found,) = problems(version)
    assert "“Aneh”" in found


@pytest.mark.parametrize(
    ("kind", "becomes", "sound"),
    [
        ("text", "outcomes", False),
        ("table", "summary", False),
        ("table", "outcomes", True),
        ("text", "summary", True),
    ],
)
def test_only_a_table_becomes_outcomes(kind, becomes, sound):
    version = latsar()
    columns = [{"code": "name"}] if kind == "table" else []
    version.questions.add(
        Question(code="odd", label_id="Aneh", step="idea", kind=kind, options=columns, becomes=becomes)
    )
    assert (problems(version) == []) == sound


def test_who_starts_alone_earns_no_certificate():
    factories.baseline()
    version = version_of(next(spec for spec in all_specs() if spec["code"] == "mandiri-1"))
    version.state("published").gives_certificate = True
    (found,) = problems(version)
    assert "“Terbit di katalog”" in found


@pytest.mark.parametrize("code", ["extend", "change-mentor", "set-agency"])
def test_a_move_is_not_called_like_what_coordinators_do_besides(code):
    version = latsar()
    version.moves.add(Move(code=code, label_id="Aneh", source="idea", target="issue", actor="mentor"))
    (found,) = problems(version)
    assert f"“{code}”" in found
