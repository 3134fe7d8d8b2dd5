"""Outcomes reached: numbers before and after, in reports that were handed in and in live records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from catalogue.documents import public_records
from catalogue.models import Outcome
from training.answers import as_number
from training.models import Project, Question, Revision

_BECOMES = "outcomes"
_NUMBERS = ("before", "after")


@dataclass(frozen=True, slots=True)
class Reached:
    """How many projects or records there are, how many of them measured something, and how many outcomes.

    An outcome is measured when it has a number before and one after; ``changed`` are those where the two
    differ. Whether a change is good is not told by the numbers.
    """

    things: int
    measuring: int
    outcomes: int
    measured: int
    changed: int


def in_reports(projects: QuerySet[Project]) -> Reached:
    """From what each of ``projects`` handed in last; two queries."""
    things = measuring = outcomes = measured = changed = 0
    for rows in _handed_in(projects):
        things += 1
        pairs = [tuple(as_number(str(row.get(name, ""))) for name in _NUMBERS) for row in rows]
        both = [(before, after) for before, after in pairs if before is not None and after is not None]
        outcomes += len(rows)
        measured += len(both)
        measuring += bool(both)
        changed += sum(before != after for before, after in both)
    return Reached(things, measuring, outcomes, measured, changed)


def _handed_in(projects: QuerySet[Project]) -> Iterator[list[dict[str, Any]]]:
    """The rows of outcomes in the last revision of each project that has some."""
    asked = Question.objects.filter(becomes=_BECOMES).order_by()
    for code in asked.values_list("code", flat=True).distinct():
        last = Revision.objects.filter(project=OuterRef("pk")).order_by("-number")
        found = projects.order_by().annotate(
            told=Subquery(last.values(told=KeyTextTransform(code, "answers"))[:1])
        )
        for told in found.exclude(told=None).values_list("told", flat=True).iterator(chunk_size=1000):
            if rows := _rows(told):
                yield rows


def _rows(told: Any) -> list[dict[str, Any]]:
    rows = json.loads(told) if isinstance(told, str) and told.startswith("[") else []
    return [row for row in rows if isinstance(row, dict)]


def in_records(projects: QuerySet[Project]) -> Reached:
    """From the live records of ``projects``; two queries."""
    records = public_records().filter(
        translation_key__in=projects.exclude(record_key=None).order_by().values("record_key")
    )
    pages = records.order_by().values("pk")
    both = Q(baseline__isnull=False, actual__isnull=False)
    found = Outcome.objects.filter(page__in=pages).aggregate(
        outcomes=Count("pk"),
        measured=Count("pk", filter=both),
        changed=Count("pk", filter=both & ~Q(baseline=F("actual"))),
        measuring=Count("page", filter=both, distinct=True),
    )
    return Reached(records.count(), **found)
