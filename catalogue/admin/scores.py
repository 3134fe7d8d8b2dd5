"""Completeness as the admin shows it: of one record with what is missing, of a page of rows in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.utils.text import capfirst

from catalogue import completeness
from catalogue.models import InnovationPage

ROWS = tuple(
    name
    for name in completeness.WEIGHTS
    if name in (*InnovationPage.ROWS, *InnovationPage.MANY_VALUED, "tags")
)
FIELDS = tuple(name for name in completeness.WEIGHTS if name not in ROWS)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something not filled and the points it would bring."""

    label: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """Completeness 0–100 and what is missing, the most telling first."""

    points: int
    missing: tuple[Missing, ...]


def score_of(page: InnovationPage) -> Score:
    """The score of ``page`` as it is in memory, drafts included."""
    rows = {name for name in ROWS if _has_rows(page, name)}
    filled = completeness.filled_names({name: _value(page, name) for name in FIELDS}, rows)
    missing = tuple(
        Missing(_label(name), completeness.WEIGHTS[name]) for name in completeness.missing(filled)
    )
    return Score(completeness.score(filled), missing)


def scores_of(pages: Sequence[InnovationPage]) -> dict[int, int]:
    """Key → points for source-language pages; one query, whatever the number of pages."""
    ids = [page.pk for page in pages]
    rows: dict[int, set[str]] = defaultdict(set)
    first, *others = (_with_rows(name, ids) for name in ROWS)
    for pk, name in first.union(*others):
        rows[pk].add(name)
    return {
        page.pk: completeness.score(
            completeness.filled_names({name: _value(page, name) for name in FIELDS}, rows[page.pk])
        )
        for page in pages
    }


def _value(page: InnovationPage, name: str) -> Any:
    column: Any = page._meta.get_field(name)
    return getattr(page, column.attname)


def _has_rows(page: InnovationPage, name: str) -> bool:
    return getattr(page, "tagged_items" if name == "tags" else name).exists()


def _with_rows(name: str, ids: Sequence[int]) -> QuerySet[Any]:
    """Pairs of page and ``name`` for the pages that have such rows."""
    field: Any = InnovationPage._meta.get_field("tagged_items" if name == "tags" else name)
    if field.many_to_many:
        through, column = getattr(InnovationPage, name).through, "innovationpage_id"
    else:
        through, column = field.related_model, field.field.attname
    found = through.objects.filter(**{f"{column}__in": ids}).order_by()
    return found.annotate(kind=Value(name, output_field=CharField())).values_list(column, "kind")


def _label(name: str) -> str:
    field: Any = InnovationPage._meta.get_field(name)
    named = field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name
    return capfirst(str(named))
