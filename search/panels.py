"""What a result page shows beside the hits: facet groups, chips, histogram, pages. Plain data, no HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import override

from search.facets import Facet, FlagFacet, RangeFacet, TreeFacet, Vocabulary
from search.forms import SORT_LABELS, SearchForm
from search.types import MAX_WINDOW, FacetResult, FacetValue, SearchResponse, Sort


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet as a checkbox. ``depth`` indents it below its parent."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Numbers by year as two SVG paths over a box of ``width`` × 50: inside the chosen years, and outside."""

    width: int
    inside: str
    outside: str
    label: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """The two number fields of a range facet."""

    first: str
    last: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """One facet as a fieldset. ``chosen`` counts what is selected of it; ``more`` leads to all its values."""

    code: str
    title: str
    options: Sequence[Option] = ()
    chosen: int = 0
    unfolded: bool = False
    more: str = ""
    histogram: Histogram | None = None
    bounds: Bounds | None = None
    hidden: Sequence[str] = ()

    @property
    def more_text(self) -> str:
        return _("All values of: %(title)s") % {"title": self.title}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; ``url`` is the search without it."""

    label: str
    url: str
    facet: str


def groups(form: SearchForm, response: SearchResponse) -> tuple[list[Group], list[Group]]:
    """The facets shown at first, and those under "more filters"; facets without values are left out."""
    shown: list[Group] = []
    others: list[Group] = []
    for facet in form.registry.facets:
        result = response.facets.get(facet.code, FacetResult())
        group = (
            _range_group(form, facet, result)
            if isinstance(facet, RangeFacet)
            else _group(form, facet, result)
        )
        if group:
            (shown if facet.open else others).append(group)
    return shown, others


def _group(form: SearchForm, facet: Facet, result: FacetResult) -> Group | None:
    if not result.values:
        return None
    chosen = len(form.selections.get(facet.code, ()))
    more = ""
    if result.truncated and not isinstance(facet, FlagFacet):
        more = _address_of_all(facet.code, form.language) + form.links.canonical()
    return Group(
        code=facet.code,
        title=str(facet.title),
        options=options(facet, result.values),
        chosen=chosen,
        unfolded=bool(chosen) or facet.open,
        more=more,
    )


@cache
def _address_of_all(code: str, language: str) -> str:
    """The page of a facet's values, looked up once a process: a result page leads to half a dozen."""
    with override(language):
        return reverse("search:facet", args=[code])


def options(facet: Facet, values: Sequence[FacetValue]) -> list[Option]:
    """The values as checkboxes; those of a tree stand below the nearest of their parents that is shown."""
    if not isinstance(facet, TreeFacet):
        return [Option(v.value, v.label, v.count, v.selected) for v in values]
    return list(_nested(facet.vocabulary(), values))


def _nested(vocabulary: Vocabulary, values: Sequence[FacetValue]) -> Iterable[Option]:
    shown = {value.value for value in values}
    below: dict[str | None, list[FacetValue]] = {}
    for value in values:
        above = (code for code in reversed(vocabulary.ancestors(value.value)) if code in shown)
        below.setdefault(next(above, None), []).append(value)

    def walk(parent: str | None, depth: int) -> Iterable[Option]:
        for value in below.get(parent, ()):
            yield Option(value.value, value.label, value.count, value.selected, depth)
            yield from walk(value.value, depth + 1)

    return walk(None, 0)


def _range_group(form: SearchForm, facet: RangeFacet, result: FacetResult) -> Group | None:
    chosen = form.ranges.get(facet.code)
    start, end = (chosen.start, chosen.end) if chosen else (None, None)
    selected = form.selections.get(facet.code, ())
    if not result.values and not chosen:
        return None
    first, last = facet.range_parameters
    return Group(
        code=facet.code,
        title=str(facet.title),
        chosen=len(selected) + bool(chosen),
        unfolded=facet.open or bool(selected or chosen),
        histogram=histogram(result, start, end, selected),
        bounds=Bounds(first, last, start, end),
        hidden=selected,
    )


def histogram(
    result: FacetResult, start: int | None = None, end: int | None = None, selected: Sequence[str] = ()
) -> Histogram | None:
    """Bars for every year between the first and the last; ``None`` for fewer than two years."""
    counts = {int(value.value): value.count for value in result.values if value.count}
    if len(counts) < 2:
        return None
    first, last, top = min(counts), max(counts), max(counts.values())
    chosen = {int(year) for year in selected}
    paths: dict[bool, list[str]] = {True: [], False: []}
    for year in range(first, last + 1):
        if count := counts.get(year, 0):
            inside = (not chosen or year in chosen) and (start or first) <= year <= (end or last)
            height = max(2, round(48 * count / top))
            paths[inside].append(f"M{(year - first) * 10} 50v-{height}h9v{height}z")
    peak = max(counts, key=lambda year: counts[year])
    label = _("Records by year, %(first)s to %(last)s; most in %(peak)s: %(count)s") % {
        "first": first,
        "last": last,
        "peak": peak,
        "count": top,
    }
    return Histogram((last - first + 1) * 10, "".join(paths[True]), "".join(paths[False]), label)


def chips(form: SearchForm) -> list[Chip]:
    """One chip a value chosen and one a range, each with the search without it."""
    found = []
    for facet in form.registry.facets:
        selected = form.selections.get(facet.code, ())
        vocabulary = facet.vocabulary() if selected else None
        for value in selected:
            label = vocabulary.label(value, form.language) if vocabulary else value
            if isinstance(facet, FlagFacet):
                label = str(facet.title)
            found.append(Chip(label, form.links.remove(facet.code, value), str(facet.title)))
        if bounds := form.ranges.get(facet.code):
            found.append(
                Chip(_years(bounds.start, bounds.end), form.links.remove(facet.code), str(facet.title))
            )
    return found


def _years(start: int | None, end: int | None) -> str:
    if start is None:
        return _("until %(year)s") % {"year": end}
    if end is None:
        return _("since %(year)s") % {"year": start}
    return str(start) if start == end else f"{start}–{end}"


@dataclass(frozen=True, slots=True)
class PageLink:
    """``number`` 0 stands for pages left out."""

    number: int
    url: str = ""
    current: bool = False

    @property
    def label(self) -> str:
        return _("Page %(number)s") % {"number": localize(self.number)}


@dataclass(frozen=True, slots=True)
class Pagination:
    """``previous`` and ``following`` are addresses, empty at the ends."""

    links: Sequence[PageLink]
    previous: str
    following: str
    number: int
    pages: int


def pagination(number: int, size: int, total: int, url: Callable[[int], str]) -> Pagination | None:
    """Links to the first, the last and the nearest pages; ``None`` for a single page."""
    pages = min(-(-total // size), MAX_WINDOW // size)
    if pages < 2:
        return None
    wanted = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    links: list[PageLink] = []
    for page in wanted:
        if links and page - links[-1].number > 1:
            links.append(PageLink(0))
        links.append(PageLink(page, url(page), page == number))
    previous = url(min(number - 1, pages)) if number > 1 else ""
    return Pagination(links, previous, url(number + 1) if number < pages else "", number, pages)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    selected: bool


def sorts(form: SearchForm) -> list[Choice]:
    chosen = form.cleaned_data["sort"] or Sort.RELEVANCE
    return [Choice(str(sort), str(label), sort == chosen) for sort, label in SORT_LABELS.items()]
