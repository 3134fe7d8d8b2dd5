"""Words and numbers of training's pages: in the reader's language, and saying what they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from tests.training.people import cast
from tests.training.scenes import as_user
from tests.training.scoring import sheet
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
            "reopened", "appeal", "answered", "standing", "withdrawn", "nameless", "hidden", "reported",
            "team",
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
