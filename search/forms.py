"""The query string of a search as a validated form, and every link a result page needs.

The search page, exports, feeds and the API share it, so the same query means the same everywhere.
Unknown parameters are ignored; an unknown code is an error that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from search.facets import Facet, FacetRegistry, RangeFacet
from search.types import MAX_WINDOW, Range, SearchRequest, Sort

SIZES = (10, 20, 50, 100)
DEFAULT_SIZE = 20
MAX_QUERY_LENGTH = 1000
MAX_VALUES = 200
"""Values one facet may be given in a query; more is an error rather than a slow search."""

SORT_LABELS = {
    Sort.RELEVANCE: _("most relevant"),
    Sort.NEWEST: _("newest"),
    Sort.OLDEST: _("oldest"),
    Sort.TITLE: _("title A–Z"),
    Sort.REPLICATED: _("most replicated"),
    Sort.COMPLETE: _("most complete"),
}


class CodesField(forms.Field):
    """Any number of codes of one facet's vocabulary, as current codes without repeats."""

    widget = forms.MultipleHiddenInput

    def __init__(self, facet: Facet) -> None:
        super().__init__(required=False, label=facet.title)
        self.facet = facet

    def clean(self, value: Sequence[str] | None) -> tuple[str, ...]:
        given = [item.strip() for item in value or () if item.strip()]
        if len(given) > MAX_VALUES:
            raise forms.ValidationError(
                _("Choose at most %(limit)s values."), code="too_many", params={"limit": MAX_VALUES}
            )
        vocabulary = self.facet.vocabulary()
        codes = []
        for item in given:
            code = vocabulary.resolve(item)
            if code is None:
                raise forms.ValidationError(
                    _("“%(value)s” is not a known value. Remove it or choose one of the list."),
                    code="unknown",
                    params={"value": item[:80]},
                )
            codes.append(code)
        return tuple(dict.fromkeys(codes))


class SearchForm(forms.Form):
    """Validates a query string against a facet registry.

    ``to_request()`` needs ``is_valid()``. ``links`` builds addresses that differ in one choice.
    """

    q = forms.CharField(label=_("Search words"), required=False, max_length=MAX_QUERY_LENGTH)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=list(SORT_LABELS.items()))
    page = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=MAX_WINDOW)
    size = forms.TypedChoiceField(
        label=_("Results a page"), required=False, coerce=int, choices=[(n, str(n)) for n in SIZES]
    )

    def __init__(self, data: QueryDict, *, registry: FacetRegistry, language: str) -> None:
        super().__init__(data)
        self.registry = registry
        self.language = language
        for facet in registry.facets:
            self.fields[facet.code] = CodesField(facet)
            if isinstance(facet, RangeFacet):
                for name in facet.range_parameters:
                    self.fields[name] = forms.IntegerField(
                        label=facet.title, required=False, min_value=1900, max_value=2100
                    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        page, size = cleaned.get("page") or 1, cleaned.get("size") or DEFAULT_SIZE
        if "page" not in self.errors and page * size > MAX_WINDOW:
            self.add_error(
                "page",
                forms.ValidationError(
                    _("Only the first %(limit)s results can be paged through. Narrow the search."),
                    code="too_deep",
                    params={"limit": MAX_WINDOW},
                ),
            )
        for facet in self.registry.facets:
            if isinstance(facet, RangeFacet):
                start, end = (cleaned.get(name) for name in facet.range_parameters)
                if start is not None and end is not None and start > end:
                    self.add_error(facet.range_parameters[0], _("The first year is after the last one."))
        return cleaned

    def to_request(
        self,
        *,
        facet_sizes: Mapping[str, int] | None = None,
        facet_only: Mapping[str, frozenset[str]] | None = None,
    ) -> SearchRequest:
        """The engine's request for this valid form."""
        cleaned = self.cleaned_data
        return SearchRequest(
            query=cleaned["q"],
            language=self.language,
            selections=self.selections,
            ranges=self.ranges,
            sort=Sort(cleaned["sort"] or Sort.RELEVANCE),
            page=cleaned["page"] or 1,
            size=cleaned["size"] or DEFAULT_SIZE,
            facet_sizes=facet_sizes,
            facet_only=facet_only or {},
        )

    @cached_property
    def selections(self) -> dict[str, tuple[str, ...]]:
        """Facet code → values chosen, only for facets with a choice."""
        cleaned = self.cleaned_data
        return {facet.code: cleaned[facet.code] for facet in self.registry.facets if cleaned[facet.code]}

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """Facet code → bounds, only for facets with a bound."""
        found = {}
        for facet in self.registry.facets:
            if isinstance(facet, RangeFacet):
                start, end = (self.cleaned_data[name] for name in facet.range_parameters)
                if bounds := Range(start, end):
                    found[facet.code] = bounds
        return found

    @cached_property
    def links(self) -> Links:
        return Links(self)


class Links:
    """Query strings that differ from the current one in one choice, always in the same order.

    Each begins with ``?``. Changing a filter, the sort or the size goes back to the first page.
    """

    def __init__(self, form: SearchForm) -> None:
        cleaned = form.cleaned_data
        self._registry = form.registry
        self._parameters: dict[str, tuple[str, ...]] = {"q": (cleaned["q"],) if cleaned["q"] else ()}
        for facet in form.registry.facets:
            self._parameters[facet.code] = tuple(sorted(cleaned[facet.code]))
            if isinstance(facet, RangeFacet):
                for name in facet.range_parameters:
                    value = cleaned[name]
                    self._parameters[name] = () if value is None else (str(value),)
        sort, size = cleaned["sort"], cleaned["size"]
        self._parameters["sort"] = (str(sort),) if sort and sort != Sort.RELEVANCE else ()
        self._parameters["size"] = (str(size),) if size and size != DEFAULT_SIZE else ()

    def canonical(self) -> str:
        """This search's first page."""
        return self._build({})

    def toggle(self, facet: str, value: str) -> str:
        """With ``value`` chosen if it wasn't, and not chosen if it was."""
        chosen = self._parameters[facet]
        changed = (
            tuple(v for v in chosen if v != value) if value in chosen else tuple(sorted((*chosen, value)))
        )
        return self._build({facet: changed})

    def remove(self, parameter: str, value: str | None = None) -> str:
        """Without one value, or without the whole parameter (a facet's range goes with ``value=None``)."""
        if value is not None:
            return self._build({parameter: tuple(v for v in self._parameters[parameter] if v != value)})
        facet = self._registry.get(parameter)
        names = facet.range_parameters if isinstance(facet, RangeFacet) else (parameter,)
        return self._build(dict.fromkeys(names, ()))

    def clear(self) -> str:
        """The search words alone, without a filter."""
        return self._build({name: () for name in self._parameters if name not in ("q", "sort", "size")})

    def query(self, text: str) -> str:
        """The same filters with other words."""
        return self._build({"q": (text,) if text else ()})

    def sort(self, sort: str) -> str:
        return self._build({"sort": () if sort == Sort.RELEVANCE else (str(sort),)})

    def page(self, number: int) -> str:
        return self._build({}, [("page", str(number))] if number > 1 else [])

    def hidden(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Name and value of every parameter not in ``without``, for hidden inputs of another form."""
        left_out = set(without)
        return [(n, v) for n, values in self._parameters.items() if n not in left_out for v in values]

    def _build(self, changed: Mapping[str, Sequence[str]], extra: Sequence[tuple[str, str]] = ()) -> str:
        pairs = [(n, v) for n, values in {**self._parameters, **changed}.items() for v in values]
        return "?" + urlencode([*pairs, *extra])
