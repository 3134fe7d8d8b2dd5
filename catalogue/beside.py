"""The rows beside one record: in one statement or, in a preview, as the editor left them unsaved.

A record has a dozen small tables beside it. Django takes far longer to ask for each than the database to
answer, so a stored record's are asked for together, each row as a JSON array.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

from catalogue.models import (
    Actor,
    AwardReceived,
    Evidence,
    InnovationPage,
    Milestone,
    Outcome,
    OutcomeIndicator,
    Resource,
    StatusEntry,
    TaggedInnovation,
)
from catalogue.vocabulary import Snapshot


class OutcomeRow(NamedTuple):
    name_id: str
    name_en: str
    unit: str
    wanted_direction: str
    baseline: float | None
    target: float | None
    actual: float | None
    year: int | None
    method: str
    evidence: str


class MilestoneRow(NamedTuple):
    title: str
    date: datetime.date | None
    note: str


class ResourceRow(NamedTuple):
    kind_id: int
    year: int | None
    amount: float | None
    unit: str
    note: str


class ActorRow(NamedTuple):
    name: str
    agency_id: int | None
    actor_type_id: int
    role_id: int


class AwardRow(NamedTuple):
    award_id: int
    year: int | None
    rank: str


class StatusRow(NamedTuple):
    status_id: int
    date: datetime.date
    source: str


class EvidenceRow(NamedTuple):
    """``url`` is that of the file, where there is one from an open collection."""

    evidence_type_id: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it in the editors' order: rows (or the models they are of), and the keys of tags and terms."""

    outcomes: Sequence[OutcomeRow | Outcome]
    milestones: Sequence[MilestoneRow | Milestone]
    resources: Sequence[ResourceRow | Resource]
    actors: Sequence[ActorRow | Actor]
    awards: Sequence[AwardRow | AwardReceived]
    status_history: Sequence[StatusRow | StatusEntry]
    evidence: Sequence[EvidenceRow]
    """Only what an editor made public and has not expired."""
    tags: Sequence[int]
    core_values: Sequence[int]
    sdgs: Sequence[int]
    other_matters: Sequence[int]


def beside(record: InnovationPage, request: HttpRequest, labels: Snapshot) -> Beside:
    """What is beside ``record``, asked for once a request."""
    if getattr(request, "is_preview", False):
        return _in_memory(record)
    kept: dict[int, Beside] = request.__dict__.setdefault("_beside", {})
    if record.pk not in kept:
        kept[record.pk] = _stored(record.pk, labels)
    return kept[record.pk]


def _in_memory(record: InnovationPage) -> Beside:
    """From the managers of the record, which in a preview hold what was typed and not yet saved."""
    return Beside(
        outcomes=list(record.outcomes.select_related("indicator")),
        milestones=list(record.milestones.all()),
        resources=list(record.resources.all()),
        actors=list(record.actors.all()),
        awards=list(record.awards.all()),
        status_history=list(record.status_history.all()),
        evidence=_evidence_in_memory(record),
        tags=[item.tag_id for item in record.tagged_items.all()],
        **{name: [term.pk for term in getattr(record, name).all()] for name in _TERMS},
    )


def _evidence_in_memory(record: InnovationPage) -> list[EvidenceRow]:
    today = timezone.localdate()
    closed = list(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    found = []
    for row in record.evidence.select_related("document__collection"):
        if row.visibility == Evidence.Visibility.PUBLIC and (not row.expires_on or row.expires_on >= today):
            file = row.document
            if file is not None and file.collection.path.startswith(tuple(closed)):
                file = None
            found.append(EvidenceRow(row.evidence_type_id, row.title, file.url if file else row.url))
    return found


_ROWS: Mapping[str, tuple[type[Model], type[NamedTuple]]] = {
    "outcomes": (Outcome, OutcomeRow),
    "milestones": (Milestone, MilestoneRow),
    "resources": (Resource, ResourceRow),
    "actors": (Actor, ActorRow),
    "awards": (AwardReceived, AwardRow),
    "status_history": (StatusEntry, StatusRow),
}
_TERMS = ("core_values", "sdgs", "other_matters")
_DIRECTION = "COALESCE(NULLIF(own.direction, ''), indicator.direction, '')"


def _stored(pk: int, labels: Snapshot) -> Beside:
    """From the database, in one statement."""
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    found: dict[str, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        sql, owners = _statement(connection.vendor)
        cursor.execute(sql, [*[pk] * owners, today])
        for name, _order, _pk, values in cursor.fetchall():
            found[name].append(json.loads(values))
    rows = {name: [_row(kind, values) for values in found[name]] for name, (_, kind) in _ROWS.items()}
    places = labels.term_places
    return Beside(
        **rows,
        evidence=_open_evidence(found["evidence"], [path for (path,) in found["closed"]]),
        tags=[tag for (tag,) in found["tags"]],
        **{name: sorted((term for (term,) in found[name]), key=places.__getitem__) for name in _TERMS},
    )


def _row(kind: Any, values: list[Any]) -> Any:
    row = kind(*values)
    if getattr(row, "date", None):
        return row._replace(date=datetime.date.fromisoformat(row.date))
    return row


def _open_evidence(found: list[list[Any]], closed: list[str]) -> list[EvidenceRow]:
    rows = []
    for kind, title, url, document, name, folder in found:
        is_open = document and not folder.startswith(tuple(closed))
        file = reverse("wagtaildocs_serve", args=[document, PurePosixPath(name).name]) if is_open else ""
        rows.append(EvidenceRow(kind, title, file or url))
    return rows


@cache
def _statement(vendor: str) -> tuple[str, int]:
    """The statement, and how often it wants the record's key; the last parameter is the day."""
    array = "json_build_array" if vendor == "postgresql" else "json_array"
    parts = [_rows_part(array, name, model, kind) for name, (model, kind) in _ROWS.items()]
    tagged = TaggedInnovation._meta.db_table
    parts.append(_part(array, "tags", "own.tag_id", f"{tagged} own WHERE own.content_object_id = %s"))
    for name in _TERMS:
        links = getattr(InnovationPage, name).through._meta.db_table
        parts.append(_part(array, name, "own.term_id", f"{links} own WHERE own.innovationpage_id = %s"))
    parts.append(_evidence_part(array))
    restrictions, folders = CollectionViewRestriction._meta.db_table, Collection._meta.db_table
    closed = f"{restrictions} own JOIN {folders} folder ON folder.id = own.collection_id"
    owners = len(parts)
    parts.append(_part(array, "closed", "folder.path", closed))
    return f"{' UNION ALL '.join(parts)} ORDER BY 2, 3", owners


def _rows_part(array: str, name: str, model: type[Model], kind: Any) -> str:
    source = f"{model._meta.db_table} own"
    if model is Outcome:
        indicators = OutcomeIndicator._meta.db_table
        source += f" LEFT JOIN {indicators} indicator ON indicator.id = own.indicator_id"
    columns = ", ".join(
        _DIRECTION if column == "wanted_direction" else f"own.{column}" for column in kind._fields
    )
    return _part(array, name, columns, f"{source} WHERE own.page_id = %s", order="own.sort_order")


def _evidence_part(array: str) -> str:
    evidence, files = Evidence._meta.db_table, get_document_model()._meta.db_table
    columns = "own.evidence_type_id, own.title, own.url, file.id, file.file, folder.path"
    source = (
        f"{evidence} own LEFT JOIN {files} file ON file.id = own.document_id"
        f" LEFT JOIN {Collection._meta.db_table} folder ON folder.id = file.collection_id"
        f" WHERE own.page_id = %s AND own.visibility = '{Evidence.Visibility.PUBLIC}'"
        " AND (own.expires_on IS NULL OR own.expires_on >= %s)"
    )
    return _part(array, "evidence", columns, source, order="own.sort_order")


def _part(array: str, name: str, columns: str, source: str, order: str = "0") -> str:
    return f"SELECT '{name}', {order}, own.id, CAST({array}({columns}) AS text) FROM {source}"  # noqa: S608
