"""The rows beside public records as plain data; what is private or of a private record is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import CollectionViewRestriction

from catalogue.documents import public_records
from catalogue.models import (
    Actor,
    AwardReceived,
    Evidence,
    InnovationPage,
    Milestone,
    Outcome,
    Replication,
    Resource,
    StatusEntry,
    TaggedInnovation,
)
from catalogue.models.terms import Scheme
from catalogue.vocabulary import Snapshot

Rows = dict[int, dict[str, list[Any]]]
Make = Callable[[Mapping[str, Any], Snapshot], dict[str, Any]]


def read_rows(ids: Sequence[int], labels: Snapshot) -> Rows:
    """Page id → name of rows → rows in their order; ``ids`` are source-language pages."""
    found: Rows = defaultdict(lambda: defaultdict(list))
    for name, (model, columns, make) in _READERS.items():
        rows = model._default_manager.filter(page__in=ids).order_by("page_id", "sort_order", "pk")
        for row in rows.values("page_id", *columns):
            found[row["page_id"]][name].append(make(row, labels))
    _read_evidence(ids, labels, found)
    _read_tags(ids, labels, found)
    _read_terms(ids, labels, found)
    _read_replications(ids, found)
    return found


def number(value: Decimal | None) -> int | float | None:
    """A whole number where it is one."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _in_both(indonesian: str, english: str) -> dict[str, str]:
    return {"id": indonesian, "en": english} if english else {"id": indonesian}


def _outcome(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {
        "indicator": labels.indicators.codes.get(row["indicator_id"]),
        "name": _in_both(row["name_id"], row["name_en"]),
        "unit": row["unit"],
        "direction": row["direction"] or row["indicator__direction"] or None,
        "baseline": number(row["baseline"]),
        "target": number(row["target"]),
        "actual": number(row["actual"]),
        "year": row["year"],
        "method": row["method"],
        "evidence": row["evidence"],
        "shared_outcome": row["shared_outcome__code"],
    }


def _milestone(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {"title": row["title"], "date": row["date"], "note": row["note"]}


def _resource(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {
        "kind": labels.term_codes[row["kind_id"]],
        "year": row["year"],
        "amount": number(row["amount"]),
        "unit": row["unit"],
        "note": row["note"],
    }


def _actor(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {
        "name": row["name"],
        "agency": labels.agencies.codes.get(row["agency_id"]),
        "type": labels.term_codes[row["actor_type_id"]],
        "role": labels.term_codes[row["role_id"]],
    }


def _award(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {"award": labels.term_codes[row["award_id"]], "year": row["year"], "rank": row["rank"]}


def _status(row: Mapping[str, Any], labels: Snapshot) -> dict[str, Any]:
    return {"status": labels.term_codes[row["status_id"]], "date": row["date"], "source": row["source"]}


_OUTCOME = (
    *("indicator_id", "name_id", "name_en", "unit", "direction", "indicator__direction", "baseline"),
    *("target", "actual", "year", "method", "evidence", "shared_outcome__code"),
)
_READERS: Mapping[str, tuple[type[Model], tuple[str, ...], Make]] = {
    "outcomes": (Outcome, _OUTCOME, _outcome),
    "milestones": (Milestone, ("title", "date", "note"), _milestone),
    "resources": (Resource, ("kind_id", "year", "amount", "unit", "note"), _resource),
    "actors": (Actor, ("name", "agency_id", "actor_type_id", "role_id"), _actor),
    "awards": (AwardReceived, ("award_id", "year", "rank"), _award),
    "status_history": (StatusEntry, ("status_id", "date", "source"), _status),
}


def _read_evidence(ids: Sequence[int], labels: Snapshot, found: Rows) -> None:
    """Only what an editor made public and has not expired; a file only from an open collection."""
    today = timezone.localdate()
    rows = Evidence.objects.filter(page__in=ids, visibility=Evidence.Visibility.PUBLIC)
    rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=today)).select_related("document__collection")
    closed = list(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    for row in rows.order_by("page_id", "sort_order", "pk"):
        file = row.document
        if file is not None and any(file.collection.path.startswith(path) for path in closed):
            file = None
        found[row.page_id]["evidence"].append(
            {
                "type": labels.term_codes[row.evidence_type_id],
                "title": row.title,
                "url": row.url or None,
                "file": reverse("wagtaildocs_serve", args=[file.pk, file.filename]) if file else None,
                "sha256": row.sha256 or None,
            }
        )


def _read_tags(ids: Sequence[int], labels: Snapshot, found: Rows) -> None:
    pairs = TaggedInnovation.objects.filter(content_object__in=ids).order_by("content_object_id", "pk")
    for page, tag in pairs.values_list("content_object_id", "tag_id"):
        _add(found[page]["tags"], labels.tags.codes[tag])


def _read_terms(ids: Sequence[int], labels: Snapshot, found: Rows) -> None:
    values, order = labels.terms[Scheme.VALUE].entries, ("innovationpage_id", "term__position", "term_id")
    for name in ("core_values", "sdgs", "other_matters"):
        through = getattr(InnovationPage, name).through
        pairs = through.objects.filter(innovationpage__in=ids).order_by(*order)
        for page, term in pairs.values_list("innovationpage_id", "term_id"):
            code = labels.term_codes[term]
            rows = name if name != "core_values" else "values" if code in values else "aneka"
            _add(found[page][rows], code)
    through = InnovationPage.classifications.through
    terms = through.objects.filter(innovationpage__in=ids).order_by(*order)
    for page, term in terms.values_list("innovationpage_id", "term_id"):
        key = labels.term_keys[term]
        row = {"scheme": key.scheme, "code": key.code, "year": key.year or None}
        _add(found[page]["classifications"], row)


def _add(rows: list[Any], row: Any) -> None:
    """Add what is not there yet: a record may carry a merged item and its heir."""
    if row not in rows:
        rows.append(row)


def _read_replications(ids: Sequence[int], found: Rows) -> None:
    """Copies both ways; the other end only when it is public itself."""
    columns = ("page_id", "origin_id", "date", "changes", "evidence")
    links = list(Replication.objects.filter(Q(page__in=ids) | Q(origin__in=ids)).values(*columns))
    ends = {link[end] for link in links for end in ("page_id", "origin_id")}
    public = {
        pk: (str(key), source_id)
        for pk, key, source_id in public_records()
        .filter(pk__in=ends)
        .values_list("pk", "translation_key", "source_id")
    }
    wanted = set(ids)
    for link in links:
        for own, other, name in (
            ("page_id", "origin_id", "replicates"),
            ("origin_id", "page_id", "replicated_by"),
        ):
            if link[own] in wanted and link[other] in public:
                key, source_id = public[link[other]]
                found[link[own]][name].append(
                    {
                        "id": key,
                        "source_id": source_id or None,
                        "date": link["date"],
                        "changes": link["changes"],
                        "evidence": link["evidence"],
                    }
                )
