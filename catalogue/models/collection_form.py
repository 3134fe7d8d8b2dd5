"""The form of a collection in the admin: its query is one that visitors' searches would take."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm


class CollectionForm(WagtailAdminPageForm):
    """Takes the query as it stands in an address, with or without what comes before it."""

    def clean_query(self) -> str:
        # The facets are made of models that are loaded after this one.
        from catalogue.facets import FACETS
        from search.forms import SearchForm

        query: str = self.cleaned_data["query"].strip().rpartition("?")[2]
        search = SearchForm(QueryDict(query), registry=FACETS, language="id")
        if not search.is_valid():
            problems = [f"{name}: {text}" for name, texts in search.errors.items() for text in texts]
            remedy = _("Copy what follows the question mark in the address of a search.")
            raise ValidationError([*problems, remedy])
        return query
