"""THE list of facets: one declaration gives form field, aggregation, links and API parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from catalogue.documents import public_records
from catalogue.models.terms import Scheme
from catalogue.vocabulary import CodeList, snapshot
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


@dataclass(frozen=True)
class PublicTags:
    """Tags as visitors know them: one that is only proposed is unknown until a public record carries it."""

    tags: CodeList

    def resolve(self, value: str) -> str | None:
        code = self.tags.resolve(value)
        return code if code and self._is_known(code) else None

    def _is_known(self, code: str) -> bool:
        if not self.tags.entries[code].proposed:
            return True
        return public_records().filter(tagged_items__tag__slug=code).exists()

    def label(self, value: str, language: str) -> str:
        return self.tags.label(value, language)

    def matching(self, text: str, language: str) -> Iterable[str]:
        return self.tags.matching(text, language)

    def ancestors(self, value: str) -> tuple[str, ...]:
        return self.tags.ancestors(value)


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
        TermsFacet("digital", _("Digital or not"), lambda: _DIGITAL),
        TermsFacet("stage", _("Stage"), _terms(Scheme.STAGE)),
        TermsFacet("tag", _("Tag"), lambda: PublicTags(snapshot().tags), suggest=True, similar=True),
        TermsFacet("value", _("BerAKHLAK value"), _terms(Scheme.VALUE)),
        TermsFacet("sdg", _("Sustainable Development Goal"), _terms(Scheme.SDG)),
        TermsFacet("award", _("Award"), _terms(Scheme.AWARD)),
        TermsFacet("programme", _("Programme"), lambda: snapshot().programmes),
        TermsFacet("lab", _("Innovation laboratory"), lambda: snapshot().laboratories),
        TermsFacet("language", _("Language"), lambda: _LANGUAGES),
    )
)
