"""Query strings of the API, validated. The search itself is the site's own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalogue.api import problems
from catalogue.facets import FACETS
from catalogue.models.terms import Scheme
from catalogue.vocabulary import snapshot
from search.facets import FacetRegistry
from search.forms import DEFAULT_SIZE, SIZES, SearchForm
from search.types import LANGUAGES, MAX_WINDOW, SearchRequest

DEFAULT_FACET_SIZE = 100
MAX_FACET_SIZE = 1000
NO_FACETS = "none"


class LevelField(forms.CharField):
    """The code of a level of government."""

    def clean(self, value: str | None) -> str:
        code = str(super().clean(value))
        current = snapshot().terms[Scheme.AGENCY_LEVEL].resolve(code)
        if code and current is None:
            raise forms.ValidationError(
                _("“%(value)s” is not a level of government."), code="unknown", params={"value": code[:80]}
            )
        return current or ""


class AgencyForm(forms.Form):
    """Which agencies, and which page of them."""

    q = forms.CharField(label=_("Search words"), required=False, max_length=200)
    level = LevelField(label=_("Level of government"), required=False)
    lang = forms.ChoiceField(label=_("Language"), required=False, choices=[(c, c) for c in LANGUAGES])
    page = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=MAX_WINDOW)
    size = forms.TypedChoiceField(
        label=_("Results a page"), required=False, coerce=int, choices=[(n, str(n)) for n in SIZES]
    )

    def bounds(self) -> tuple[int, int]:
        """The valid form's page and size."""
        return self.cleaned_data["page"] or 1, self.cleaned_data["size"] or DEFAULT_SIZE


class FacetListField(forms.Field):
    """``none``, or the codes of the facets wanted; nothing means all."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: list[str] | None) -> tuple[str, ...] | None:
        given = tuple(dict.fromkeys(value or ()))
        for code in given:
            if code != NO_FACETS and FACETS.get(code) is None:
                raise forms.ValidationError(
                    _("“%(value)s” is not a facet."), code="unknown", params={"value": code[:80]}
                )
        return tuple(code for code in given if code != NO_FACETS) if given else None


class ApiSearchForm(SearchForm):
    """The search form of the site, with what only a program asks for."""

    lang = forms.ChoiceField(label=_("Language"), required=False, choices=[(c, c) for c in LANGUAGES])
    facet_size = forms.IntegerField(
        label=_("Values a facet"), required=False, min_value=1, max_value=MAX_FACET_SIZE
    )
    facets = FacetListField(label=_("Facets"), required=False)

    def __init__(self, data: QueryDict, *, registry: FacetRegistry, language: str) -> None:
        super().__init__(data, registry=registry, language=language)
        self.query = data

    def request(self) -> SearchRequest:
        """The engine's request for this valid form."""
        return self.to_request(facet_sizes=self._facet_sizes())

    def _facet_sizes(self) -> Mapping[str, int]:
        wanted, size = self.cleaned_data["facets"], self.cleaned_data["facet_size"]
        codes = [facet.code for facet in FACETS.facets] if wanted is None else wanted
        return dict.fromkeys(codes, size or DEFAULT_FACET_SIZE)

    def page_query(self, number: int) -> str:
        """The query string of another page of this search, without a question mark."""
        own: list[tuple[str, Any]] = [
            (name, self.query[name]) for name in ("lang", "facet_size") if self.cleaned_data[name]
        ]
        own += [("facets", code) for code in self.query.getlist("facets")]
        query = self.links.page(number)[1:]
        return "&".join(part for part in (query, urlencode(own)) if part)


def validated(form: forms.Form) -> None:
    """Raises the ``Problem`` of an invalid form."""
    if not form.is_valid():
        raise problems.of_form(form)
