"""Marks in titles and extracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import text
from search.highlight import SNIPPET_WORDS, Highlighter, Marker, best_window
from search.query import parse
from search.types import Segment

FIELDS = (("title", True), ("summary", False), ("solution", False))


def mark(query: str, content: str, *, language: str = "id", whole: bool = True) -> list[tuple[str, bool]]:
    segments = Marker(parse(query)).mark(text.clean(content), language, whole=whole)
    return [(segment.text, segment.match) for segment in segments]


@pytest.mark.parametrize(("query", "content", "marked"), [
    ("pelayanan", "Layanan, dilayani, PELAYANAN!", ["Layanan", "dilayani", "PELAYANAN"]),
    ("ibu anak", "Ibu anak: ibu, anak", ["Ibu anak", "ibu", "anak"]),
    ('"ibu anak"', "Anak ibu; ibu anak; ibu, anak; ibu", ["ibu anak", "ibu", "anak"]),
    ("strasse", "Die Straße hier", ["Straße"]),
    ("café", "Cafe\u0301 baru", ["Café"]),
    ("1000", "Rp1.000 dan 1000", ["1000"]),
    ("kata", "🙂kata🙂 \u202ekata", ["kata", "kata"]),
])  # fmt: skip
def test_what_is_marked(query, content, marked):
    segments = mark(query, content)
    assert [shown for shown, match in segments if match] == marked
    assert "".join(shown for shown, _ in segments) == text.clean(content)


def test_english_text_is_compared_by_english_stems():
    assert ("services", True) in mark("service", "Public services", language="en")
    assert mark("service", "Public services", language="id") == []


def test_a_text_without_a_match_gives_nothing():
    assert mark("sungai", "Pasar rakyat") == []
    assert mark("???", "Pasar rakyat") == []


def test_an_extract_shows_the_words_around_the_most_matches():
    content = "awal " * 40 + "sungai " + "tengah " * 60 + "sungai bersih sungai. " + "akhir " * 60
    segments = mark("sungai", content, whole=False)
    assert segments[0] == segments[-1] == ("…", False)
    shown = [shown for shown, _ in segments]
    assert len("".join(shown[1:-1]).split()) in range(SNIPPET_WORDS - 2, SNIPPET_WORDS + 1)
    assert sum(match for _, match in segments) == 2
    assert "".join(shown[1:-1]) in content


def test_a_short_text_is_shown_whole():
    assert mark("sungai", "Membersihkan sungai.", whole=False) == [
        ("Membersihkan ", False), ("sungai", True), (".", False),
    ]  # fmt: skip


@given(
    st.lists(st.sampled_from(["sungai", "desa", "ß", "é", "a1"]), min_size=1, max_size=200),
    st.sampled_from([" ", ", ", " - ", "\n", "  "]),
)
def test_an_extract_is_a_piece_of_its_text(words, separator):
    content = separator.join(words)
    segments = Marker(parse("sungai")).mark(content, "id", whole=False)
    assert bool(segments) == ("sungai" in words)
    shown = "".join(segment.text for segment in segments).strip("…")
    assert shown in content
    assert not segments or any(segment.match for segment in segments)


@given(st.sets(st.integers(0, 400), min_size=1), st.integers(401, 500))
def test_a_window_holds_a_match_and_lies_within_the_text(places, words):
    first, end = best_window(sorted(places), words)
    assert 0 <= first < end <= words
    assert end - first == SNIPPET_WORDS
    assert any(first <= place < end for place in places)


def test_the_best_field_is_shown_and_named():
    texts = {
        ("title", "id"): "Sungai",
        ("summary", "id"): "tanpa kata itu",
        ("solution", "id"): "tepi sungai",
    }
    found = Highlighter(parse("sungai"), FIELDS, "id").highlights(texts)
    assert list(found) == ["title", "solution"]
    assert found["solution"].segments == (Segment("tepi "), Segment("sungai", True))


def test_only_the_first_extract_is_shown():
    texts = {("summary", "id"): "sungai bersih", ("solution", "id"): "tepi sungai"}
    assert list(Highlighter(parse("sungai"), FIELDS, "id").highlights(texts)) == ["summary"]


def test_the_pages_language_comes_first_and_only_the_title_shown_is_marked():
    texts = {
        ("title", "id"): "Sungai data",
        ("title", "en"): "River",
        ("summary", "id"): "data sungai",
        ("summary", "en"): "data of rivers",
    }
    found = Highlighter(parse("data sungai"), FIELDS, "en").highlights(texts)
    assert {name: shown.language for name, shown in found.items()} == {"summary": "en"}
    found = Highlighter(parse("sungai"), FIELDS, "en").highlights(texts)
    assert {name: shown.language for name, shown in found.items()} == {"summary": "id"}
