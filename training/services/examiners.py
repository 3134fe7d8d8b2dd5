"""Who examines whom: never the participant, nor who supports them, nor somebody of their own agency."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalogue.services import codes
from training.balance import balanced
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Batch, BatchEvent, BatchExaminer, Holder, Invitation, Project
from training.naming import know
from training.services import attendance
from training.services.asking import invite_all
from training.services.audit import (
    done_before,
    done_in_batch,
    held_batch,
    locked,
    record,
    record_all,
    record_in_batch,
    request_key,
)
from training.services.conflicts import Conflicts, examining, has_agency, is_known, must_suit_examined
from training.services.enrolment import Person, accounts_for
from training.services.standing import must_go_on

ASSIGN, REMOVE = "assign-examiner", "remove-examiner"
CHOOSE, GIVE_UP, SHARE = "choose-examiner", "give-up-examiner", "share-examiners"
"""What the events of a project say, and those of a batch."""
BATCH_LABELS: dict[str, Any] = {
    CHOOSE: gettext_lazy("An examiner was chosen"),
    GIVE_UP: gettext_lazy("An examiner is offered no more"),
    SHARE: gettext_lazy("Projects were shared out to examiners"),
}
MOST_EACH = 3
"""Examiners of one project that are shared out at once: two, and a third who settles."""
Pair = tuple[Project, int]


@dataclass(frozen=True, slots=True)
class Shared:
    """How many projects got somebody, how many have fewer than was asked for; who could not be thought of:
    names of participants whose agency is not known, and of those chosen of whom it is not.
    """

    assigned: int
    without: int
    no_agency: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def choose(
    *, batch: Batch, person: Person, agency_id: int | None, by: User, submit_key: uuid.UUID
) -> BatchExaminer:
    """Let ``person`` examine in the batch; chosen again, only their agency changes.

    ``None`` says that they belong to none of the government's agencies. The same ``submit_key`` again changes
    nothing, and what was so already leaves no event. Raises ``NotAllowed``, ``GuardsUnmet`` when the account
    is off, or when they examine a project of that agency.
    """
    with transaction.atomic():
        current, key = held_batch(batch, by), request_key(submit_key, f"{CHOOSE} {person.address}", by)
        done = done_in_batch(current, key)
        if done is not None and done.examiner is not None:
            return done.examiner
        user = accounts_for([person])[person.address]
        made, new = BatchExaminer.objects.get_or_create(batch=current, user=user)
        found = BatchExaminer.objects.select_for_update().get(pk=made.pk)
        must_suit_examined(found, agency_id)
        before = None if new or found.given_up_at else copy(found)
        found.agency_id, found.outside, found.given_up_at = agency_id, agency_id is None, None
        changed = before is None or (before.agency_id, before.outside) != (found.agency_id, found.outside)
        if changed or not found.asked_as:
            found.asked_as = person.address
            found.save(update_fields=["agency", "outside", "given_up_at", "asked_as"])
        if changed:
            note = noted_agency(before, found)
            record_in_batch(batch=current, code=CHOOSE, by=by, key=key, note=note, examiner=found)
    return found


def noted_agency(before: BatchExaminer | None, after: BatchExaminer) -> str:
    """Whose they were, if they were offered, and are, as an event keeps it: in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        names = [_agency(one) for one in (before, after) if one is not None]
    return " → ".join(names)


def _agency(examiner: BatchExaminer) -> str:
    outside = _("none of the government's agencies") if examiner.outside else "–"
    return codes.agency_label(examiner.agency_id, settings.LANGUAGE_CODE) or outside


def offered(batch: Batch) -> QuerySet[BatchExaminer]:
    """Those who were chosen to examine in ``batch`` and not given up."""
    return BatchExaminer.objects.filter(batch=batch, given_up_at=None)


def give_up(*, batch: Batch, examiner: BatchExaminer, by: User, submit_key: uuid.UUID) -> None:
    """Offer the person no more; what they examine already stays theirs.

    The same ``submit_key`` again, or somebody who is not offered, changes nothing. Raises ``NotAllowed``.
    """
    with transaction.atomic():
        current, key = held_batch(batch, by), request_key(submit_key, f"{GIVE_UP} {examiner.pk}", by)
        if done_in_batch(current, key):
            return
        if offered(current).filter(pk=examiner.pk).update(given_up_at=timezone.now()):
            record_in_batch(batch=current, code=GIVE_UP, by=by, key=key, examiner=examiner)


def assign(*, project: Project, examiner: BatchExaminer, by: User, submit_key: uuid.UUID) -> None:
    """Make somebody examiner of one project. The same again changes nothing.

    Raises ``NotAllowed``, ``GuardsUnmet`` where there is a conflict of interest.
    """
    with transaction.atomic():
        current = locked(project, by)
        if examiner.batch_id != current.batch_id or current.batch is None:
            raise NotAllowed(str(project.key))
        if done_before(current, code=ASSIGN, by=by, submit_key=submit_key):
            return
        if Assignment.objects.filter(examining(), project=current, user=examiner.user_id).exists():
            return
        if current.standing in Project.LEFT:
            must_go_on(current)
        # Held, so that their agency does not become another one meanwhile.
        chosen = offered(current.batch).select_for_update().filter(pk=examiner.pk).first()
        if chosen is None:
            raise NotAllowed(str(project.key))
        Conflicts([current]).must_be_free(chosen, current)
        [made] = _give(current.batch, [(current, examiner.user_id)])
        attendance.follow_people(current)
        record(project=current, code=ASSIGN, by=by, submit_key=submit_key, note="", assignment=made)


def remove(*, project: Project, assignment: Assignment, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """End somebody's time as examiner of a project, and keep why. Ended already, nothing changes.

    Raises ``NotAllowed``.
    """
    with transaction.atomic():
        current = locked(project, by)
        if done_before(current, code=REMOVE, by=by, submit_key=submit_key):
            return
        ended = Assignment.objects.filter(examining(), pk=assignment.pk, project=current)
        if ended.update(until=timezone.now()):
            attendance.follow_people(current)
            record(
                project=current, code=REMOVE, by=by, submit_key=submit_key, note=reason.strip(),
                assignment=assignment,
            )  # fmt: skip


def assign_balanced(*, batch: Batch, by: User, submit_key: uuid.UUID, per_project: int = 1) -> Shared | None:
    """Give each project of the batch examiners until it has ``per_project`` of them, 1 to 3, the loads as
    even as can be.

    Not to a project of ``by``'s own: another coordinator finds somebody for it. Nor to one without an
    agency. The same ``submit_key`` again changes nothing and gives ``None``. Raises ``NotAllowed``,
    ``ValueError`` for another number, ``GuardsUnmet`` when nobody was chosen to examine.
    """
    if not 1 <= per_project <= MOST_EACH:
        raise ValueError(per_project)
    with transaction.atomic():
        key = request_key(submit_key, SHARE, by)
        if done_in_batch(held_batch(batch, by), key):
            return None
        # Projects first, as whoever assigns to one of them does.
        short = _with_fewer(batch, per_project).exclude(owner=by).select_related("owner")
        rows = list(short.select_for_update(of=("self",)))
        offers = offered(batch).filter(user__is_active=True).select_related("user").order_by("pk")
        chosen = list(offers.select_for_update(of=("self",)))
        if not chosen:
            raise GuardsUnmet([_("Choose first who examines in this batch.")])
        projects = [project for project in rows if has_agency(project)]
        examiners = [one for one in chosen if is_known(one)]
        given = _share(batch, projects, examiners, per_project)
        _keep(batch, given, by)
        record_in_batch(batch=batch, code=SHARE, by=by, key=key, note=_shared(given))
        yes = said_yes(batch, {one.user_id for one in chosen})
    unknown = [project for project in rows if not has_agency(project)]
    know(unknown)
    return Shared(
        len(given),
        sum(len(given.get(project, ())) < per_project - _has(project) for project in projects),
        tuple(project.participant for project in unknown),
        tuple(_name(one, yes) for one in chosen if not is_known(one)),
    )


def _share(
    batch: Batch, projects: Sequence[Project], examiners: Sequence[BatchExaminer], per_project: int
) -> dict[Project, list[int]]:
    """Who examines what from now on, beside those who do already."""
    conflicts = Conflicts(projects)
    slots = attendance.Slots(projects, [one.user_id for one in examiners])
    there = set(
        Assignment.objects.filter(examining(), project__in=projects).values_list("project_id", "user_id")
    )
    allowed = {
        project: [
            one.user_id
            for one in examiners
            if (project.pk, one.user_id) not in there
            and conflicts.free(one, project)
            and slots.free(one.user_id, project)
        ]
        for project in projects
    }
    wanted = {project: per_project - _has(project) for project in projects}
    return slots.book(balanced(allowed, _loads(batch, examiners), wanted))


def _keep(batch: Batch, given: Mapping[Project, Sequence[int]], by: User) -> None:
    """Make the assignments, an event for each, and tell the seminars."""
    made = iter(_give(batch, [(project, user) for project, users in given.items() for user in users]))
    parts = {project: [next(made) for _user in users] for project, users in given.items()}
    for number in range(MOST_EACH):
        now = {project: some[number] for project, some in parts.items() if len(some) > number}
        if now:
            about = {project.pk: part for project, part in now.items()}
            record_all(now, code=ASSIGN, by=by, assignments=about)
    attendance.follow_people(*given)


def _shared(given: Mapping[Project, Sequence[int]]) -> str:
    """How many parts were given, as an event keeps it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Examiners assigned: %(number)d") % {"number": sum(map(len, given.values()))}


def _has(project: Project) -> int:
    """How many examine it, as ``_with_fewer`` has counted."""
    return int(getattr(project, "judges", 0))


def _with_fewer(batch: Batch, number: int) -> QuerySet[Project]:
    """The projects of ``batch`` that go on and that fewer than ``number`` people examine."""
    ends = [state.code for state in batch.version.all_states if state.is_end]
    running = Assignment.objects.filter(examining(), project=OuterRef("pk")).order_by()
    counted = running.values("project").annotate(number=Count("pk")).values("number")
    rows = (
        Project.objects.annotate(judges=Coalesce(Subquery(counted), 0))
        .filter(batch=batch, judges__lt=number)
        .exclude(standing__in=Project.LEFT)
        .exclude(state_code__in=ends)
    )
    return rows.order_by("pk")


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


def _name(examiner: BatchExaminer, yes: set[int]) -> str:
    """The address that was typed, and a name only after the person said yes in this batch."""
    return str(examiner) if examiner.user_id in yes else examiner.address


def _give(batch: Batch, pairs: Sequence[Pair]) -> list[Assignment]:
    """Make the assignments, in the order of ``pairs``; who has said yes in this batch is not asked again."""
    now, users = timezone.now(), {user for _project, user in pairs}
    accepted = said_yes(batch, users)
    typed = dict(batch.examiners.filter(user__in=users).values_list("user_id", "asked_as"))
    made = Assignment.objects.bulk_create(
        Assignment(
            project=project,
            user_id=user,
            asked_as=typed.get(user, ""),
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
    return made


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
        return _name(self.examiner, {self.examiner.user_id} if self.accepted else set())

    @property
    def known(self) -> bool:
        """Whether it was said which agency they are of."""
        return is_known(self.examiner)


def loads(batch: Batch, language: str) -> list[Load]:
    """Who may examine in ``batch``, by name."""
    chosen = list(offered(batch).select_related("user"))
    counts = _loads(batch, chosen)
    yes = said_yes(batch, {one.user_id for one in chosen})
    rows = [
        Load(one, codes.agency_label(one.agency_id, language), counts[one.user_id], one.user_id in yes)
        for one in chosen
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def without_examiner(batch: Batch) -> int:
    """How many projects of ``batch`` nobody examines."""
    return _with_fewer(batch, 1).count()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the batch in words; ``name`` is the examiner's, as ``Load`` has it, or empty."""

    event: BatchEvent
    what: str
    name: str


def happened(batch: Batch) -> list[Happened]:
    """Who chose whom to examine in ``batch``, and the like, the last first; two queries."""
    events = list(batch.events.select_related("actor", "examiner__user").order_by("-pk"))
    yes = said_yes(batch, {event.examiner.user_id for event in events if event.examiner})
    return [
        Happened(
            event,
            str(BATCH_LABELS.get(event.code, event.code)),
            _name(event.examiner, yes) if event.examiner else "",
        )
        for event in events
    ]
