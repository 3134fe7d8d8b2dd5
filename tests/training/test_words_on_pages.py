"""Words and numbers of training's pages: in the reader's language, and saying what they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from catalogue.models import Agency
from catalogue.services import codes
from tests.training import slots
from tests.training.beside import beside, with_design
from tests.training.people import cast, version
from tests.training.scenes import as_user
from tests.training.scoring import lock, sheet
from tests.training.test_documents import named
from training.models import Component, Notice
from training.services.preferences import GROUPS

pytestmark = pytest.mark.django_db


def page(user, path: str, language: str = "id") -> str:
    answer = as_user(user).get(f"/{language}/training/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


class TestPreferences:
    def test_each_group_says_what_is_in_it_and_the_page_what_is_not(self):
        user = cast().mentor
        shown = page(user, "preferences/")
        for words in (
            "konsultasi yang perlu dikonfirmasi", "jawaban dalam diskusi", "ulasan sejawat",
            "buku catatan harian", "pemantauan inovasi", "seminar", "banding",
        ):  # fmt: skip
            assert words in shown
        english = page(user, "preferences/", "en")
        for words in ("consultations to confirm", "answers in discussions", "Seminars", "appeals"):
            assert words in english
        assert "It is my turn" not in english

    def test_the_groups_are_those_the_words_speak_of(self):
        assert set(Notice.Kind.values) - set(GROUPS) == {
            "invited", "returned", "revoked", "declined", "seminar", "seminar-off", "divergence", "result",
            "reopened", "appeal", "answered", "standing", "withdrawn", "nameless", "unsigned", "hidden",
            "reported", "team",
        }  # fmt: skip


@pytest.mark.parametrize(("language", "mark"), [("id", "87,50"), ("en", "87.50")])
def test_marks_of_a_sheet_are_written_as_the_language_does(language, mark):
    people = cast()
    made = sheet(people.fresh(), "coordinator", people.coordinator, 4)
    made.marks = dict.fromkeys(made.marks, "87.50")
    made.save()
    shown = page(people.coordinator, f"projects/{people.project.key}/scores/", language)
    assert f": {mark}</li>" in shown
    with translation.override(language):
        assert Component(weight=Decimal("12.50")).percent == mark.replace("87", "12")
        assert Component(weight=Decimal("30.00")).percent == "30"


def test_asking_a_peer_is_no_question():
    made = beside()
    with_design(made)
    shown = page(made.participant, f"projects/{made.project.key}/peers/")
    assert ">Minta ulasan</button>" in shown
    assert "Tanyakan" not in shown


def test_the_weight_beside_a_mark_says_that_it_is_one():
    people = cast()
    lock(people)
    shown = page(people.participant, f"projects/{people.project.key}/scores/")
    assert "bobot 20%" in shown
    english = page(people.participant, f"projects/{people.project.key}/scores/", "en")
    assert "weight 20%" in english
    assert "weight 0%" not in english  # asked for by a version, and no part of the total
    assert "not counted" in english


def test_two_minutes_of_a_project_are_told_apart():
    people = named("final-improvement")
    for language, words in (
        ("id", ("Seminar rancangan", "Seminar hasil")),
        ("en", ("Design seminar", "Result")),
    ):
        shown = page(people.coach, f"projects/{people.project.key}/", language)
        listed = shown.partition('id="documents"')[2].partition("</section>")[0]
        for word in words:
            assert word in listed


def test_only_agencies_of_this_country_are_offered_to_civil_servants():
    version("open-1")
    baseline = [code for code, _label in codes.agency_choices("id")]
    assert "gov-35.10" in baseline
    near = Agency.objects.get(code="gov-35.10")
    Agency.objects.create(code="x-pt-ama", label_id="AMA, Portugal", parent=near.parent, level=near.level)
    assert "x-pt-ama" not in [code for code, _label in codes.agency_choices("id")]


def test_the_overview_counts_and_numbers_nothing():
    people = cast()
    shown = page(people.coordinator, "dashboard/")
    assert ">Jumlah</th>" in shown
    assert ">Nomor</th>" not in shown


def test_a_seminar_that_nobody_has_a_place_in_yet_counts_no_nobody():
    people = cast()
    slot = slots.slot(people)
    base = f"batches/{people.batch.key}/seminars/"
    shown = page(people.coordinator, f"{base}{slot.key}/")
    assert "Belum ada yang diharapkan hadir" in shown
    assert "direkam" not in shown
    listed = page(people.coordinator, base)
    assert "0 proyek" not in listed
    assert "Belum ada proyek di dalamnya." in listed
