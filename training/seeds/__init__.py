"""The programmes that come with the site, from the files in training/data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from training.models import (
    Component,
    Criterion,
    Material,
    Move,
    Predicate,
    ProgrammeVersion,
    Question,
    Session,
    State,
    Step,
)

_DATA = Path(__file__).resolve().parent.parent / "data"
_OWN = ("code", "label_id", "label_en", "source", "needs_batch", "is_open_learning", "confirmed")


def seed_programmes() -> list[str]:
    """Make the versions that are missing, and change none that is there; the codes of those made."""
    there = set(ProgrammeVersion.objects.values_list("code", flat=True))
    missing = [spec for spec in _file("programmes")["versions"] if spec["code"] not in there]
    for spec in missing:
        with transaction.atomic():
            version = version_of(spec)
            version.save()
            for session in sessions_of(spec):
                session.version = version
                session.save()
    return [spec["code"] for spec in missing]


def version_of(spec: Mapping[str, Any]) -> ProgrammeVersion:
    """The version a file describes, not saved yet. Raises ``LookupError`` for an unknown programme."""
    programme = apps.get_model("catalogue", "Programme").objects.filter(code=spec["programme"]).first()
    if programme is None:
        raise LookupError(f"no programme {spec['programme']}")
    version = ProgrammeVersion(programme=programme, **{name: spec[name] for name in _OWN if name in spec})
    scored = _instrument(version, spec["code"])
    flow = _file("flows")[spec["flow"]]
    steps = [_step(row, spec["flow"]) for row in spec["steps"]]
    asked = [(row["code"], code) for row, codes in steps for code in codes]
    questions = [{"step": step, "code": code, **_question(code)} for step, code in asked]
    parts: dict[str, tuple[type[Model], list[Any]]] = {
        "states": (State, flow["states"]),
        "moves": (Move, flow["moves"]),
        "steps": (Step, [row for row, _codes in steps]),
        "questions": (Question, questions),
        **scored,
    }
    for name, (model, rows) in parts.items():
        setattr(version, name, [model(sort_order=order, **row) for order, row in enumerate(rows)])
    return version


def _instrument(version: ProgrammeVersion, code: str) -> dict[str, tuple[type[Model], list[Any]]]:
    """What is scored in a version, and what passes; one that the file lacks asks for no scores."""
    data = _file("rubrics")
    found = data["versions"].get(code)
    if found is None:
        return {}
    version.passing_mark = Decimal(found["passing_mark"])
    version.scoring_source = found["scoring_source"]
    components, criteria = [], []
    for row in found["components"]:
        values = {**row, "weight": Decimal(row["weight"])}
        for name, weight in data["sets"].get(values.pop("criteria", ""), {}).items():
            words = data["criteria"][name]
            criteria.append({"component": row["code"], "code": name, "weight": Decimal(weight), **words})
        components.append(values)
    predicates = [{**row, "from_mark": Decimal(row["from_mark"])} for row in data["predicates"]]
    return {
        "components": (Component, components),
        "criteria": (Criterion, criteria),
        "predicates": (Predicate, predicates),
    }


def sessions_of(spec: Mapping[str, Any]) -> list[Session]:
    """The sessions a file describes, with their materials, not saved yet and of no version."""
    found = []
    rows = _file("open")["sessions"] if spec.get("is_open_learning") else []
    for order, row in enumerate(rows, start=1):
        session = Session(order=order, **{name: row[name] for name in row if name != "materials"})
        materials = [Material(sort_order=place, **given) for place, given in enumerate(row["materials"])]
        setattr(session, "materials", materials)  # noqa: B010 - its type knows no related rows in memory
        found.append(session)
    return found


def _step(row: Mapping[str, Any], flow: str) -> tuple[dict[str, Any], list[str]]:
    """A step's columns and the codes of its questions; ``use`` takes a step that several programmes share."""
    shared = _file("programmes")["steps"]
    values = {**shared[row["use"]], "code": row["use"]} if "use" in row else dict(row)
    questions = values.pop("questions")
    values["open_in"] = _file("programmes")["open"][flow][values["code"]]
    return values, questions


def _question(code: str) -> dict[str, Any]:
    values = dict(_file("questions")[code])
    if vocabulary := values.pop("vocabulary", None):
        values["options"] = [{"vocabulary": vocabulary}]
    return values


@cache
def _file(name: str) -> dict[str, Any]:
    with (_DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def all_specs() -> Iterator[Mapping[str, Any]]:
    """What the files describe, one version each."""
    yield from _file("programmes")["versions"]
