"""Contract: words, stems, phrases, synonyms, highlights, suggestions, similar records, advice."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.types import Advice, Range, Reason, SearchRequest, Sort
from tests.contract.base import INHERITED, EngineFixtures
from tests.contract.records import document

HOSTILE = (
    '(:*?~^\\/"', "+-&&||!(){}[]", "title:*", "a AND NOT b", "*", "?", "\x00", "a\x00b", "\ud800", "x\udfffy",
    "\u202eterbalik\u202c", "\u200f\u061c",
    "🙂", "👩‍👩‍👧 ibu", "ﷺ", "İstanbul", "ß", "e\u0301", '"', '""', '"a', "„b“", "\n\t ",
    "ibu " * 2_500, "x" * 10_000, '"' * 10_000, "ibu-" * 2_500, "é" * 10_000, "1 " * 5_000,
    " ".join(f"kata{n}" for n in range(2_000)), " ".join(f'"kata{n} lain{n}"' for n in range(600)),
)  # fmt: skip


def marked(hit, field: str) -> list[str]:
    return [segment.text for segment in hit.highlights[field].segments if segment.match]


class TextContract(EngineFixtures):
    def test_words_match_by_their_stem_and_the_word_itself_ranks_first(self, make):
        engine = make(
            document("stem", "Layanan keliling", order=1),
            document("exact", "Pelayanan keliling", order=2),
            document("other", "Pasar keliling"),
        )
        assert self.found(engine, "pelayanan") == ["exact", "stem"]
        assert self.found(engine, "layanan") == ["stem", "exact"]

    def test_english_text_is_stemmed_as_english(self, make):
        engine = make(document("a", title="Antrean", summary={"en": "Reducing waiting times of clinics"}))
        assert self.found(engine, "reduces clinic") == ["a"]

    def test_every_one_of_few_words_is_needed_wherever_it_is(self, make):
        engine = make(
            document("all", "Posyandu", summary="gizi balita", solution="aplikasi"),
            document("most", "Posyandu", summary="gizi balita"),
        )
        assert self.found(engine, "aplikasi gizi posyandu") == ["all"]

    def test_a_long_question_needs_most_of_its_words(self, make):
        """Four words need three, five need three, eight need six: 75 percent, rounded down."""
        engine = make(document("a", "Antrean puskesmas daring"), document("b", "Antrean pasar"))
        assert self.found(engine, "bagaimana antrean di puskesmas menjadi daring dan murah") == ["a"]
        assert self.found(engine, "antrean pasar murah sekali meriah") == []

    def test_stop_words_are_left_out_unless_nothing_else_is_typed(self, make):
        engine = make(document("a", "Layanan untuk warga"), document("b", "Layanan warga"))
        assert set(self.found(engine, "layanan yang untuk warga")) == {"a", "b"}
        assert self.found(engine, "untuk") == ["a"]

    def test_separators_split_words(self, make):
        engine = make(document("a", "Program Jum'at Bersih Rp1.000 puskesmas.id e-KTP"))
        for query in ("jum'at", "rp1.000", "puskesmas", "puskesmas.id", "ktp", "E-KTP", "bersih/program"):
            assert self.found(engine, query) == ["a"], query

    def test_letters_compare_without_case_and_in_composed_form(self, make):
        engine = make(document("a", "Café Straße BANDUNG"))
        for query in ("cafe\u0301", "CAFÉ", "strasse", "STRASSE", "bandung"):
            assert self.found(engine, query) == ["a"], query

    def test_quotes_ask_for_the_words_next_to_each_other_as_typed(self, make):
        engine = make(
            document("phrase", "Tanda tangan elektronik"),
            document("apart", "Tanda elektronik tangan"),
            document("stem", "Menandatangani, ditandatangani"),
            document("fields", "Tanda", summary="tangan elektronik"),
        )
        assert self.found(engine, '"tanda tangan"') == ["phrase"]
        assert set(self.found(engine, "tanda tangan")) == {"phrase", "apart", "fields"}
        assert self.found(engine, '"tanda tangan" elektronik') == ["phrase"]
        assert self.found(engine, '"tangan tanda"') == []

    def test_a_quoted_word_matches_only_as_typed(self, make):
        engine = make(document("a", "Pelayanan"), document("b", "Layanan"))
        assert self.found(engine, '"layanan"') == ["b"]

    def test_synonyms_match_each_other_and_those_of_several_words_as_phrases(self, make):
        engine = make(
            document("acronym", "Buku KIA"),
            document("phrase", "Kesehatan ibu dan anak di desa"),
            document("loose", "Anak sekolah", summary="kesehatan bagi setiap ibu"),
        )
        assert set(self.found(engine, "KIA")) == {"acronym", "phrase"}
        assert set(self.found(engine, "kesehatan ibu dan anak")) == {"acronym", "phrase", "loose"}
        assert self.found(engine, "kesehatan ibu dan anak", size=1) != ["acronym"]
        assert self.found(engine, '"KIA"') == ["acronym"]

    def test_an_acronym_is_not_taken_for_a_word_with_its_stem(self, make):
        english = document("at", "Layanan", summary={"en": "Counters at the market"})
        engine = make(english, document("ats", "Data ATS"), document("phrase", "Anak tidak sekolah"))
        assert set(self.found(engine, "ATS")) == {"ats", "phrase"}
        assert set(self.found(engine, "anak tidak sekolah")) == {"ats", "phrase"}

    def test_better_fields_rank_first(self, make):
        engine = make(
            document("solution", "Satu", solution="tentang posyandu desa"),
            document("summary", "Satu", summary="tentang posyandu desa"),
            document("tags", "Satu", tags="tentang posyandu desa"),
            document("title", "tentang posyandu desa"),
        )
        assert self.found(engine, "posyandu") == ["title", "tags", "summary", "solution"]

    def test_both_languages_are_searched_and_that_of_the_page_ranks_first(self, make):
        in_english = document("b", "Lain")
        in_english.texts["title"]["en"] = "Data digital"  # type: ignore[index]
        engine = make(document("a", "Data digital"), in_english)
        assert self.found(engine, "digital", language="id") == ["a", "b"]
        assert self.found(engine, "digital", language="en") == ["b", "a"]

    def test_a_misspelt_word_gets_a_suggestion_that_has_hits(self, make):
        engine = make(
            *(document(f"k{n}", "Pelayanan kesehatan ibu") for n in range(5)), document("x", "Perikanan")
        )
        for typed, better in {
            "kesehtan": "kesehatan",
            "Keshatan ibu": "kesehatan ibu",
            "pelayanan kesehatna": "pelayanan kesehatan",
            "pelayanann": "pelayanan",
        }.items():
            response = engine.search(SearchRequest(query=typed))
            assert (response.total, response.suggestion) == (0, better), typed

    def test_the_more_frequent_of_equally_near_words_is_suggested(self, make):
        engine = make(*(document(f"k{n}", "pasar") for n in range(4)), document("a", "pagar"))
        assert engine.search(SearchRequest(query="pakar")).suggestion == "pasar"

    def test_nothing_is_suggested_when_there_are_hits_or_the_other_spelling_has_none(self, make):
        engine = make(
            document("a", "Kesehatan", facets={"sector": ("sector-1",)}),
            document("b", "Sungai", facets={"sector": ("sector-2",)}),
        )
        assert engine.search(SearchRequest(query="kesehatan")).suggestion is None
        assert engine.search(SearchRequest(query="qqqqqqq")).suggestion is None
        assert engine.search(SearchRequest(query="kesehatn sungai")).suggestion is None
        filtered = SearchRequest(query="kesehatn", selections={"sector": ("sector-2",)})
        assert engine.search(filtered).suggestion is None

    def test_highlights_mark_words_stems_synonyms_and_phrases_and_name_their_field(self, make):
        body = "kata " * 60 + "petugas melayani kesehatan ibu dan anak di kampung " + "kata " * 60
        engine = make(document("a", "Pelayanan <b>KIA</b> & lainnya", summary="tanpa isi", solution=body))
        (hit,) = engine.search(SearchRequest(query='kia "petugas melayani"')).hits
        assert marked(hit, "title") == ["KIA"]
        assert marked(hit, "solution") == ["petugas melayani kesehatan ibu dan anak"]
        shown = "".join(segment.text for segment in hit.highlights["solution"].segments)
        assert shown.startswith("…")
        assert shown.endswith("…")
        assert 20 <= len(shown.split()) <= 40
        assert hit.highlights["solution"].language == "id"
        whole = "".join(segment.text for segment in hit.highlights["title"].segments)
        assert whole == "Pelayanan <b>KIA</b> & lainnya"
        assert set(hit.highlights) == {"title", "solution"}

    def test_without_a_query_nothing_is_highlighted(self, engine):
        assert all(hit.highlights == {} for hit in engine.search(SearchRequest()).hits)

    def test_suggestions_come_in_groups_titles_first(self, make):
        engine = make(
            document("a", "Agen perubahan agraria", facets={"agency": ("agency-1",), "tag": ("tag-1",)}),
            document("b", "Kesehatan", facets={"agency": ("agency-1", "agency-1-2")}),
        )
        groups = engine.suggest("ag", "id")
        assert [group.kind for group in groups] == ["title", "agency"]
        assert [(item.text, item.key) for item in groups[0].items] == [("Agen perubahan agraria", "a")]
        assert [(item.key, item.count) for item in groups[1].items] == [("agency-1", 2), ("agency-1-2", 1)]
        assert [item.key for item in engine.suggest("perub ag", "id")[0].items] == ["a"]
        assert engine.suggest("agraria kes", "id") == ()
        assert len(engine.suggest("a", "id", limit=1)[0].items) == 1

    def test_similar_records_say_why(self, make):
        filler = [document(f"f{n}", f"Catatan nomor {n}") for n in range(30)]
        engine = make(
            document("one", "Posyandu memantau stunting", facets={"matter": ("matter-1", "matter-1-1")}),
            document("two", "Stunting di posyandu desa", facets={"sector": ("sector-1",)}),
            document("three", "Sungai bersih", facets={"matter": ("matter-1", "matter-1-1")}),
            document("four", "Pasar rakyat"),
            *filler,
        )
        similar = {found.hit.key: found.reasons for found in engine.similar("one", "id")}
        assert set(similar) == {"two", "three"}
        assert [reason.kind for reason in similar["two"]] == ["words"]
        assert set(similar["two"][0].values) == {"posyandu", "stunting"}
        assert similar["three"] == (Reason("matter", ("matter-1-1",)),)
        assert engine.similar("nobody", "id") == ()
        assert len(engine.similar("one", "id", limit=1)) == 1

    def test_records_like_a_text_that_is_in_no_index(self, make):
        engine = make(
            document("one", "Posyandu memantau stunting"),
            document("two", "Stunting di posyandu desa terpencil"),
            document("three", "Posyandu lansia"),
            *[document(f"f{n}", f"Catatan nomor {n}") for n in range(30)],
        )
        written = "Kader posyandu di desa terpencil mencatat stunting dengan ponsel"
        assert [hit.key for hit in engine.alike(written, "id")] == ["two", "one"]
        assert len(engine.alike(written, "id", limit=1)) == 1
        assert engine.alike("Kincir angin", "id") == ()
        assert engine.alike("lansia", "id")[0].key == "three"
        assert engine.alike(" ", "id") == ()

    def test_a_search_without_hits_names_the_one_filter_whose_removal_finds_most(self, make):
        engine = make(
            *(document(f"s{n}", "Posyandu", facets={"sector": ("sector-1",)}, year=2015) for n in range(3)),
            document("t", "Sungai", facets={"sector": ("sector-2",), "stage": ("stage-1",)}, year=2020),
        )
        selections = {"sector": ("sector-1",), "stage": ("stage-1",)}
        response = engine.search(SearchRequest(query="posyandu", selections=selections))
        assert response.advice == Advice("stage", "stage-1", "Stage ke 1", 3)
        response = engine.search(SearchRequest(query="sungai", selections={"sector": ("sector-1",)}))
        assert response.advice == Advice("sector", "sector-1", "Sector ke 1", 1)
        response = engine.search(SearchRequest(query="gunung", selections={"sector": ("sector-1",)}))
        assert response.advice == Advice("q", None, "gunung", 3)
        request = SearchRequest(selections={"sector": ("sector-1",)}, ranges={"year": Range(2018, None)})
        assert engine.search(request).advice == Advice("year", None, "2018–", 3)
        several = SearchRequest(query="posyandu", selections={"stage": ("stage-1", "stage-2")})
        assert engine.search(several).advice == Advice("stage", None, "Stage ke 1, Stage ke 2", 3)
        assert engine.search(SearchRequest(query="posyandu")).advice is None
        both = SearchRequest(query="gunung", selections={"sector": ("no-such-value",)})
        assert engine.search(both).advice is None

    @pytest.mark.parametrize("query", HOSTILE)
    def test_hostile_queries_answer_within_a_second(self, engine, query):
        started = time.perf_counter()
        response = engine.search(SearchRequest(query=query, selections={"sector": ("sector-1",)}))
        assert response.total >= 0
        engine.suggest(query, "id")
        assert time.perf_counter() - started < 2

    @settings(max_examples=150, deadline=None, suppress_health_check=INHERITED)
    @given(
        query=st.text(alphabet=st.characters(exclude_categories=()), max_size=120), sort=st.sampled_from(Sort)
    )
    def test_any_text_is_a_query(self, engine, query, sort):
        response = engine.search(SearchRequest(query=query, sort=sort, size=3, facet_sizes={"tag": 2}))
        assert len(response.hits) == min(response.total, 3)
        for hit in response.hits:
            for highlight in hit.highlights.values():
                assert any(segment.match for segment in highlight.segments)
        engine.suggest(query, "id")
