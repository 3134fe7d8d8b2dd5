"""Form fields over vocabularies whose options are read once a change, not once a field and row.

A record's editor holds some forty selects; asking the database for each took more queries than the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.translation import get_language
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms.models import register_form_field_override

from catalogue.models import OutcomeIndicator, Scheme, SharedOutcome, Term
from catalogue.vocabulary import snapshot

FORM_SCHEMES = (
    Scheme.THEME,
    Scheme.CHANNEL,
    Scheme.REFORM_PILLAR,
    Scheme.TRANSFORMATION,
    Scheme.NATIONAL_TARGET,
    Scheme.KIPP_GROUP,
    Scheme.KIPP_CATEGORY,
    Scheme.KIPP_CRITERION,
    Scheme.IGA_FORM,
    Scheme.IGA_KIND,
    Scheme.IGA_STAGE,
    Scheme.IGA_INITIATOR,
    Scheme.IGA_THEME,
    Scheme.IGA_CRITERION,
    Scheme.LAN_TYPE,
    Scheme.OECD_FACET,
    Scheme.OPSI_VALUE,
)
"""Schemes offered as classifications for forms and awards; the others have a field of their own."""

Option = tuple[Any, str]
Options = list[Option | tuple[str, list[Option]]]

_options: dict[tuple[Any, ...], tuple[UUID | None, Options]] = {}


class CachedChoices(ModelChoiceIterator):
    """The options of a vocabulary field in the active language, kept until any vocabulary changes."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from _cached(self.field)

    def __len__(self) -> int:
        return len(_cached(self.field)) + (self.field.empty_label is not None)


class VocabularyField(forms.ModelChoiceField):
    """One item of a vocabulary."""

    iterator = CachedChoices


class VocabularyMultipleField(forms.ModelMultipleChoiceField):
    """Several terms, each with a box to tick; groups stand under their parent or scheme."""

    iterator = CachedChoices
    widget = forms.CheckboxSelectMultiple


def _cached(field: Any) -> Options:
    model = field.queryset.model
    limit = repr(field.get_limit_choices_to())
    key = (model, limit, get_language())
    stamp = snapshot().stamp
    kept = _options.get(key)
    if kept is None or kept[0] != stamp:
        kept = _options[key] = (stamp, _read(field.queryset, by_scheme=not field.get_limit_choices_to()))
    return kept[1]


def _read(queryset: models.QuerySet[Any], *, by_scheme: bool) -> Options:
    if queryset.model is not Term:
        return [(item.pk, item.label()) for item in queryset]
    terms = list(queryset.filter(merged_into=None, scheme__in=FORM_SCHEMES) if by_scheme else queryset)
    terms = [term for term in terms if term.merged_into_id is None]
    if by_scheme:
        return _grouped(terms, {term.pk: str(Scheme(term.scheme).label) for term in terms})
    parents = {term.pk: term for term in terms}
    groups = {t.pk: parents[t.parent_id].label() for t in terms if t.parent_id in parents}
    return _grouped(terms, groups) if groups else [(term.pk, _label(term)) for term in terms]


def _grouped(terms: list[Term], groups: dict[int, str]) -> Options:
    """Terms under the name of their group; a term that only names a group is not offered itself."""
    named: dict[str, list[Option]] = {}
    names = set(groups.values())
    for term in terms:
        if term.pk in groups:
            named.setdefault(groups[term.pk], []).append((term.pk, _label(term)))
    alone: Options = [(t.pk, _label(t)) for t in terms if t.pk not in groups and t.label() not in names]
    return [*named.items(), *alone]


def _label(term: Term) -> str:
    return f"{term.label()} ({term.year})" if term.year else term.label()


def register_fields() -> None:
    """Use these fields for every vocabulary in every admin form; called once when hooks are loaded."""
    for model in (Term, OutcomeIndicator, SharedOutcome):
        register_form_field_override(models.ForeignKey, to=model, override={"form_class": VocabularyField})
    register_form_field_override(ParentalManyToManyField, override={"form_class": VocabularyMultipleField})
