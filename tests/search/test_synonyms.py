"""Synonym groups: what editors write, read at most once in ten seconds."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from search import synonyms
from search.models import SynonymGroup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    SynonymGroup.objects.all().delete()
    synonyms.forget()
    yield
    synonyms.forget()


def test_words_are_separated_by_commas_or_lines():
    group = SynonymGroup(words="KIA,  kesehatan   ibu dan anak\n kia ibu anak,,\nKIA")
    assert group.members() == ("KIA", "kesehatan ibu dan anak", "kia ibu anak")
    assert str(group) == "KIA = kesehatan ibu dan anak = kia ibu anak"


@pytest.mark.parametrize("words", ["", "KIA", "KIA, KIA"])
def test_a_group_needs_two_members(words):
    with pytest.raises(ValidationError):
        SynonymGroup(words=words).full_clean()


def test_every_query_shares_one_read(django_assert_num_queries):
    SynonymGroup.objects.create(words="KIA, kesehatan ibu dan anak")
    with django_assert_num_queries(1):
        first, second = synonyms.groups(), synonyms.groups()
    assert first == second == (("KIA", "kesehatan ibu dan anak"),)


def test_an_edit_here_shows_at_once_and_one_elsewhere_in_ten_seconds(monkeypatch):
    group = SynonymGroup.objects.create(words="antre, antri")
    synonyms.groups()
    group.words = "antre, antri, antrean"
    group.save()
    assert synonyms.groups() == (("antre", "antri", "antrean"),)

    SynonymGroup.objects.update(words="antre, queue")
    assert synonyms.groups() == (("antre", "antri", "antrean"),)
    monkeypatch.setattr(synonyms, "FRESH_SECONDS", -1.0)
    assert synonyms.groups() == (("antre", "queue"),)
