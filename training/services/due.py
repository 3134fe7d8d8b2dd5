"""When a project is due in its state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from training.models import Batch, Certificate, Event, Notice, Project, Seminar, SeminarPlace, State

SEMINARS = {
    State.Anchor.DESIGN_SEMINAR: Seminar.Kind.DESIGN,
    State.Anchor.RESULT_SEMINAR: Seminar.Kind.RESULT,
}
"""What a due date may count from → the slots that say the day."""
EXTENDED = "extend"
"""Code of the event by which a coordinator gave more time."""
CONSENT = "consent"
"""The question whether the catalogue may have it."""


def due_date(project: Project, state: State, entered_on: date) -> date | None:
    """The day ``state`` is due for ``project`` that entered it on ``entered_on``.

    From a seminar it counts by the project's own slot, and by the batch's date while it has none. Who comes
    into a state when its days after the seminar are over, as with work that is sent back once more, has them
    from that day. ``None`` where the state has no rule, or counts from a day that nobody has set.
    """
    if state.due_days is None:
        return None
    own = None
    if state.due_from in SEMINARS and project.pk is not None:
        own = _own_days([project]).get((project.pk, SEMINARS[State.Anchor(state.due_from)]))
    return _counted(project, state, entered_on, own)


def _counted(project: Project, state: State, entered_on: date, own: date | None) -> date | None:
    if state.due_days is None:
        return None
    anchors: dict[str, date | None] = {State.Anchor.ENTERED: entered_on}
    if project.batch is not None:
        anchors |= {
            State.Anchor.START: project.batch.starts_on,
            State.Anchor.DESIGN_SEMINAR: own or project.batch.design_seminar_on,
            State.Anchor.RESULT_SEMINAR: own or project.batch.result_seminar_on,
            State.Anchor.END: project.batch.ends_on,
        }
    anchor = anchors.get(state.due_from)
    if anchor is None:
        return None
    days = timedelta(days=state.due_days)
    if state.due_from in SEMINARS and state.due_days > 0 and anchor + days < entered_on:
        anchor = entered_on
    return anchor + days


def still_waits(project: Project) -> bool:
    """Whether something is to be done where ``project`` may end: the certificate, or the way on.

    The certificate that counts is not issued yet, or the participant did not say that the catalogue may not
    have the innovation.
    """
    if project.answers.get(CONSENT) != "no":
        return True
    last = Certificate.objects.filter(project=project).order_by("-pk").first()
    return last is not None and last.state == Certificate.State.WAITING


def close(project: Project) -> None:
    """Take its day from a project that may end where it is and waits for nothing. Under its lock."""
    if project.state.is_end and project.due_on is not None and not still_waits(project):
        project.due_on = None
        project.save(update_fields=["due_on"])


def _own_days(projects: Sequence[Project]) -> dict[tuple[int, str], date]:
    """The days of the projects' slots, where the site is, by project and kind of seminar."""
    places = SeminarPlace.objects.taken().filter(project__in=projects)
    rows = places.values_list("project_id", "kind", "seminar__starts_at")
    return {(project, kind): timezone.localdate(at) for project, kind, at in rows}


def follow_batch(batch: Batch, before: Batch) -> None:
    """Let the due dates of the batch's projects follow its days, which were those of ``before``.

    Inside the transaction that changed them.
    """
    changed = {
        anchor
        for anchor, name in (
            (State.Anchor.START, "starts_on"),
            (State.Anchor.DESIGN_SEMINAR, "design_seminar_on"),
            (State.Anchor.RESULT_SEMINAR, "result_seminar_on"),
            (State.Anchor.END, "ends_on"),
        )
        if getattr(batch, name) != getattr(before, name)
    }
    if not changed:
        return
    states = [state.code for state in batch.version.all_states if state.due_from in changed]
    rows = Project.objects.filter(batch=batch, state_code__in=states).order_by("pk")
    found = list(rows.select_for_update())
    for project in found:
        project.version, project.batch = batch.version, batch
    follow(found)


def follow(projects: Sequence[Project]) -> None:
    """Count the due dates anew where they count from a day of the batch or a slot. Under the projects' locks.

    More time that was given in the state the project is in stays, unless the new day is later still. A
    reminder of the old day whose mail has not left is taken back.
    """
    own_days, extended = _own_days(projects), _extended(projects)
    moved = []
    for project in projects:
        state, before = project.state, project.due_on
        if not project.is_active:  # its clock stands; going on gives back the days left
            continue
        if state.due_from == State.Anchor.ENTERED or state.due_days is None:
            continue
        own = own_days.get((project.pk, SEMINARS.get(State.Anchor(state.due_from), "")))
        day = _counted(project, state, timezone.localdate(project.entered_at), own)
        if day == before or (project.pk in extended and before and (day is None or before > day)):
            continue
        project.due_on = day
        moved.append(project)
    Project.objects.bulk_update(moved, ["due_on"], batch_size=200)
    unsent = Notice.objects.filter(
        project__in=moved, kind=Notice.Kind.REMINDER, cause__startswith="due:", mail=Notice.Mail.WAITING
    )
    unsent.delete()


def _extended(projects: Sequence[Project]) -> set[int]:
    """Keys of the projects that got more time in the state they are in."""
    rows = Event.objects.filter(project__in=projects, code=EXTENDED, at__gte=F("project__entered_at"))
    return set(rows.values_list("project_id", flat=True))
