"""Outcomes reached: numbers before and after, in reports that were handed in and in live records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
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


REPORTED, MEASURED, CHANGED = "reported", "measured", "changed"
RECORDED, RECORD_OUTCOMES = "recorded", "record-outcomes"
RECORD_MEASURED, RECORD_CHANGED = "record-measured", "record-changed"
IN_REPORTS = (REPORTED, MEASURED, REPORTED, MEASURED, CHANGED)
"""Which projects each number of ``Reached`` was counted in, in its order; see ``holding``."""
IN_RECORDS = (RECORDED, RECORD_MEASURED, RECORD_OUTCOMES, RECORD_MEASURED, RECORD_CHANGED)
_BOTH = Q(baseline__isnull=False, actual__isnull=False)


def holding(kind: str, projects: QuerySet[Project]) -> QuerySet[Project]:
    """Those of ``projects`` that an outcome of this kind was counted in; two queries for reports."""
    if kind in (REPORTED, MEASURED, CHANGED):
        return projects.filter(pk__in=_reporting(kind, projects))
    records = public_records()
    found = {
        RECORDED: records,
        RECORD_OUTCOMES: records.filter(Exists(_outcomes_of())),
        RECORD_MEASURED: records.filter(Exists(_outcomes_of().filter(_BOTH))),
        RECORD_CHANGED: records.filter(Exists(_outcomes_of().filter(_BOTH & ~Q(baseline=F("actual"))))),
    }.get(kind, records.none())
    return projects.filter(record_key__in=found.order_by().values("translation_key"))


def _outcomes_of() -> QuerySet[Outcome]:
    return Outcome.objects.filter(page=OuterRef("pk"))


def _reporting(kind: str, projects: QuerySet[Project]) -> list[int]:
    found = []
    for key, rows in _handed_in(projects):
        both = _measured(rows)
        if kind == REPORTED or (both if kind == MEASURED else any(one != other for one, other in both)):
            found.append(key)
    return found


def _measured(rows: list[dict[str, Any]]) -> list[tuple[Decimal, Decimal]]:
    """The numbers before and after of those ``rows`` that have both."""
    pairs = [tuple(as_number(str(row.get(name, ""))) for name in _NUMBERS) for row in rows]
    return [(before, after) for before, after in pairs if before is not None and after is not None]


def in_reports(projects: QuerySet[Project]) -> Reached:
    """From what each of ``projects`` handed in last; two queries."""
    things = measuring = outcomes = measured = changed = 0
    for _key, rows in _handed_in(projects):
        things += 1
        both = _measured(rows)
        outcomes += len(rows)
        measured += len(both)
        measuring += bool(both)
        changed += sum(before != after for before, after in both)
    return Reached(things, measuring, outcomes, measured, changed)


def _handed_in(projects: QuerySet[Project]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The key of each project that has outcomes in its last revision, and their rows."""
    asked = Question.objects.filter(becomes=_BECOMES).order_by()
    for code in asked.values_list("code", flat=True).distinct():
        last = Revision.objects.filter(project=OuterRef("pk")).order_by("-number")
        found = projects.order_by().annotate(
            told=Subquery(last.values(told=KeyTextTransform(code, "answers"))[:1])
        )
        for key, told in found.exclude(told=None).values_list("pk", "told").iterator(chunk_size=1000):
            if rows := _rows(told):
                yield key, rows


def _rows(told: Any) -> list[dict[str, Any]]:
    rows = json.loads(told) if isinstance(told, str) and told.startswith("[") else []
    return [row for row in rows if isinstance(row, dict)]


def in_records(projects: QuerySet[Project]) -> Reached:
    """From the live records of ``projects``; two queries."""
    records = public_records().filter(
        translation_key__in=projects.exclude(record_key=None).order_by().values("record_key")
    )
    pages = records.order_by().values("pk")
    found = Outcome.objects.filter(page__in=pages).aggregate(
        outcomes=Count("pk"),
        measured=Count("pk", filter=_BOTH),
        changed=Count("pk", filter=_BOTH & ~Q(baseline=F("actual"))),
        measuring=Count("page", filter=_BOTH, distinct=True),
    )
    return Reached(records.count(), **found)
