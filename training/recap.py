"""A batch as a table for its coordinators: who is where, since when, and with whom."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import codes
from home import workbook
from home.workbook import Row
from training import boards, results
from training.models import Assignment, Batch, Component, Project
from training.results import Standing
from training.score_rights import not_theirs_to_see

CHUNK = 500
"""Projects read at a time."""


def recap(batch: Batch, language: str, *, reader: User) -> Iterator[bytes]:
    """The workbook, piece by piece. Texts are texts in it, whatever they begin with.

    ``reader`` gets no marks of their own project: those they read, as everybody, once they are locked.
    """
    header = [
        _("Participant"), _("E-mail"), _("Agency"), _("Title"), _("State of the project"), _("Standing"),
        _("In this state since"), _("Due on"), _("Overdue by days"), _("Finished"), _("Mentor"),
        _("Mentor has accepted"), _("Coach"), _("Coach has accepted"), _("Examiners"),
    ]  # fmt: skip
    components = _components(batch)
    if components:
        header += [f"{one.label} ({one.percent}%)" for one in components]
        header += [_("Total"), _("Predicate"), _("Lock")]
    return workbook.pieces(_("Recapitulation"), header, _chunks(batch, language, reader))


def _components(batch: Batch) -> list[Component]:
    """In the order of the columns."""
    return [one for components in results.occasions(batch.version).values() for one in components]


def _chunks(batch: Batch, language: str, reader: User) -> Iterator[list[Row]]:
    rows = Project.objects.filter(batch=batch).select_related("owner").defer("answers").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        members = boards.with_people(batch, chunk)
        found = results.standings(batch.version, [member.project for member in members])
        hidden = not_theirs_to_see(reader, [member.project for member in members])
        yield [[*_row(one, language), *_shown(found[one.project.pk], hidden)] for one in members]


def _row(member: boards.Member, language: str) -> Row:
    project, mentor, coach = member.project, member.mentor, member.coach
    state = project.state
    return [
        member.name,
        member.address,
        codes.agency_label(project.agency_id, language),
        project.title,
        state.label,
        str(project.get_standing_display()),
        timezone.localdate(project.entered_at),
        project.due_on,
        member.days_late or None,
        state.is_end,
        *_supporter(mentor),
        *_supporter(coach),
        ", ".join(one.shown for one in member.examiners),
    ]


def _shown(standing: Standing, hidden: set[int]) -> Row:
    scores = _scores(standing)
    return [None] * len(scores) if standing.project.pk in hidden else scores


def _scores(standing: Standing) -> Row:
    """Marks, total, predicate and whether it is locked; nothing where the programme asks for no scores."""
    if not standing.seats:
        return []
    marks, total, result = standing.marks, standing.total, standing.result
    called = standing.predicate
    lock = _("locked") if result else _("opened again") if standing.is_reopened else _("open")
    cells = [marks.get(one.code) for seat in standing.seats.values() for one in seat.components]
    numbers = [None if mark is None else float(mark) for mark in cells]
    return [*numbers, None if total is None else float(total), called.label if called else "", lock]


def _supporter(found: Assignment | None) -> Row:
    return [found.shown, found.accepted_at is not None] if found else ["", None]
