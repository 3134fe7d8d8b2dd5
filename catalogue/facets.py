"""THE list of facets: one declaration gives form field, aggregation, links and API parameter."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from catalogue.models.terms import Scheme
from catalogue.vocabulary import snapshot
from search.facets import (
    FacetRegistry,
    FixedVocabulary,
    FlagFacet,
    TermsFacet,
    TreeFacet,
    Vocabulary,
    YearFacet,
)


def _terms(scheme: Scheme) -> Callable[[], Vocabulary]:
    return lambda: snapshot().terms[scheme]


_DIGITAL = FixedVocabulary(
    {"true": {"id": "Digital", "en": "Digital"}, "false": {"id": "Bukan digital", "en": "Not digital"}}
)
_MEASURED = FixedVocabulary({"true": {"id": "Ada sebelum dan sesudah", "en": "With before and after"}})
_LANGUAGES = FixedVocabulary(
    {"id": {"id": "Bahasa Indonesia", "en": "Indonesian"}, "en": {"id": "Bahasa Inggris", "en": "English"}}
)

FACETS = FacetRegistry(
    (
        TermsFacet("sector", _("Sector"), _terms(Scheme.SECTOR), open=True, suggest=True, similar=True),
        TreeFacet("region", _("Region"), lambda: snapshot().regions, open=True),
        TreeFacet(
            "agency", _("Agency"), lambda: snapshot().agencies, open=True, suggest=True, has_page=False
        ),
        YearFacet("year", _("Year started"), open=True),
        FlagFacet("measured", _("Measured outcome"), lambda: _MEASURED, open=True),
        TermsFacet("status", _("Status"), _terms(Scheme.STATUS), open=True),
        TreeFacet("matter", _("Government matter"), _terms(Scheme.MATTER), similar=True),
        TermsFacet("type", _("Innovation type"), _terms(Scheme.TYPE)),
        TermsFacet("digital", _("Digital or not"), lambda: _DIGITAL, has_page=False),
        TermsFacet("stage", _("Stage"), _terms(Scheme.STAGE)),
        TermsFacet("tag", _("Tag"), lambda: snapshot().tags, suggest=True, similar=True),
        TermsFacet("value", _("BerAKHLAK value"), _terms(Scheme.VALUE)),
        TermsFacet("sdg", _("Sustainable Development Goal"), _terms(Scheme.SDG)),
        TermsFacet("award", _("Award"), _terms(Scheme.AWARD)),
        TermsFacet("programme", _("Programme"), lambda: snapshot().programmes),
        TermsFacet("lab", _("Innovation laboratory"), lambda: snapshot().laboratories),
        TermsFacet("language", _("Language"), lambda: _LANGUAGES, has_page=False),
    )
)
