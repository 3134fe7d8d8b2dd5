"""Rows of every vocabulary from the files in catalogue/data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Model

from catalogue.models import Agency, Laboratory, OutcomeIndicator, Programme, Region, Tag, Term
from catalogue.models.terms import Scheme
from catalogue.models.vocabulary import VocabularyStamp
from catalogue.seeds import files
from search.models import SynonymGroup
from search.synonyms import forget

Row = dict[str, str]
Batch = list[Any]


def seed_vocabularies() -> dict[str, int]:
    """Add what is missing; returns how many rows of each vocabulary were added (nothing when none was).

    One transaction, opened only when there is something to write. Labels that appear raise the stamp once.
    """
    if not any(True for step in STEPS for _batch in step()):
        return {}
    added: dict[str, int] = {}
    with transaction.atomic():
        for step in STEPS:
            for batch in step():
                model: type[Model] = type(batch[0])
                model._default_manager.bulk_create(batch, batch_size=500)
                name = model.__name__
                added[name] = added.get(name, 0) + len(batch)
        VocabularyStamp.raise_stamp()
    forget()
    return added


def _labels(row: Row) -> dict[str, Any]:
    return {
        "code": row["code"],
        "label_id": row["label_id"],
        "label_en": row["label_en"],
        "synonyms": files.lines(row.get("synonyms", "")),
    }


def _codes(model: Any, column: str = "code") -> set[str]:
    return set(model.objects.values_list(column, flat=True))


def _keys(model: Any, **only: Any) -> dict[str, int]:
    return dict(model.objects.filter(**only).values_list("code", "pk"))


def _layers(rows: Iterable[Row], known: set[str]) -> Iterator[list[Row]]:
    """Missing rows, each layer below rows that exist when it is its turn."""
    waiting = [row for row in rows if row["code"] not in known]
    known = set(known)
    while waiting:
        layer = [row for row in waiting if not row["parent"] or row["parent"] in known]
        if not layer:
            raise ValueError(f"no parent for {', '.join(row['code'] for row in waiting[:5])}")
        yield layer
        known.update(row["code"] for row in layer)
        waiting = [row for row in waiting if row["code"] not in known]


def _terms() -> Iterator[Batch]:
    """Terms in the order of the file, parents (same scheme, no year) first."""
    present = set(Term.objects.values_list("scheme", "code", "year"))
    missing = [
        (position, row)
        for position, row in enumerate(files.rows("terms"))
        if (row["scheme"], row["code"], int(row["year"] or 0)) not in present
    ]
    for children in (False, True):
        layer = [(position, row) for position, row in missing if bool(row["parent"]) is children]
        if layer:
            yield _term_batch(layer)


def _term_batch(layer: list[tuple[int, Row]]) -> Batch:
    unyeared = Term.objects.filter(year=0)
    parents = {(scheme, code): pk for pk, scheme, code in unyeared.values_list("pk", "scheme", "code")}
    return [
        Term(
            **_labels(row),
            scheme=Scheme(row["scheme"]),
            year=int(row["year"] or 0),
            parent_id=parents[row["scheme"], row["parent"]] if row["parent"] else None,
            position=position,
            valid_from=files.year(row["valid_from"]),
            valid_to=files.year(row["valid_to"]),
            crosswalk=row["crosswalk"],
            note=row["note"],
            confirmed=row["confirmed"] == "true",
        )
        for position, row in layer
    ]


def _regions() -> Iterator[Batch]:
    for layer in _layers(files.rows("regions"), _codes(Region)):
        parents = _keys(Region)
        yield [
            Region(**_labels(row), kind=row["kind"], parent_id=parents.get(row["parent"])) for row in layer
        ]


def _agencies() -> Iterator[Batch]:
    rows = [*files.rows("agencies"), *files.rows("units")]
    for layer in _layers(rows, _codes(Agency)):
        parents, regions = _keys(Agency), _keys(Region)
        levels = _keys(Term, scheme=Scheme.AGENCY_LEVEL)
        yield [
            Agency(
                **_labels(row),
                level_id=levels[row["level"]],
                region_id=regions[row["region"]] if row["region"] else None,
                parent_id=parents.get(row["parent"]),
            )
            for row in layer
        ]


def _indicators() -> Iterator[Batch]:
    goals = _keys(Term, scheme=Scheme.SDG)
    yield from _missing(
        "indicators",
        OutcomeIndicator,
        lambda row, _position: {
            "unit": row["unit"],
            "direction": row["direction"],
            "aggregation": row["aggregation"],
            "goal_id": goals[row["sdg"]] if row["sdg"] else None,
        },
    )


def _programmes() -> Iterator[Batch]:
    yield from _missing("programmes", Programme, lambda _row, position: {"position": position})


def _laboratories() -> Iterator[Batch]:
    agencies, regions = _keys(Agency), _keys(Region)
    yield from _missing(
        "laboratories",
        Laboratory,
        lambda row, _position: {
            "agency_id": agencies[row["agency"]] if row["agency"] else None,
            "region_id": regions[row["region"]] if row["region"] else None,
            "source": row["source"],
        },
    )


def _missing(name: str, model: Any, extra: Callable[[Row, int], dict[str, Any]]) -> Iterator[Batch]:
    present = _codes(model)
    batch = [
        model(**_labels(row), **extra(row, position))
        for position, row in enumerate(files.rows(name))
        if row["code"] not in present
    ]
    if batch:
        yield batch


def _tags() -> Iterator[Batch]:
    present = _codes(Tag, "slug")
    batch = [
        Tag(
            slug=row["code"],
            name=row["label_id"],
            label_en=row["label_en"],
            synonyms=files.lines(row["synonyms"]),
            state=Tag.State.ACCEPTED,
        )
        for row in files.rows("tags")
        if row["code"] not in present
    ]
    if batch:
        yield batch


def _synonyms() -> Iterator[Batch]:
    """Groups have no code, so only an empty table is filled: a group an editor removed stays removed."""
    if not SynonymGroup.objects.exists():
        groups = (files.split(row["words_id_or_en"]) for row in files.rows("synonyms"))
        yield [SynonymGroup(words="\n".join(words)) for words in groups]


STEPS = (_terms, _regions, _agencies, _indicators, _programmes, _laboratories, _tags, _synonyms)
