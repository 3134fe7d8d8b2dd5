"""Words, stems and stop words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import text

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_anywhere(content):
    cleaned = text.clean(content)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert text.SEPARATOR not in cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned)


@given(ANY_TEXT)
def test_spacing_keeps_places_and_gives_the_words_the_pattern_finds(content):
    spaced = text.spaced(content)
    assert len(spaced) == len(content)
    assert spaced.split() == text.WORD.findall(content)


@pytest.mark.parametrize(("content", "words"), [
    ("Jum'at Rp1.000 puskesmas.id", ["jum", "at", "rp1", "000", "puskesmas", "id"]),
    ("e-KTP_baru/lama", ["e", "ktp", "baru", "lama"]),
    ("STRASSE Straße İ", ["strasse", "strasse", "i"]),
    ("", []),
    ("… — 🙂", []),
])  # fmt: skip
def test_words_split_at_everything_but_letters_and_digits(content, words):
    assert text.words(text.clean(content)) == words


def test_long_words_are_cut_alike_in_texts_and_queries():
    assert text.words("a" * 500) == ["a" * text.MAX_WORD]


@pytest.mark.parametrize(("language", "word", "stem"), [
    ("id", "pelayanan", "layan"),
    ("id", "Kesehatan", "sehat"),
    ("id", "membantu", "bantu"),
    ("en", "services", "servic"),
    ("en", "innovation", "innov"),
])  # fmt: skip
def test_each_language_has_its_own_stemmer(language, word, stem):
    assert text.stems(language)[word] == stem


def test_stems_are_remembered_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(text, "MAX_STEMS", 10)
    stems = text.Stems("id")
    for number in range(35):
        assert stems[f"kata{number}"]
    assert len(stems) <= 10


@pytest.mark.parametrize("language", ["id", "en"])
def test_stop_words_are_words_as_they_are_compared(language):
    for word in text.stop_words(language):
        assert text.words(word) == [word]


def test_words_that_carry_meaning_are_no_stop_words():
    meaningful = {"air", "ibu", "desa", "masa", "data", "inovasi", "layanan", "health", "water", "use"}
    assert not meaningful & text.all_stop_words()
