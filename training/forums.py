"""Where people talk: who may read, write and moderate there, and whom they may name.

| place | people | moderators |
|---|---|---|
| batch | participants who accepted and have not left, coaches, coordinators | coordinators |
| project | participant, mentor, coach, coordinators, team (readers write nothing) | coach, coordinators |
| session of open learning | whoever learns by its version | administrators |

Examiners have no part in a project's discussion: they judge what they read and hear in the seminar, on their
own. Mentors have none in a batch's: they accompany one participant, and the others speak among themselves.
A project without a batch is moderated by its participant, as nobody else is there. Whose project was
withdrawn or stopped has left the batch's discussion, not their project's; they are back when it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import F, Q, QuerySet

from accounts.models import User
from training.models import (
    Assignment,
    Batch,
    Holder,
    Invitation,
    Post,
    Project,
    Session,
    TeamMember,
    Thread,
)
from training.permissions import Right, in_team, led_batches, roles_in, running, team_right

Place = Batch | Project | Session


@dataclass(frozen=True, slots=True)
class Forum:
    """A place as one person may use it; whoever may not read there gets none."""

    place: Place
    may_post: bool
    moderates: bool

    @property
    def field(self) -> str:
        """The name of the field of a thread that holds the place."""
        return type(self.place).__name__.lower()

    @property
    def threads(self) -> QuerySet[Thread]:
        return Thread.objects.filter(**{self.field: self.place})


def forum(place: Place, user: User) -> Forum | None:
    """The place as ``user`` may use it; a handful of queries."""
    if not user.is_active:
        return None
    if isinstance(place, Batch):
        return _of_batch(place, user)
    return _of_project(place, user) if isinstance(place, Project) else _of_session(place, user)


def forum_of(thread: Thread, user: User) -> Forum | None:
    """The place of a thread, as ``user`` may use it."""
    place = thread.batch or thread.project or thread.session
    return forum(place, user) if place else None


def people(place: Place, thread: Thread | None = None) -> QuerySet[User]:
    """Whom a message there may name: everybody of the place.

    A session may have thousands of learners who never meet, so there it is whoever wrote in ``thread``.
    """
    if isinstance(place, Batch):
        return _people_of_batch(place)
    if isinstance(place, Project):
        return _people_of_project(place)
    return User.objects.filter(
        is_active=True, pk__in=Post.objects.filter(thread=thread, erased_at=None).values("author")
    )


def known(place: Place) -> QuerySet[User]:
    """Everybody who is or ever was of the place: whom an old page may still offer."""
    if isinstance(place, Session):
        wrote = Post.objects.filter(thread__session=place).values("author")
        return User.objects.filter(Q(projects__version=place.version_id) | Q(pk__in=wrote)).distinct()
    mine = {"project__batch": place} if isinstance(place, Batch) else {"project": place}
    own = {"batch": place} if isinstance(place, Batch) else {"pk": place.pk}
    batch = place if isinstance(place, Batch) else place.batch
    wanted = Q(pk__in=Project.objects.filter(**own).values("owner"))
    wanted |= Q(pk__in=Assignment.objects.filter(**mine).values("user"))
    wanted |= Q(pk__in=TeamMember.objects.filter(**mine).values("user"))
    return User.objects.filter(wanted | Q(pk__in=_leaders(batch)) if batch else wanted)


def moderators(place: Place) -> QuerySet[User]:
    """Who is told of a report."""
    if isinstance(place, Session):
        may = Permission.objects.filter(codename="change_session", content_type__app_label="training")
        return User.objects.filter(is_active=True, groups__permissions__in=may).distinct()
    batch = place if isinstance(place, Batch) else place.batch
    if batch is None:
        assert isinstance(place, Project)  # noqa: S101 - a batch has itself
        return User.objects.filter(is_active=True, pk=place.owner_id)
    leaders = Q(pk__in=_leaders(batch))
    if isinstance(place, Project):
        leaders |= Q(pk__in=_assigned(project=place, role=Holder.COACH))
    return User.objects.filter(leaders, is_active=True)


def is_judged_by_others(place: Place, author: int) -> bool:
    """Whether somebody but ``author`` moderates there: then nobody decides about their own message."""
    return moderators(place).exclude(pk=author).exists()


def _of_batch(batch: Batch, user: User) -> Forum | None:
    leads = led_batches(user).filter(pk=batch.pk).exists()
    if not leads and not _people_of_batch(batch).filter(pk=user.pk).exists():
        return None
    return Forum(batch, True, leads)


def _of_project(project: Project, user: User) -> Forum | None:
    roles, right = roles_in(project, user), team_right(project, user)
    if not roles - {Holder.EXAMINER} and right is None:
        return None
    # Whoever judges the project reads nothing here, whatever else they were made.
    if Holder.EXAMINER in roles and Holder.COORDINATOR not in roles:
        return None
    alone = project.batch_id is None and Holder.PARTICIPANT in roles
    moderates = alone or bool(roles & {Holder.COACH, Holder.COORDINATOR})
    return Forum(project, bool(roles) or right != Right.VIEW, moderates)


def _of_session(session: Session, user: User) -> Forum | None:
    moderates = user.has_perm("training.change_session")
    if not moderates and not Project.objects.filter(version=session.version_id, owner=user).exists():
        return None
    return Forum(session, True, moderates)


def _people_of_batch(batch: Batch) -> QuerySet[User]:
    accepted = Invitation.objects.filter(
        project__batch=batch, role=Holder.PARTICIPANT, accepted_at__isnull=False, user=F("project__owner")
    ).exclude(project__standing__in=Project.LEFT)
    coaches = _assigned(project__batch=batch, role=Holder.COACH)
    return User.objects.filter(
        Q(pk__in=accepted.values("user")) | Q(pk__in=coaches) | Q(pk__in=_leaders(batch)), is_active=True
    )


def _people_of_project(project: Project) -> QuerySet[User]:
    team = TeamMember.objects.filter(in_team(), project=project).values("user")
    wanted = Q(pk__in=team)
    if project.has_joined or Post.objects.filter(thread__project=project, author=project.owner_id).exists():
        wanted |= Q(pk=project.owner_id)
    wanted |= Q(pk__in=_assigned(project=project, role__in=(Holder.MENTOR, Holder.COACH)))
    if project.batch is not None:
        wanted |= Q(pk__in=_leaders(project.batch))
    return User.objects.filter(wanted, is_active=True)


def _assigned(**wanted: object) -> QuerySet[Assignment, int]:
    rows: QuerySet[Assignment, int] = Assignment.objects.filter(running(), **wanted).values_list(
        "user", flat=True
    )
    return rows


def _leaders(batch: Batch) -> QuerySet[User, int]:
    rows: QuerySet[User, int] = batch.coordinators.values_list("pk", flat=True)
    return rows
