"""The rules about search that stop a site from starting, each with its id and a hint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from search import checks, registry
from search.facets import FacetRegistry, FixedVocabulary, TermsFacet, YearFacet
from search.registry import TextField
from tests.doubles import Records, definition

FULL = FixedVocabulary({"true": {"id": "Ya", "en": "Yes"}})
PARTIAL = FixedVocabulary({"true": {"id": "Ya"}})


@pytest.fixture
def define(monkeypatch):
    """Make a changed definition the site's."""

    def change(*facets, **changes):
        facets = facets or (TermsFacet("sector", _("Sector"), lambda: FULL),)
        found = replace(definition(Records()), facets=FacetRegistry(facets), **changes)
        monkeypatch.setattr(registry, "_definition", found)

    return change


def ids(messages) -> list[str]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_the_site_keeps_every_rule():
    assert [message for message in run_checks() if str(message.id).startswith("search.")] == []


@pytest.mark.django_db
def test_the_labels_of_the_site_are_complete():
    assert ids(checks.fixed_labels_are_complete(None, databases=["default"])) == []


def test_nothing_defined(monkeypatch):
    monkeypatch.setattr(registry, "_definition", None)
    assert ids(checks.index_is_defined(None)) == ["search.E001"]


def test_a_title_that_cannot_be_translated(define):
    define(TermsFacet("sector", "Sector", lambda: FULL))
    assert ids(checks.index_is_defined(None)) == ["search.E002"]


@pytest.mark.parametrize(
    "facet", [TermsFacet("page", _("Page"), lambda: FULL), TermsFacet("year_from", _("Year"), lambda: FULL)]
)
def test_a_parameter_with_two_meanings(define, facet):
    define(YearFacet("year", _("Year")), facet)
    assert ids(checks.index_is_defined(None)) == ["search.E003"]


@pytest.mark.parametrize("titles", [0, 2])
def test_one_text_field_is_the_title(define, titles):
    define(texts=tuple(TextField(f"text{n}", 1, title=n < titles) for n in range(3)))
    assert ids(checks.index_is_defined(None)) == ["search.E004"]


def test_a_label_that_is_missing_in_a_language(define):
    define(TermsFacet("digital", _("Digital"), lambda: PARTIAL))
    assert ids(checks.fixed_labels_are_complete(None, databases=["default"])) == ["search.E005"]
    assert ids(checks.fixed_labels_are_complete(None, databases=None)) == []


def test_a_vocabulary_whose_table_is_not_there_yet_is_left_out(define):
    def missing():
        raise OperationalError("no such table")

    define(TermsFacet("tag", _("Tag"), missing))
    assert ids(checks.fixed_labels_are_complete(None, databases=["default"])) == []


@pytest.mark.parametrize(
    "engines",
    [{}, {"mine": {}}, {"mine": {"CLASS": "no.such.Engine"}}, {"mine": {"CLASS": "search.types.Document"}}],
)
def test_an_engine_that_cannot_be_loaded(settings, engines):
    settings.SEARCH_ENGINE, settings.SEARCH_ENGINES = "mine", engines
    assert ids(checks.engine_is_known(None)) == ["search.E006"]


def test_sqlite_without_immediate_transactions(settings, monkeypatch):
    loose = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
    monkeypatch.setitem(settings.DATABASES, "default", loose)
    assert ids(checks.sqlite_writes_at_once(None)) == ["search.E007"]
