"""Contract: filters, facet counts, orders and pages."""

from __future__ import annotations

from itertools import chain

import pytest

from search.errors import RequestRefused
from search.types import MAX_WINDOW, Range, SearchRequest, Sort
from tests.contract.base import EngineFixtures, keys_of
from tests.contract.oracle import as_counts, random_requests
from tests.contract.records import document
from tests.contract.world import VOCABULARIES, registry

ALL_VALUES = {facet.code: 5_000 for facet in registry()}
FILTER_SETS = 500
SOME_WORDS = ("pelayanan", "kesehatan", "sekolah", "banjir", "clinic", "reduces", "nelayan", "memudahkan")


class FacetsContract(EngineFixtures):
    def test_totals_and_all_counts_equal_a_plain_recount(self, engine, oracle):
        for request in random_requests(FILTER_SETS, seed=3, words=SOME_WORDS):
            everything = {"facet_sizes": ALL_VALUES, "size": 1}
            response = engine.search(SearchRequest(**vars_of(request), **everything))
            assert response.total == oracle.total(request), request
            assert as_counts(response.facets) == oracle.counts(request), request

    def test_values_shown_are_the_first_by_count_then_value_and_the_selected(self, engine, oracle):
        for request in random_requests(120, seed=4, words=SOME_WORDS):
            counts = oracle.counts(request)
            response = engine.search(request)
            assert list(response.facets) == [facet.code for facet in registry()]
            for facet in registry():
                selected = set(request.selections.get(facet.code, ()))
                ranked = sorted(counts[facet.code].items(), key=lambda item: (-item[1], item[0]))
                with_hits = [value for value, count in ranked if count]
                shown = {*with_hits[: facet.size], *selected}
                expected = [(value, count, value in selected) for value, count in ranked if value in shown]
                result = response.facets[facet.code]
                assert [(v.value, v.count, v.selected) for v in result.values] == expected
                assert result.truncated == bool(set(with_hits) - shown)

    def test_a_selected_value_without_hits_stays(self, engine):
        request = SearchRequest(selections={"sector": ("no-such-value", "sector-1")})
        values = {v.value: v for v in engine.search(request).facets["sector"].values}
        assert values["no-such-value"].count == 0
        assert values["no-such-value"].selected

    def test_labels_are_of_the_language_asked_for(self, engine):
        for language in ("id", "en"):
            values = engine.search(SearchRequest(language=language)).facets["sector"].values
            assert all(v.label == VOCABULARIES["sector"].label(v.value, language) for v in values)

    def test_a_parent_counts_the_union_of_its_children_once(self, make):
        both = ("matter-1", "matter-1-1", "matter-1-2")
        engine = make(document("a", facets={"matter": both}), document("b", facets={"matter": both[:2]}))
        counts = as_counts(engine.search(SearchRequest()).facets)["matter"]
        assert counts == {"matter-1": 2, "matter-1-1": 2, "matter-1-2": 1}

    def test_a_range_and_a_selection_of_years_both_hold_and_neither_narrows_the_histogram(self, make):
        engine = make(*(document(f"y{year}", year=year) for year in range(2015, 2021)), document("none"))
        request = SearchRequest(
            selections={"year": ("2016", "2019")}, ranges={"year": Range(2018, None)}, sort=Sort.OLDEST
        )
        response = engine.search(request)
        assert keys_of(response) == ["y2019"]
        assert as_counts(response.facets)["year"] == {str(year): 1 for year in range(2015, 2021)}

    @pytest.mark.parametrize(("bounds", "keys"), [
        (Range(2018, None), {"y2018", "y2019"}),
        (Range(None, 2016), {"y2015", "y2016"}),
        (Range(2016, 2017), {"y2016", "y2017"}),
        (Range(2019, 2015), set()),
        (Range(-(10**30), 10**30), {"y2015", "y2016", "y2017", "y2018", "y2019"}),
    ])  # fmt: skip
    def test_ranges_include_their_ends_and_leave_out_records_without_a_year(self, make, bounds, keys):
        engine = make(*(document(f"y{year}", year=year) for year in range(2015, 2020)), document("none"))
        assert set(self.found(engine, ranges={"year": bounds})) == keys

    def test_sizes_say_how_many_values_of_which_facets_are_counted(self, engine):
        response = engine.search(SearchRequest(facet_sizes={"tag": 3, "sector": 100, "stage": 0}))
        assert list(response.facets) == ["tag", "sector"]
        assert len(response.facets["tag"].values) == 3
        assert response.facets["tag"].truncated
        assert not response.facets["sector"].truncated
        assert engine.search(SearchRequest(facet_sizes={})).facets == {}

    def test_a_search_inside_a_facet_gives_only_the_values_asked_for(self, engine, oracle):
        only = frozenset({"tag-700", "tag-2", "tag-88", "no-such-value"})
        request = SearchRequest(
            selections={"tag": ("tag-1",)}, facet_sizes={"tag": 50}, facet_only={"tag": only}
        )
        counts = oracle.counts(request)["tag"]
        result = engine.search(request).facets["tag"]
        assert {v.value: v.count for v in result.values} == {v: n for v, n in counts.items() if v in only}
        nothing = SearchRequest(facet_sizes={"tag": 50}, facet_only={"tag": frozenset()})
        assert engine.search(nothing).facets["tag"].values == ()

    @pytest.mark.parametrize("request_", [
        SearchRequest(selections={"colour": ("red",)}),
        SearchRequest(ranges={"sector": Range(1, 2)}),
        SearchRequest(ranges={"colour": Range(1, 2)}),
        SearchRequest(facet_sizes={"colour": 3}),
        SearchRequest(facet_only={"colour": frozenset()}),
    ])  # fmt: skip
    def test_an_unknown_facet_is_refused(self, engine, request_):
        with pytest.raises(RequestRefused):
            engine.search(request_)

    @pytest.mark.parametrize(("page", "size"), [
        (0, 20), (-1, 20), (1, 0), (1, -5), (MAX_WINDOW // 20 + 1, 20), (1, MAX_WINDOW + 1), (10**18, 10**18),
    ])  # fmt: skip
    def test_a_page_beyond_the_bound_is_refused(self, engine, page, size):
        with pytest.raises(RequestRefused):
            engine.search(SearchRequest(page=page, size=size))

    @pytest.mark.parametrize("sort", [sort for sort in Sort if sort is not Sort.RELEVANCE])
    @pytest.mark.parametrize("query", ["", "pelayanan"])
    def test_sorts_follow_the_documents_own_strings(self, engine, world, oracle, sort, query):
        name = "title.en" if sort is Sort.TITLE else sort.value
        bits = oracle.filtered(SearchRequest(query=query))
        expected = sorted(
            (record.sorts[name], record.key)
            for place, record in enumerate(oracle.records)
            if bits >> place & 1
        )
        pages = [
            self.found(engine, query, sort=sort, language="en", page=page, size=50, facet_sizes={})
            for page in (1, 2, 9)
        ]
        keys = [key for _, key in expected]
        assert pages == [keys[:50], keys[50:100], keys[400:450]]

    def test_without_a_query_relevance_is_newest(self, engine):
        assert self.found(engine) == self.found(engine, sort=Sort.NEWEST)

    def test_pages_of_a_ranked_result_hold_every_hit_once(self, make):
        same = [document(f"k{n:03}", "Posyandu keliling") for n in range(70)]
        better = document("best", "Posyandu keliling", summary="Posyandu keliling desa")
        engine = make(*same, better)
        pages = [self.found(engine, "posyandu keliling", page=page, size=9) for page in range(1, 10)]
        assert pages[0][0] == "best"
        assert sorted(chain(*pages)) == sorted([*(record.key for record in same), "best"])
        assert pages[8] == []
        whole = self.found(engine, "posyandu keliling", size=100)
        assert whole == list(chain(*pages))

    def test_hits_of_the_same_score_keep_their_order_when_other_records_change(self, make):
        records = [document(f"k{n:03}", "Posyandu keliling") for n in range(40)]
        engine = make(*records)
        before = self.found(engine, "posyandu", size=100)
        again = [document(f"k{n:03}", "Posyandu keliling", version=2) for n in (7, 3, 30)]
        assert all(done.error is None for done in engine.apply(again))
        assert self.found(engine, "posyandu", size=100) == before

    def test_the_last_page_within_the_bound_answers(self, engine):
        assert self.found(engine, page=1_000, size=20) == []
        assert self.found(engine, "pelayanan", page=1_000, size=20) == []
        assert len(self.found(engine, page=22, size=100)) == 100

    def test_every_key_of_a_result_comes_in_its_order(self, engine, oracle):
        request = SearchRequest(selections={"sector": ("sector-1",)}, sort=Sort.OLDEST)
        keys = list(engine.all_keys(request))
        assert len(keys) == oracle.total(request)
        assert keys[:20] == keys_of(engine.search(request))

    def test_hits_carry_what_their_documents_store(self, engine, world):
        for hit in engine.search(SearchRequest(query="pelayanan")).hits:
            stored = world.records[hit.key].stored
            assert hit.stored["title"] == stored["title"]
            assert hit.stored["number"] == stored["number"]


def vars_of(request: SearchRequest) -> dict[str, object]:
    return {"query": request.query, "selections": request.selections, "ranges": request.ranges}
