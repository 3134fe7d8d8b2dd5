"""What a coordinator sees of a batch: how many people are where, and who they are. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from catalogue.services import codes
from training.models import Assignment, Batch, Holder, Institution, Invitation, Project, State
from training.models.projects import shown_as

SEARCHED = ("asked_as", "title")
NAMES = ("owner__first_name", "owner__last_name", "owner__email")
"""Searched of those who said yes: what is found would give away whose an address is."""
SUPPORTERS = (Holder.MENTOR, Holder.COACH)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many projects of a batch are in a state, and how many of them are past their day."""

    state: State
    people: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Board:
    """A batch in numbers; ``states`` in the order of its version, without those who have left."""

    batch: Batch
    states: tuple[StateCount, ...]
    standings: Mapping[str, int] = field(default_factory=dict)
    """How many projects don't go on, by standing; postponed and locked ones are in ``states``, too."""

    @property
    def aside(self) -> list[tuple[str, str, int]]:
        """Code, label and number of the standings that somebody has and that are not going on."""
        named = Project.Standing
        return [
            (one.value, str(one.label), self.standings[one.value])
            for one in named
            if one != named.ACTIVE and self.standings.get(one.value)
        ]

    @property
    def filled(self) -> list[StateCount]:
        """The states that somebody is in."""
        return [count for count in self.states if count.people]

    @property
    def empty(self) -> list[StateCount]:
        """The states that nobody is in."""
        return [count for count in self.states if not count.people]

    @property
    def people(self) -> int:
        return sum(count.people for count in self.states)

    @property
    def overdue(self) -> int:
        return sum(count.overdue for count in self.states)

    @property
    def finished(self) -> int:
        return sum(count.people for count in self.states if count.state.is_end)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a coordinator looks for; empty values narrow nothing."""

    state: str = ""
    overdue: bool = False
    answer: str = ""
    """``accepted`` where mentor and coach said yes, ``mentor`` or ``coach`` where that one has not."""
    text: str = ""
    standing: str = ""
    """One of ``Project.Standing``; empty for everybody who has not left."""
    finished: bool = False
    """Only those in a state where the project may end."""


@dataclass(slots=True)
class Member:
    """A row of a batch: a project with the people around it by part."""

    project: Project
    days_late: int = 0
    joined: bool = True
    """Whether the participant said yes."""
    people: dict[str, list[Assignment]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Who the participant is: an address until they said yes."""
        return shown_as(self.project.owner, said_yes=self.joined, asked_as=self.project.asked_as)

    @property
    def address(self) -> str:
        """Where the participant reads mail: until they said yes the address that was typed."""
        return self.project.owner.email if self.joined else self.project.asked_as or self.project.owner.email

    @property
    def mentor(self) -> Assignment | None:
        return next(iter(self.people.get(Holder.MENTOR, ())), None)

    @property
    def coach(self) -> Assignment | None:
        return next(iter(self.people.get(Holder.COACH, ())), None)

    @property
    def examiners(self) -> list[Assignment]:
        return self.people.get(Holder.EXAMINER, [])


def boards(batches: Iterable[Batch]) -> list[Board]:
    """The numbers of each of ``batches``: two queries, however many there are."""
    wanted = list(batches)
    states: dict[int, list[State]] = defaultdict(list)
    for state in State.objects.filter(version__in={batch.version_id for batch in wanted}):
        states[state.version_id].append(state)
    counts, standings = _counts(batch.pk for batch in wanted)
    return [
        Board(
            batch,
            tuple(_state_counts(states[batch.version_id], counts.get(batch.pk, {}))),
            standings.get(batch.pk, {}),
        )
        for batch in wanted
    ]


_ByState = Mapping[int, Mapping[str, tuple[int, int]]]
_ByStanding = Mapping[int, Mapping[str, int]]


def _counts(keys: Iterable[int]) -> tuple[_ByState, _ByStanding]:
    late = Count("pk", filter=Q(due_on__lt=timezone.localdate()))
    rows = Project.objects.filter(batch__in=list(keys)).order_by()
    states: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    standings: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows.values("batch_id", "standing", "state_code").annotate(people=Count("pk"), late=late):
        standings[row["batch_id"]][row["standing"]] += row["people"]
        if row["standing"] not in Project.LEFT:
            here = states[row["batch_id"]]
            people, overdue = here.get(row["state_code"], (0, 0))
            here[row["state_code"]] = people + row["people"], overdue + row["late"]
    return states, standings


def _state_counts(states: Iterable[State], counts: Mapping[str, tuple[int, int]]) -> Iterable[StateCount]:
    for state in states:
        people, late = counts.get(state.code, (0, 0))
        yield StateCount(state, people, 0 if state.is_never_late else late)


def overdue(batch: Batch, today: date) -> Q:
    """Projects of ``batch`` that are past their day. At an end only where there is one to keep."""
    return Q(due_on__lt=today) & ~Q(state_code__in=_never_late(batch))


def _ends(batch: Batch) -> list[str]:
    return [state.code for state in batch.version.all_states if state.is_end]


def _never_late(batch: Batch) -> list[str]:
    return [state.code for state in batch.version.all_states if state.is_never_late]


def members(batch: Batch, wanted: Wanted) -> QuerySet[Project]:
    """The projects of ``batch`` that ``wanted`` asks for, the latest first, then by their day and name."""
    late = overdue(batch, timezone.localdate())
    rows = Project.objects.filter(batch=batch).select_related("owner").defer("answers")
    if wanted.standing:
        rows = rows.filter(standing=wanted.standing)
    else:
        rows = rows.exclude(standing__in=Project.LEFT)
    if wanted.state:
        rows = rows.filter(state_code=wanted.state)
    if wanted.overdue:
        rows = rows.filter(late)
    if wanted.finished:
        rows = rows.filter(state_code__in=_ends(batch))
    for word in wanted.text.split():
        rows = rows.filter(_found_by(word))
    if wanted.answer == "accepted":
        rows = rows.filter(*(_accepted(role) for role in SUPPORTERS))
    elif wanted.answer:
        rows = rows.exclude(_accepted(Holder(wanted.answer)))
    rank = Case(When(late, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.alias(rank=rank).order_by(
        "rank", F("due_on").asc(nulls_last=True), "owner__first_name", "owner__last_name", "pk"
    )


@dataclass(frozen=True, slots=True)
class Total:
    """How many people of one institution's or agency's are in somebody's batches, and how many are late."""

    code: str
    label: str
    people: int
    overdue: int


def totals(batches: QuerySet[Batch], language: str) -> tuple[list[Total], list[Total]]:
    """The people of ``batches`` by training institution and by agency, the most first; two queries.

    Who has left is not counted; an agency that is not known has the code ``-``.
    """
    ends = State.objects.filter(
        version=OuterRef("version"), code=OuterRef("state_code"), is_end=True, due_days__isnull=True
    )
    late = Count("pk", filter=Q(due_on__lt=timezone.localdate()) & ~Q(Exists(ends)))
    rows = Project.objects.filter(batch__in=batches.order_by().values("pk")).order_by()
    counted = rows.exclude(standing__in=Project.LEFT).values("batch__institution", "agency_id")
    institutions: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    agencies: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    for row in counted.annotate(people=Count("pk"), late=late):
        for one in (institutions[row["batch__institution"]], agencies[row["agency_id"]]):
            one[0] += row["people"]
            one[1] += row["late"]
    named = Institution.objects.in_bulk(institutions)
    own = [Total(named[key].code, str(named[key]), *one) for key, one in institutions.items()]
    others = [
        Total(codes.agency_code(key) or "-", codes.agency_label(key, language), *one)
        for key, one in agencies.items()
    ]
    return _most_first(own), _most_first(others)


def _most_first(found: Iterable[Total]) -> list[Total]:
    return sorted(found, key=lambda total: (-total.people, total.label))


def _found_by(word: str) -> Q:
    unkept = Q(asked_as="", owner__email__icontains=word)  # enrolled before the typed address was kept
    return _any_of(SEARCHED, word) | unkept | (_any_of(NAMES, word) & has_said_yes())


def _any_of(names: Sequence[str], word: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__icontains": word})
    return found


def _accepted(role: Holder) -> Exists:
    return Exists(
        Assignment.objects.filter(
            project=OuterRef("pk"), role=role, until__isnull=True, accepted_at__isnull=False
        )
    )


def ready(batch: Batch) -> QuerySet[Project]:
    """The projects that wait at the start although mentor and coach have accepted."""
    rows = Project.objects.filter(
        batch=batch, state_code=batch.version.start.code, standing=Project.Standing.ACTIVE
    )
    return rows.filter(*(_accepted(role) for role in SUPPORTERS))


def joined(projects: Iterable[Project]) -> set[int]:
    """The keys of those whose participant said yes: to the invitation, by writing, or by beginning alone.

    One query at most.
    """
    found = {project.pk: project for project in projects}
    begun = {key for key, project in found.items() if has_begun(project)}
    if begun == found.keys():
        return begun
    return begun | set(yeses().filter(project__in=found).values_list("project_id", flat=True))


def has_begun(project: Project) -> bool:
    """Whether the participant said yes without an invitation."""
    return project.saved > 0 or project.batch_id is None


def has_said_yes() -> Q:
    """Of projects: those whose participant said yes; as ``joined``."""
    return Q(saved__gt=0) | Q(batch=None) | Q(Exists(yeses().filter(project=OuterRef("pk"))))


def yeses() -> QuerySet[Invitation]:
    """The invitations of participants that their projects' participants said yes to."""
    return Invitation.objects.filter(
        role=Holder.PARTICIPANT, user=F("project__owner"), accepted_at__isnull=False
    )


def with_people(batch: Batch, projects: Iterable[Project]) -> list[Member]:
    """The rows of a list, each with its people: two queries for all of them."""
    today = timezone.localdate()
    ends = frozenset(_never_late(batch))
    rows = []
    for project in projects:
        project.version, project.batch = batch.version, batch
        late = project.due_on is not None and project.due_on < today and project.state_code not in ends
        rows.append(Member(project, (today - project.due_on).days if late and project.due_on else 0))
    by_project = {row.project.pk: row for row in rows}
    for key in by_project.keys() - joined(row.project for row in rows):
        by_project[key].joined = False
    running = Assignment.objects.filter(project__in=by_project, until=None).select_related("user")
    for assignment in running:
        by_project[assignment.project_id].people.setdefault(assignment.role, []).append(assignment)
    return rows
