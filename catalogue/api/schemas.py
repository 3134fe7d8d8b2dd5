"""The shapes of the API's answers: its contract. A test holds them against real answers and a snapshot."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Shape(Schema):
    """A shape without anything undeclared."""

    model_config = ConfigDict(extra="forbid")


class Coded(Shape):
    code: str
    label: str


class ResultShape(Shape):
    id: str = Field(description="UUID of the record; the same in every language")
    url: str
    title: str
    summary: str
    language: str = Field(description="language of title, summary and page")
    languages: list[str]
    agency: Coded | None
    region: Coded | None
    sector: Coded | None
    type: Coded | None
    stage: Coded | None
    status: Coded | None
    digital: bool | None
    year: int | None
    tags: list[str]
    values: list[str]
    sdgs: list[int]
    outcomes: int = Field(description="number of outcomes")
    replicated: int = Field(description="number of live records that copy this one")
    origin: str
    highlights: dict[str, str] = Field(
        description="field → HTML: escaped text with <mark> around the words found"
    )


class FacetValueShape(Shape):
    value: str
    label: str
    count: int
    selected: bool


class FacetShape(Shape):
    values: list[FacetValueShape]
    truncated: bool


class AdviceShape(Shape):
    parameter: str
    value: str | None
    label: str
    count: int


class LinksShape(Shape):
    self: str
    next: str | None
    prev: str | None


class SearchShape(Shape):
    total: int
    page: int
    size: int
    engine: str
    degraded: bool = Field(description="true while another engine than the chosen one answers")
    took_ms: float
    suggestion: str | None
    advice: AdviceShape | None = Field(description="for no result: the filter whose removal finds most")
    results: list[ResultShape]
    facets: dict[str, FacetShape]
    links: LinksShape


class OutcomeShape(Shape):
    indicator: Coded | None
    name: dict[str, str]
    unit: str
    direction: str | None = Field(description="up or down: which way is better")
    baseline: float | None
    target: float | None
    actual: float | None
    year: int | None
    method: str
    evidence: str
    shared_outcome: str | None


class MilestoneShape(Shape):
    title: str
    date: date | None
    note: str


class ResourceShape(Shape):
    kind: Coded
    year: int | None
    amount: float | None
    unit: str
    note: str


class ActorShape(Shape):
    name: str
    agency: Coded | None
    type: Coded
    role: Coded


class AwardShape(Shape):
    award: Coded
    year: int | None
    rank: str


class EvidenceShape(Shape):
    type: Coded
    title: str
    url: str | None
    file: str | None
    sha256: str | None


class StatusShape(Shape):
    status: Coded
    date: date
    source: str


class ReplicationShape(Shape):
    id: str
    date: date | None
    changes: str
    evidence: str


class ClassificationShape(Shape):
    scheme: str
    code: str
    year: int | None
    label: str


class SourceShape(Shape):
    name: str
    url: str | None
    id: str | None


class RecordShape(Shape):
    id: str
    url: str
    urls: dict[str, str]
    title: str
    summary: str
    language: str = Field(description="language the record was written in")
    languages: list[str]
    texts: dict[str, dict[str, str]] = Field(description="language → name → text")
    story: dict[str, list[str]] = Field(description="language → the free story, a piece a block")
    agency: Coded | None
    region: Coded | None
    sector: Coded | None
    matter: Coded | None
    type: Coded | None
    stage: Coded | None
    status: Coded | None
    originality: Coded | None
    cost_band: Coded | None
    lab_stage: Coded | None
    programme: Coded | None
    lab: Coded | None
    digital: bool | None
    year: int | None
    initiated_on: date | None
    trialled_on: date | None
    implemented_on: date | None
    status_confirmed_on: date | None
    batch: str
    willing_to_share: bool | None
    peer_feedback: bool | None
    tags: list[Coded]
    values: list[Coded]
    aneka: list[Coded]
    sdgs: list[int]
    other_matters: list[Coded]
    classifications: list[ClassificationShape]
    outcomes: list[OutcomeShape]
    milestones: list[MilestoneShape]
    resources: list[ResourceShape]
    actors: list[ActorShape]
    awards: list[AwardShape]
    evidence: list[EvidenceShape]
    status_history: list[StatusShape]
    replicates: list[ReplicationShape]
    replicated_by: list[ReplicationShape]
    origin: str
    source: SourceShape
    published_at: datetime | None
    updated_at: datetime | None


class AgencyShape(Shape):
    code: str
    label: str
    level: Coded | None
    parent: str | None
    region: Coded | None
    innovations: int = Field(description="public innovations of the agency and all its units")
    url: str


class AgencyListShape(Shape):
    total: int
    page: int
    size: int
    results: list[AgencyShape]
    links: LinksShape


class VocabularyItemShape(Shape):
    code: str
    label: str
    labels: dict[str, str]
    synonyms: list[str]
    parent: str | None
    valid_from: int | None
    valid_to: int | None
    merged_into: str | None
    year: int | None
    confirmed: bool = Field(description="false while the official wording is not confirmed")


class VocabularyShape(Shape):
    name: str
    label: str
    total: int
    items: list[VocabularyItemShape]


class VocabularyNameShape(Shape):
    name: str
    label: str
    url: str


class VocabularyListShape(Shape):
    results: list[VocabularyNameShape]


class FaultShape(Shape):
    parameter: str
    code: str
    detail: str


class ProblemShape(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    errors: list[FaultShape] | None = None


def responses(shape: type[Shape], *errors: int) -> dict[int, Any]:
    """The answers an operation declares: its own shape, and problems."""
    return {200: shape, **dict.fromkeys(errors, ProblemShape)}
