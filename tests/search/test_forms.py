"""The query string as a form: what it accepts, what it names when it refuses, the links it builds."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.facets import FacetRegistry, FixedVocabulary, FlagFacet, TermsFacet, YearFacet
from search.forms import MAX_VALUES, SearchForm
from search.types import Range, Sort

SECTORS = FixedVocabulary(
    {
        "health": {"id": "Kesehatan", "en": "Health"},
        "education": {"id": "Pendidikan", "en": "Education"},
    }
)
YES = FixedVocabulary({"true": {"id": "Ya", "en": "Yes"}})
REGISTRY = FacetRegistry(
    (
        TermsFacet("sector", "Sector", lambda: SECTORS),
        YearFacet("year", "Year"),
        FlagFacet("measured", "Measured", lambda: YES),
    )
)


def form(query: str) -> SearchForm:
    return SearchForm(QueryDict(query), registry=REGISTRY, language="id")


def valid(query: str) -> SearchForm:
    found = form(query)
    assert found.is_valid(), found.errors
    return found


def test_an_empty_query_asks_for_the_first_twenty_by_relevance() -> None:
    request = valid("").to_request()
    assert (request.query, request.page, request.size, request.sort) == ("", 1, 20, Sort.RELEVANCE)
    assert request.selections == {}
    assert request.ranges == {}


def test_repeated_names_are_alternatives_and_repeats_count_once() -> None:
    request = valid("sector=health&sector=education&sector=health&measured=true").to_request()
    assert request.selections == {"sector": ("health", "education"), "measured": ("true",)}


def test_a_range_and_years_stand_beside_each_other() -> None:
    request = valid("year=2020&year_from=2019&year_to=2021").to_request()
    assert request.selections == {"year": ("2020",)}
    assert request.ranges == {"year": Range(2019, 2021)}


@pytest.mark.parametrize(
    ("query", "field", "named"),
    [
        ("sector=helth", "sector", "helth"),
        ("measured=false", "measured", "false"),
        ("year=20x0", "year", "20x0"),
        ("page=0", "page", None),
        ("page=-1", "page", None),
        ("page=9e99", "page", None),
        ("page=1001", "page", "20000"),
        ("page=10001", "page", None),
        ("size=7", "size", "7"),
        ("size=100&page=201", "page", None),
        ("sort=best", "sort", "best"),
        ("q=a%00b", "q", None),
        ("q=" + "x" * 1001, "q", "1000"),
        ("year_from=abc", "year_from", None),
        ("year_from=2022&year_to=2020", "year_from", None),
        ("&".join(f"sector=health{n}" for n in range(MAX_VALUES + 1)), "sector", str(MAX_VALUES)),
    ],
)
def test_what_is_wrong_is_named(query: str, field: str, named: str | None) -> None:
    found = form(query)
    assert not found.is_valid()
    assert list(found.errors) == [field]
    if named:
        assert named in found.errors[field][0].replace(".", "").replace(",", "")


def test_unknown_parameters_are_ignored() -> None:
    assert valid("colour=blue&sector=health").links.canonical() == "?sector=health"


def test_page_one_thousand_is_the_last() -> None:
    assert valid("page=1000").to_request().page == 1000


def test_links_change_one_choice_and_return_to_the_first_page() -> None:
    links = valid("q=antrean&sector=health&year_from=2019&sort=newest&page=3").links
    assert links.canonical() == "?q=antrean&sector=health&year_from=2019&sort=newest"
    assert links.toggle("sector", "education") == (
        "?q=antrean&sector=education&sector=health&year_from=2019&sort=newest"
    )
    assert links.toggle("sector", "health") == "?q=antrean&year_from=2019&sort=newest"
    assert links.remove("sector", "health") == links.toggle("sector", "health")
    assert links.remove("year") == "?q=antrean&sector=health&sort=newest"
    assert links.clear() == "?q=antrean&sort=newest"
    assert links.query("") == "?sector=health&year_from=2019&sort=newest"
    assert links.sort("relevance") == "?q=antrean&sector=health&year_from=2019"
    assert links.page(2) == links.canonical() + "&page=2"
    assert links.page(1) == links.canonical()
    assert links.hidden(without=["q"]) == [("sector", "health"), ("year_from", "2019"), ("sort", "newest")]


@given(
    st.lists(st.sampled_from(["sector=health", "sector=education", "year=2020", "measured=true", "q=a%26b"]))
)
def test_the_canonical_link_says_the_same_and_is_its_own_canonical(parts: list[str]) -> None:
    first = valid("&".join(parts))
    again = valid(first.links.canonical()[1:])
    assert again.links.canonical() == first.links.canonical()
    assert {k: set(v) for k, v in again.selections.items()} == {
        k: set(v) for k, v in first.selections.items()
    }


@given(st.text(max_size=1500))
def test_no_words_break_the_form(text: str) -> None:
    data = QueryDict(mutable=True)
    data["q"] = text
    found = SearchForm(data, registry=REGISTRY, language="id")
    if found.is_valid():
        assert found.to_request().query == found.cleaned_data["q"]
    else:
        assert list(found.errors) == ["q"]
