"""Peer reviews: optional, two a project at most, without any score.

A peer sees nothing before they have said yes, and then only what was handed in by that time.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed
from training.fields import Field, shown_fields
from training.models import Holder, Invitation, Notice, PeerReview, Project, Revision
from training.services import notices
from training.services.audit import done_before, held, must_lead, record
from training.services.standing import must_go_on
from training.services.team import examiners_of, examines

MOST = 2
PARTS = ("strong", "unclear", "suggestion")
LONGEST = 3_000
DESIGN = "design"
"""The step whose answers a peer reads, beside title and abstract."""
OPENING = ("title", "abstract")
ASK, TAKE_BACK, ACCEPT, DECLINE, GIVE, THANK = (
    "peer-ask", "peer-take-back", "peer-accept", "peer-decline", "peer-give", "peer-thank",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shared:
    """How many were asked, and how many projects have fewer peers than ``MOST`` still."""

    asked: int
    short: int


def live(project: Project) -> QuerySet[PeerReview]:
    """Those asked who have not declined."""
    return PeerReview.objects.filter(project=project, ended_at=None)


def asked_of(user: User) -> QuerySet[PeerReview]:
    """What ``user`` is asked to read, or read, while they are of the batch; nothing when they are off."""
    if not user.is_active:
        return PeerReview.objects.none()
    own = Invitation.objects.filter(
        project__batch=OuterRef("project__batch"), project__owner=user, role=Holder.PARTICIPANT, user=user,
        accepted_at__isnull=False,
    )  # fmt: skip
    return PeerReview.objects.filter(Exists(own), reviewer=user, ended_at=None)


def candidates(project: Project) -> QuerySet[User]:
    """Participants of the same batch who accepted, but for the owner and who was asked before."""
    asked = PeerReview.objects.filter(project=project).values("reviewer")
    rows = _participants(project.batch_id).exclude(pk=project.owner_id).exclude(pk__in=asked)
    return rows.order_by("first_name", "last_name", "pk")


def handed_in(project: Project) -> Revision | None:
    """The last revision with a design to read."""
    codes = [q.code for step in project.version.all_steps if step.code == DESIGN for q in step.all_questions]
    rows = project.revisions.order_by("-number")
    return next((one for one in rows if any(one.answers.get(code) for code in codes)), None)


def ask(*, project: Project, reviewer: User, by: User, submit_key: uuid.UUID) -> None:
    """The participant asks a peer. The same again changes nothing.

    Raises ``NotAllowed`` for anybody but the participant, ``GuardsUnmet`` when two were asked, nothing was
    handed in, or the person is no peer.
    """
    with transaction.atomic():
        current = held(project)
        if current.owner_id != by.pk or current.batch_id is None:
            raise NotAllowed(str(project.key))
        done = done_before(current, code=ASK, by=by, submit_key=submit_key)
        if done or live(current).filter(reviewer=reviewer).exists():
            return
        must_go_on(current)
        if reasons := _obstacles(current, reviewer):
            raise GuardsUnmet(reasons)
        _ask(current, reviewer.pk, by)
        record(project=current, code=ASK, by=by, submit_key=submit_key, note="", role=Holder.PARTICIPANT)


def share_out(*, batch_id: int, projects: QuerySet[Project], by: User) -> Shared:
    """The coordinator asks peers for every project of the batch with a design, the loads even.

    Raises ``NotAllowed`` for who does not lead the batch.
    """
    asked = short = 0
    with transaction.atomic():
        rows = list(projects.select_for_update(of=("self",)).filter(batch=batch_id).order_by("pk"))
        if not rows or rows[0].batch is None:
            return Shared(0, 0)
        must_lead(rows[0].batch, by)
        people = list(_participants(batch_id).order_by("pk").values_list("pk", flat=True))
        loads = Counter(
            PeerReview.objects.filter(project__batch=batch_id, ended_at=None).values_list(
                "reviewer", flat=True
            )
        )
        for project in rows:
            if not project.is_active or handed_in(project) is None:
                continue
            given = _fill(project, people, loads, by)
            asked += given
            short += live(project).count() < MOST
            if given:
                record(project=project, code=ASK, by=by, submit_key=uuid.uuid4(), note="")
    return Shared(asked, short)


def _fill(project: Project, people: list[int], loads: Counter[int], by: User) -> int:
    """Ask those with the fewest reviews, each after the owner in the row first: nobody gets all of them."""
    before = set(PeerReview.objects.filter(project=project).values_list("reviewer", flat=True))
    before |= set(examiners_of(project).values_list("user", flat=True))
    start = people.index(project.owner_id) + 1 if project.owner_id in people else 0
    row = [key for key in people[start:] + people[:start] if key not in before | {project.owner_id}]
    missing = MOST - live(project).count()
    chosen = sorted(row, key=lambda key: loads[key])[: max(missing, 0)]
    for key in chosen:
        loads[key] += 1
        _ask(project, key, by)
    return len(chosen)


def accept(*, review: PeerReview, by: User) -> None:
    """Say yes: from now on the peer reads what was handed in last.

    Raises ``NotAllowed``, also for who became an examiner since: their marks are their own.
    """
    with transaction.atomic():
        project, current = _of_reviewer(review, by)
        if examines(project, by):
            raise NotAllowed(str(review.key))
        if current.accepted_at is None:
            must_go_on(project)
            current.accepted_at, current.revision = timezone.now(), handed_in(project)
            current.save(update_fields=["accepted_at", "revision"])
            record(project=project, code=ACCEPT, by=by, submit_key=uuid.uuid4(), note="", role=Holder.NOBODY)


def decline(*, review: PeerReview, by: User) -> None:
    """Say no, or give the review up before it is given. Raises ``NotAllowed``."""
    with transaction.atomic():
        project, current = _of_reviewer(review, by)
        if current.given_at is not None:
            raise NotAllowed(str(review.key))
        PeerReview.objects.filter(pk=current.pk).update(ended_at=timezone.now())
        record(project=project, code=DECLINE, by=by, submit_key=uuid.uuid4(), note="", role=Holder.NOBODY)


def give(*, review: PeerReview, by: User, texts: Mapping[str, str]) -> None:
    """Hand the review over, once for all. Raises ``NotAllowed``, ``GuardsUnmet`` for what is missing."""
    with transaction.atomic():
        project, current = _of_reviewer(review, by)
        if current.accepted_at is None:
            raise NotAllowed(str(review.key))
        if current.given_at is not None:
            return
        must_go_on(project)
        if any(not texts[part].strip() or len(texts[part]) > LONGEST for part in PARTS):
            raise GuardsUnmet(
                [_("Answer all three, each with at most %(limit)d characters.") % {"limit": LONGEST}]
            )
        for part in PARTS:
            setattr(current, part, texts[part].strip())
        current.given_at = timezone.now()
        current.save(update_fields=[*PARTS, "given_at"])
        record(project=project, code=GIVE, by=by, submit_key=uuid.uuid4(), note="", role=Holder.NOBODY)
        cause = f"peer:{current.key}:given"
        notices.tell(people=[project.owner_id], project=project, kind=Notice.Kind.PEER_GIVEN, cause=cause)


def take_back(*, review: PeerReview, by: User) -> None:
    """The participant asks no more, as long as nothing was given. Raises ``NotAllowed``."""
    with transaction.atomic():
        project = held(review.project)
        if project.owner_id != by.pk:
            raise NotAllowed(str(review.key))
        rows = PeerReview.objects.filter(pk=review.pk, ended_at=None, given_at=None)
        if rows.update(ended_at=timezone.now()):
            record(
                project=project, code=TAKE_BACK, by=by, submit_key=uuid.uuid4(), note="",
                role=Holder.PARTICIPANT,
            )  # fmt: skip


def thank(*, review: PeerReview, by: User, words: str) -> None:
    """The participant says that a review helped; the words may be none. Once. Raises ``NotAllowed``."""
    with transaction.atomic():
        project = held(review.project)
        if project.owner_id != by.pk or review.given_at is None:
            raise NotAllowed(str(review.key))
        must_go_on(project)
        rows = PeerReview.objects.filter(pk=review.pk, helpful_at=None)
        if rows.update(helpful_at=timezone.now(), thanks=words.strip()[:500]):
            record(
                project=project, code=THANK, by=by, submit_key=uuid.uuid4(), note="", role=Holder.PARTICIPANT
            )


def readable(review: PeerReview) -> list[Field]:
    """What the peer reads: title, abstract and design of the revision, nothing before they said yes."""
    if review.revision is None or review.accepted_at is None:
        return []
    found: list[Field] = []
    for step in review.project.version.all_steps:
        fields = shown_fields(step, review.revision.answers)
        found += [one for one in fields if step.code == DESIGN or one.question.code in OPENING]
    return [one for one in found if not one.is_empty]


def _participants(batch_id: int | None) -> QuerySet[User]:
    accepted = Invitation.objects.filter(
        project__batch=batch_id, role=Holder.PARTICIPANT, accepted_at__isnull=False, user=F("project__owner")
    )
    return User.objects.filter(pk__in=accepted.values("user"), is_active=True)


def _obstacles(project: Project, reviewer: User) -> list[str]:
    if handed_in(project) is None:
        return [_("Hand the design in first: peers read what was handed in.")]
    if live(project).count() >= MOST:
        return [_("Two peers were asked already. Take a request back to ask somebody else.")]
    if not candidates(project).filter(pk=reviewer.pk).exists() or examines(project, reviewer):
        return [_("Choose a participant of your batch whom you have not asked yet.")]
    return []


def _ask(project: Project, reviewer: int, by: User) -> None:
    made = PeerReview.objects.create(project=project, reviewer_id=reviewer, asked_by=by)
    cause = f"peer:{made.key}"
    notices.tell(people=[reviewer], project=project, kind=Notice.Kind.PEER_ASKED, cause=cause)


def _of_reviewer(review: PeerReview, by: User) -> tuple[Project, PeerReview]:
    project = held(review.project)
    current = asked_of(by).filter(pk=review.pk).first()
    if current is None:
        raise NotAllowed(str(review.key))
    return project, current
