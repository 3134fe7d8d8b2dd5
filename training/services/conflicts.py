"""Conflicts of interest of those who examine: who takes part in a project, and who is of its agency.

What is not known is a conflict: nobody is made examiner before both agencies are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.services import codes
from training.boards import SUPPORTERS
from training.errors import GuardsUnmet
from training.models import Assignment, BatchExaminer, Holder, PeerReview, Project, TeamMember
from training.naming import know

_MOST_NAMED = 10


def examining() -> Q:
    """Assignments of those who examine now, accepted or not."""
    return Q(role=Holder.EXAMINER, until=None)


def is_known(examiner: BatchExaminer) -> bool:
    """Whether it was said which agency they are of, or that it is none of the government's."""
    return examiner.outside or bool(codes.agency_code(examiner.agency_id))


def has_agency(project: Project) -> bool:
    """Whether it is known whose innovation it is."""
    return bool(codes.agency_code(project.agency_id))


def named(names: Sequence[str]) -> str:
    """Some names in a sentence; of many the first ones."""
    more = "…" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


class Conflicts:
    """Who may not examine which project; remembers what was asked about agencies."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self._supporters = _supporters(projects)
        self._agencies: dict[tuple[int | None, int | None], bool] = {}

    def free(self, examiner: BatchExaminer, project: Project) -> bool:
        """Whether nothing keeps ``examiner`` from judging ``project``."""
        own = examiner.user_id == project.owner_id or examiner.user_id in self._supporters[project.pk]
        if own or not is_known(examiner) or not has_agency(project):
            return False
        pair = examiner.agency_id, project.agency_id
        if pair not in self._agencies:
            self._agencies[pair] = codes.agency_within(*pair)
        return not self._agencies[pair]

    def must_be_free(self, examiner: BatchExaminer, project: Project) -> None:
        """Raises ``GuardsUnmet`` that says what is in the way."""
        if not is_known(examiner):
            text = _(
                "The agency of this examiner is not known: choose them again on the page of the examiners,"
                " with their agency."
            )
            raise GuardsUnmet([text])
        if not has_agency(project):
            raise GuardsUnmet([_("The project has no agency yet: set it first.")])
        if not self.free(examiner, project):
            raise GuardsUnmet([_("This person takes part in the project, or is of the same agency.")])


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


def must_suit_agency(project: Project, agency_id: int) -> None:
    """Raises ``GuardsUnmet`` when somebody of this agency, or of a unit of it, examines ``project``, or
    somebody of whom that is not known. Under the project's lock.
    """
    running = list(Assignment.objects.filter(examining(), project=project).select_related("user"))
    rows = BatchExaminer.objects.select_for_update().filter(
        batch=project.batch_id, user__in=[one.user_id for one in running]
    )
    by_user = {row.user_id: row for row in rows}
    if any(codes.agency_within(row.agency_id, agency_id) for row in by_user.values()):
        raise GuardsUnmet(
            [_("An examiner of this project belongs to that agency. Remove them from it first.")]
        )
    unknown = [
        one.shown for one in running if one.user_id not in by_user or not is_known(by_user[one.user_id])
    ]
    if unknown:
        text = _(
            "The agency of an examiner of this project is not known: %(names)s. Choose them again on the page"
            " of the examiners, with their agency."
        )
        raise GuardsUnmet([text % {"names": named(unknown)}])


def must_suit_examined(examiner: BatchExaminer, agency_id: int | None) -> None:
    """Raises ``GuardsUnmet``, which names them, when ``examiner`` examines projects of this agency or of a
    unit of it. Under the lock of the examiner's row.
    """
    running = Assignment.objects.filter(
        examining(), user=examiner.user_id, project__batch=examiner.batch_id
    ).select_related("project__owner")
    rows = [one.project for one in running.order_by("project")]
    within = [project for project in rows if codes.agency_within(agency_id, project.agency_id)]
    know(within)
    names = [project.participant for project in within]
    if names:
        text = _("This person examines projects of that agency: %(names)s. Remove them there first.")
        raise GuardsUnmet([text % {"names": named(names)}])
