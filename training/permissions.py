"""Who has which part in a project, and which projects somebody may know of. One policy for every view."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from accounts.models import User
from training.models import Assignment, Batch, Holder, Project, TeamMember

Right = TeamMember.Right


def roles_in(project: Project, user: User | AnonymousUser) -> frozenset[Holder]:
    """The parts ``user`` has in ``project``: nothing for an account that is off. One query.

    A mentor, coach or examiner has the part once they have accepted it, and until somebody takes it over.
    Nobody coordinates a project of their own.
    """
    if not user.is_active or not user.is_authenticated:
        return frozenset()
    own = project.owner_id == user.pk
    rows = Assignment.objects.filter(running(), project=project, user=user).order_by().values_list("role")
    if project.batch_id and not own:
        leads = Batch.coordinators.through.objects.filter(batch_id=project.batch_id, user_id=user.pk)
        leader = Value(Holder.COORDINATOR.value, output_field=CharField())
        rows = rows.union(leads.values_list(leader))
    found = {Holder(role) for (role,) in rows}
    return frozenset(found | {Holder.PARTICIPANT} if own else found)


def visible_projects(user: User | AnonymousUser) -> QuerySet[Project]:
    """Every project ``user`` has a part in; the policy all querysets start from."""
    if not user.is_active or not user.is_authenticated:
        return Project.objects.none()
    own = Q(owner=user) | Q(batch__in=led_batches(user).values("pk"))
    part = Exists(Assignment.objects.filter(running(), project=OuterRef("pk"), user=user))
    team = Exists(TeamMember.objects.filter(in_team(), project=OuterRef("pk"), user=user))
    return Project.objects.filter(own | part | team)


def team_right(project: Project, user: User | AnonymousUser) -> TeamMember.Right | None:
    """What a member of the project's team may do there; nothing for everybody else. One query at most."""
    if not user.is_active or not user.is_authenticated:
        return None
    found = TeamMember.objects.filter(in_team(), project=project, user=user).values_list("right", flat=True)
    return Right(found[0]) if found else None


def led_batches(user: User | AnonymousUser) -> QuerySet[Batch]:
    """The batches ``user`` coordinates."""
    if not user.is_active or not user.is_authenticated:
        return Batch.objects.none()
    return Batch.objects.filter(
        Exists(Batch.coordinators.through.objects.filter(batch_id=OuterRef("pk"), user_id=user.pk))
    )


def may_write(
    project: Project,
    roles: frozenset[Holder],
    step_states: frozenset[str],
    right: TeamMember.Right | None = None,
) -> bool:
    """Whether somebody with ``roles``, or with ``right`` in the team, may change the answers of a step that
    is open in ``step_states``. Moving the project is the participant's alone.
    """
    return project.is_active and is_writer(roles, right) and project.state_code in step_states


def is_writer(roles: frozenset[Holder], right: TeamMember.Right | None) -> bool:
    """Whether the answers are somebody's to write while their step is open: the participant's, and of who
    may edit in the team and decides nothing about the project.
    """
    return Holder.PARTICIPANT in roles or (right == Right.EDIT and not roles)


def running() -> Q:
    """Assignments that count now."""
    return Q(accepted_at__isnull=False, until__isnull=True)


def may_attach(project: Project, roles: frozenset[Holder]) -> bool:
    """Whether somebody with ``roles`` may add files and reasons now: the participant, while it is theirs."""
    state = project.state
    own = Holder.PARTICIPANT in roles and project.is_active
    return own and state.holder == Holder.PARTICIPANT and not state.is_end


def may_log(project: Project, roles: frozenset[Holder]) -> bool:
    """Whether somebody with ``roles`` may write in the logbook now."""
    return Holder.PARTICIPANT in roles and project.is_active and project.state.keeps_log


def sees_private(roles: frozenset[Holder]) -> bool:
    """Whether somebody with ``roles`` reads place of work and condition: the writer and the mentor."""
    return bool(roles & {Holder.PARTICIPANT, Holder.MENTOR})


def in_team() -> Q:
    """Members of a team who said yes and have not left."""
    return Q(accepted_at__isnull=False, ended_at__isnull=True)
