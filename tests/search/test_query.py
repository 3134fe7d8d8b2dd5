"""How a typed query is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import query
from search.query import Clause, Phrase, Words, parse

GROUPS = (
    ("KIA", "kesehatan ibu dan anak"),
    ("antrean", "antrian"),
    ("ibu", "perempuan"),
    ("SPBE", "pemerintahan digital", "e-government"),
)


def one(*words: str) -> Clause:
    return Clause((Words(words),))


@pytest.mark.parametrize(("clauses", "needed"), [
    (0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 3), (6, 4), (7, 5), (8, 6), (12, 9), (32, 24),
])  # fmt: skip
def test_all_of_three_words_are_needed_and_three_quarters_of_more(clauses, needed):
    assert query.minimum_of(clauses) == needed


def test_words_become_clauses_once_each():
    read = parse("Layanan publik, layanan PUBLIK!")
    assert read.optional == (one("layanan"), one("publik"))
    assert read.minimum == 2


def test_stop_words_of_both_languages_are_left_out():
    assert parse("layanan untuk the public").optional == (one("layanan"), one("public"))


def test_stop_words_alone_are_kept_but_not_beside_a_phrase():
    assert parse("yang dan").optional == (one("yang"), one("dan"))
    read = parse('"tanda tangan" yang')
    assert read.optional == ()
    assert read.required == (Clause((Phrase(("tanda", "tangan")),)),)


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "«»"])
def test_quotes_of_every_kind_make_a_phrase(quotes):
    read = parse(f"surat {quotes[0]}Tanda tangan yang sah{quotes[1]}")
    assert read.required == (Clause((Phrase(("tanda", "tangan", "yang", "sah")),)),)
    assert read.optional == (one("surat"),)


def test_an_open_quote_means_nothing():
    assert parse('"tanda tangan').optional == (one("tanda"), one("tangan"))
    assert not parse('"')
    assert not parse('""')


def test_a_synonym_adds_options_and_several_words_are_a_phrase():
    (clause,) = parse("kia", GROUPS).optional
    assert clause.options == (Words(("kia",)), Phrase(("kesehatan", "ibu", "dan", "anak")))


def test_the_longest_run_of_words_with_synonyms_wins_and_counts_as_one():
    read = parse("layanan kesehatan ibu dan anak ibu", GROUPS)
    assert read.optional == (
        one("layanan"),
        Clause((Words(("kesehatan", "ibu", "anak")), Words(("kia",)))),
        Clause((Words(("ibu",)), Words(("perempuan",)))),
    )
    assert read.minimum == 3


def test_a_group_of_three_offers_both_others():
    (clause,) = parse("e-government", GROUPS).optional
    assert clause.options[1:] == (Words(("spbe",)), Phrase(("pemerintahan", "digital")))


def test_an_acronym_whose_stem_is_another_word_is_matched_as_written():
    """The English stem of ATS is that of the word at, which is in most English texts."""
    groups = [("ATS", "anak tidak sekolah"), ("KIA", "kesehatan ibu dan anak"), ("cars", "mobil")]
    own, *others = parse("ats", groups).optional[0].options
    assert (own, others) == (Phrase(("ats",)), [Phrase(("anak", "tidak", "sekolah"))])
    own, *others = parse("anak tidak sekolah", groups).optional[0].options
    assert (own, others) == (Words(("anak", "sekolah")), [Phrase(("ats",))])
    assert parse("KIA cars", groups).optional[0].options[0] == Words(("kia",))
    assert parse("KIA cars", groups).optional[1].options[0] == Words(("cars",))


def test_phrases_are_taken_as_typed_without_synonyms():
    assert parse('"KIA"', GROUPS).required == (Clause((Phrase(("kia",)),)),)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_every_text_can_be_read(typed):
    read = parse(typed, GROUPS)
    assert bool(read) == bool(read.clauses)
    assert 0 <= read.minimum <= len(read.optional)
    assert all(option.words for clause in read.clauses for option in clause.options)


def test_length_is_bounded():
    read = parse(" ".join(f"kata{n}" for n in range(5_000)))
    assert len(read.clauses) == query.MAX_CLAUSES
    read = parse(" ".join(f'"kata{n}" lain{n}' for n in range(5_000)))
    assert len(read.clauses) == query.MAX_CLAUSES
