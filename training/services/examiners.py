"""Who examines whom: never the participant, nor who supports them, nor somebody of their own agency."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import codes
from training.balance import balanced
from training.boards import SUPPORTERS
from training.errors import GuardsUnmet, NotAllowed
from training.models import (
    Assignment,
    Batch,
    BatchExaminer,
    Holder,
    Invitation,
    PeerReview,
    Project,
    TeamMember,
)
from training.services import attendance
from training.services.asking import invite_all
from training.services.audit import locked, must_lead, record, record_all
from training.services.enrolment import Person, accounts_for
from training.services.standing import must_go_on

ASSIGN, REMOVE = "assign-examiner", "remove-examiner"
Pair = tuple[Project, int]


@dataclass(frozen=True, slots=True)
class Shared:
    """How many projects got an examiner, and how many nobody may examine."""

    assigned: int
    without: int


def choose(*, batch: Batch, person: Person, agency_id: int | None, by: User) -> BatchExaminer:
    """Let ``person`` examine in the batch; chosen again, only their agency changes.

    Raises ``NotAllowed``, ``GuardsUnmet`` when the account is off.
    """
    must_lead(batch, by)
    with transaction.atomic():
        user = accounts_for([person])[person.address]
        found, _made = BatchExaminer.objects.update_or_create(
            batch=batch, user=user, defaults={"agency_id": agency_id}
        )
    return found


def give_up(*, batch: Batch, examiner: BatchExaminer, by: User) -> None:
    """Offer the person no more; what they examine already stays theirs. Raises ``NotAllowed``."""
    must_lead(batch, by)
    BatchExaminer.objects.filter(batch=batch, pk=examiner.pk).delete()


def assign(*, project: Project, examiner: BatchExaminer, by: User, submit_key: uuid.UUID) -> None:
    """Make somebody examiner of one project. The same again changes nothing.

    Raises ``NotAllowed``, ``GuardsUnmet`` where there is a conflict of interest.
    """
    with transaction.atomic():
        current = locked(project, by)
        if examiner.batch_id != current.batch_id or current.batch is None:
            raise NotAllowed(str(project.key))
        if Assignment.objects.filter(_examining(), project=current, user=examiner.user_id).exists():
            return
        if current.standing in Project.LEFT:
            must_go_on(current)
        if not _Conflicts([current]).free(examiner, current):
            raise GuardsUnmet([_("This person takes part in the project, or is of the same agency.")])
        _give(current.batch, [(current, examiner.user_id)])
        attendance.follow_people(current)
        record(project=current, code=ASSIGN, by=by, submit_key=submit_key, note="")


def remove(*, project: Project, assignment: Assignment, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """End somebody's time as examiner of a project, and keep why. Raises ``NotAllowed``."""
    with transaction.atomic():
        current = locked(project, by)
        ended = Assignment.objects.filter(_examining(), pk=assignment.pk, project=current)
        if ended.update(until=timezone.now()):
            attendance.follow_people(current)
            record(project=current, code=REMOVE, by=by, submit_key=submit_key, note=reason.strip())


def assign_balanced(*, batch: Batch, by: User) -> Shared:
    """Give an examiner to each project of the batch that has none, the loads as even as can be.

    Not to a project of ``by``'s own: another coordinator finds somebody for it.

    Raises ``NotAllowed``, ``GuardsUnmet`` when nobody was chosen to examine.
    """
    must_lead(batch, by)
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        examiners = list(BatchExaminer.objects.filter(batch=batch, user__is_active=True))
        if not examiners:
            raise GuardsUnmet([_("Choose first who examines in this batch.")])
        projects = list(_without_examiner(batch).exclude(owner=by).select_for_update(of=("self",)))
        conflicts, slots = (
            _Conflicts(projects),
            attendance.Slots(projects, [one.user_id for one in examiners]),
        )
        allowed = {
            project: [
                one.user_id
                for one in examiners
                if conflicts.free(one, project) and slots.free(one.user_id, project)
            ]
            for project in projects
        }
        given = slots.book(balanced(allowed, _loads(batch, examiners)))
        _give(batch, list(given.items()))
        record_all(given, code=ASSIGN, by=by)
        attendance.follow_people(*given)
    return Shared(len(given), len(projects) - len(given))


def _examining() -> Q:
    return Q(role=Holder.EXAMINER, until=None)


def _without_examiner(batch: Batch) -> QuerySet[Project]:
    ends = [state.code for state in batch.version.all_states if state.is_end]
    running = Assignment.objects.filter(project=OuterRef("pk"), role=Holder.EXAMINER, until=None)
    rows = (
        Project.objects.filter(~Exists(running), batch=batch)
        .exclude(standing__in=Project.LEFT)
        .exclude(state_code__in=ends)
    )
    return rows.order_by("pk")


def _supporters(projects: Sequence[Project]) -> dict[int, set[int]]:
    """Who was ever mentor or coach of each project, in its team, or read it as a peer."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Assignment.objects.filter(project__in=projects, role__in=SUPPORTERS)
    team = TeamMember.objects.filter(project__in=projects, accepted_at__isnull=False)
    peers = PeerReview.objects.filter(project__in=projects, accepted_at__isnull=False)
    pairs = [
        *rows.values_list("project_id", "user_id"),
        *team.values_list("project_id", "user_id"),
        *peers.values_list("project_id", "reviewer_id"),
    ]
    for project, user in pairs:
        found[project].add(user)
    return found


class _Conflicts:
    """Who may not examine which project; remembers what was asked about agencies."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self._supporters = _supporters(projects)
        self._agencies: dict[tuple[int | None, int | None], bool] = {}

    def free(self, examiner: BatchExaminer, project: Project) -> bool:
        """Whether nothing keeps ``examiner`` from judging ``project``."""
        own = examiner.user_id == project.owner_id or examiner.user_id in self._supporters[project.pk]
        pair = examiner.agency_id, project.agency_id
        if pair not in self._agencies:
            self._agencies[pair] = codes.agency_within(*pair)
        return not own and not self._agencies[pair]


def _loads(batch: Batch, examiners: Iterable[BatchExaminer]) -> dict[int, int]:
    rows = Assignment.objects.filter(project__batch=batch, role=Holder.EXAMINER, until=None)
    counts = Counter(rows.values_list("user_id", flat=True))
    return {one.user_id: counts[one.user_id] for one in examiners}


def said_yes(batch: Batch, users: set[int]) -> set[int]:
    """Those of ``users`` who have accepted to examine in ``batch``."""
    found = Assignment.objects.filter(
        project__batch=batch, role=Holder.EXAMINER, user__in=users, accepted_at__isnull=False
    )
    return set(found.values_list("user_id", flat=True))


def _give(batch: Batch, pairs: Sequence[Pair]) -> None:
    """Make the assignments; who has said yes in this batch is not asked again."""
    now, users = timezone.now(), {user for _project, user in pairs}
    accepted = said_yes(batch, users)
    Assignment.objects.bulk_create(
        Assignment(
            project=project,
            user_id=user,
            role=Holder.EXAMINER,
            accepted_at=now if user in accepted else None,
        )
        for project, user in pairs
    )
    people = User.objects.in_bulk(users - accepted)
    asked = [(project, people[user], Holder.EXAMINER) for project, user in pairs if user in people]
    earlier = Invitation.objects.filter(project__batch=batch, role=Holder.EXAMINER, user__in=people)
    earlier.filter(project__in=[project for project, _user, _role in asked]).delete()
    invite_all(asked)


def examiners_within(project: Project, agency_id: int) -> bool:
    """Whether somebody of this agency, or of a unit of it, examines ``project``."""
    running = Assignment.objects.filter(_examining(), project=project).values("user")
    chosen = BatchExaminer.objects.filter(batch=project.batch_id, user__in=running)
    agencies = chosen.values_list("agency_id", flat=True)
    return any(codes.agency_within(agency, agency_id) for agency in agencies)


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody who may examine, their agency's name, and how many projects of the batch they have."""

    examiner: BatchExaminer
    agency: str
    projects: int
    accepted: bool

    @property
    def name(self) -> str:
        """The address that was typed, and a name only after the person said yes in this batch."""
        return str(self.examiner) if self.accepted else self.examiner.user.email


def loads(batch: Batch, language: str) -> list[Load]:
    """Who may examine in ``batch``, by name."""
    chosen = list(BatchExaminer.objects.filter(batch=batch).select_related("user"))
    counts = _loads(batch, chosen)
    yes = said_yes(batch, {one.user_id for one in chosen})
    rows = [
        Load(one, codes.agency_label(one.agency_id, language), counts[one.user_id], one.user_id in yes)
        for one in chosen
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def without_examiner(batch: Batch) -> int:
    """How many projects of ``batch`` nobody examines."""
    return _without_examiner(batch).count()
