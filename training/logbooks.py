"""What a logbook says about a project: the weeks it was kept in, and the evidence of its plan.

A project's plan is the rows of every table of its answers that has a column for a date: the matrix of
activities, or the milestones, as its programme asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, TextField, Value, When
from django.utils import timezone

from training.answers import as_date
from training.models import EvidenceFile, EvidenceReason, LogEntry, Project, Question
from training.services.standing import PAUSES, RESUMES

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the plan. ``code`` is the question's and the row's number from 0; ``value`` may be empty."""

    code: str
    label: str
    on: date | None
    value: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the plan, how many entries and files give evidence of it, and why there is none."""

    row: Row
    evidence: int
    reason: str
    agreed: bool = False
    """Whether the mentor agreed to the reason."""

    @property
    def is_missing(self) -> bool:
        return not self.evidence and not self.reason

    @property
    def is_open(self) -> bool:
        """Whether the reason is all there is, and the mentor has not agreed to it."""
        return not self.evidence and bool(self.reason) and not self.agreed


@dataclass(frozen=True, slots=True)
class Written:
    """What an entry counts for: its day, and the row of the plan it ``proves`` something of or only names."""

    on: date
    row: str
    proves: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days since the logbook began that are over, and how many entries tell of them."""

    number: int
    first: date
    last: date
    entries: int


def rows(project: Project) -> list[Row]:
    """The plan, in the order of its questions; no query once the version's rules are read."""
    return [
        row
        for step in project.version.all_steps
        for question in step.all_questions
        if question.kind == Question.Kind.TABLE
        for row in _rows_of(question, project)
    ]


def _rows_of(question: Question, project: Project) -> Iterator[Row]:
    kinds = {column["code"]: column.get("kind", Question.Kind.LINE) for column in question.options}
    day = next((code for code, kind in kinds.items() if kind == Question.Kind.DATE), None)
    if day is None:
        return
    words = [code for code, kind in kinds.items() if kind in (Question.Kind.LINE, Question.Kind.TEXT)]
    for number, answer in enumerate(project.answers.get(question.code) or []):
        label = next((answer[code] for code in words if answer.get(code)), f"{number + 1}")
        yield Row(f"{question.code}:{number}", label, as_date(answer.get(day, "")), answer.get("value", ""))


def written(project: Project) -> list[Written]:
    """Every entry, for the two below, which read it themselves where it is not given; one query."""
    has_files = Exists(EvidenceFile.objects.filter(entry=OuterRef("pk")))
    proves = Case(When(Q(has_files) | ~Q(link=""), then=True), default=False, output_field=BooleanField())
    entries = LogEntry.objects.filter(project=project).annotate(proves=proves)
    return [Written(*found) for found in entries.values_list("on", "row", "proves")]


def plan(project: Project, entries: Sequence[Written] | None = None) -> list[Shown]:
    """Each row with its evidence: an entry with a link or files, or a file of the project; one query more."""
    entries = written(project) if entries is None else entries
    files = EvidenceFile.objects.filter(project=project, entry=None).exclude(row="").order_by()
    reasons = EvidenceReason.objects.filter(project=project).order_by()
    no_reason, no = Value("", output_field=TextField()), Value(False, output_field=BooleanField())
    agreed = Case(When(agreed_at__isnull=False, then=True), default=False, output_field=BooleanField())
    said = reasons.values_list("row", "text", agreed)
    others = list(files.values_list("row", no_reason, no).union(said, all=True))
    proofs = [entry.row for entry in entries if entry.proves] + [
        row for row, text, _yes in others if not text
    ]
    why = {row: (text, bool(yes)) for row, text, yes in others if text}
    return [Shown(row, proofs.count(row.code), *why.get(row.code, ("", False))) for row in rows(project)]


def weeks(project: Project, *, today: date, entries: Sequence[Written] | None = None) -> list[Week]:
    """The full weeks of every time that the logbook was kept, the first one first; one query more."""
    days = [entry.on for entry in (written(project) if entries is None else entries)]
    found: list[Week] = []
    for since, until in spans(project):
        last = min(timezone.localdate(until), today) if until else today
        found += full_weeks(timezone.localdate(since), last, days, first=len(found) + 1)
    return found


def full_weeks(since: date, until: date, days: Sequence[date], *, first: int = 1) -> list[Week]:
    """The weeks from ``since`` on that were over on ``until``."""
    return [
        Week(
            number=first + passed,
            first=(start := since + passed * WEEK),
            last=start + WEEK - timedelta(days=1),
            entries=sum(start <= day < start + WEEK for day in days),
        )
        for passed in range((until - since) // WEEK)
    ]


def spans(project: Project) -> list[tuple[datetime, datetime | None]]:
    """From when to when the logbook was kept; the end is open where it is kept now. One query.

    Time in which the project did not go on is left out: nobody is asked for a week of it.
    """
    keeping = {state.code for state in project.version.all_states if state.keeps_log}
    found: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for code, source, target, at in project.events.values_list("code", "source", "target", "at"):
        if source == target and code not in PAUSES | RESUMES:
            continue
        if since is not None and (target not in keeping or code in PAUSES):
            found.append((since, at))
            since = None
        elif since is None and target in keeping and code not in PAUSES:
            since = at
    if project.state_code in keeping and project.is_active:
        found.append((project.entered_at if since is None else since, None))
    return found


def begun_on(project: Project) -> date | None:
    """The first day an entry may tell of; ``None`` where no logbook was ever kept."""
    known = spans(project)
    return timezone.localdate(known[0][0]) if known else None


def is_kept(project: Project) -> bool:
    """Whether the programme of ``project`` asks for a logbook; no query once the version's rules are read."""
    return any(state.keeps_log for state in project.version.all_states)
