"""When a project is due in its state."""

from __future__ import annotations

from datetime import date, timedelta

from training.models import Project, State


def due_date(project: Project, state: State, entered_on: date) -> date | None:
    """The day ``state`` is due for ``project`` that entered it on ``entered_on``.

    ``None`` where the state has no rule, or counts from a day that the batch has not set.
    """
    if state.due_days is None:
        return None
    anchors: dict[str, date | None] = {State.Anchor.ENTERED: entered_on}
    if project.batch is not None:
        anchors |= {
            State.Anchor.START: project.batch.starts_on,
            State.Anchor.DESIGN_SEMINAR: project.batch.design_seminar_on,
            State.Anchor.RESULT_SEMINAR: project.batch.result_seminar_on,
            State.Anchor.END: project.batch.ends_on,
        }
    anchor = anchors.get(state.due_from)
    return anchor + timedelta(days=state.due_days) if anchor else None
