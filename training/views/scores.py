"""The scores of a project: what the reader may give, read, settle, and appeal against."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from training import minuting, results, score_rights
from training.minutes import draw_minutes
from training.models import Appeal, Holder, Project, ScoreSheet
from training.results import Seat, Standing
from training.services import appeals, documents, scores, settling
from training.views.access import person, project_of, signed_in
from training.views.score_forms import occasion_of


@dataclass(frozen=True, slots=True)
class Room:
    """One occasion as the reader finds it."""

    seat: Seat
    form: str
    closed: str
    sheets: Sequence[ScoreSheet]
    diverges: bool
    settle: str
    confirm: bool
    minutes: str
    is_signed: bool = False


@signed_in
@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything about scores that concerns the reader."""
    project, roles = project_of(request, key)
    standing = results.standing(project)
    if not standing.seats:
        raise Http404
    user, closed = person(request), score_rights.closings(project)
    reads_as = score_rights.as_reader(project, roles, user)
    signed = documents.minutes_of(project)
    papers = {occasion: signed.get(event.pk) for occasion, event in closed.items()}
    rooms = [
        replace(
            _room(standing, seat, roles, user, reads_as=reads_as, was_closed=seat.occasion in closed),
            is_signed=papers.get(seat.occasion) is not None,
        )
        for seat in standing.seats.values()
    ]
    sees = score_rights.sees_result(standing, roles)
    context = {
        "project": project,
        "rooms": [room for room in rooms if room.form or room.closed or room.sheets or room.minutes],
        "drafts": _drafts(project, user) if any(room.form for room in rooms) else (),
        "result": results_of(standing) if sees else None,
        "waits": not sees and bool(roles & score_rights.AFTER_LOCK),
        "reopened": standing.is_reopened,
        "appeals": _appeals(standing) if Holder.PARTICIPANT in roles else None,
        "may_appeal": Holder.PARTICIPANT in roles
        and project.is_active
        and not appeals.closed_because(standing.result),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/scores/show.html", context)


@dataclass(frozen=True, slots=True)
class Mark:
    """A component of a locked result: its mark, and the mean level of each criterion without names."""

    label: str
    weight: Decimal
    mark: Decimal
    criteria: Sequence[tuple[str, Decimal]]
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A locked result in words."""

    total: Decimal
    predicate: str
    locked_at: object
    appeal_until: object
    marks: Sequence[Mark]


def results_of(standing: Standing) -> Shown:
    """The locked result, of which no line says who gave it."""
    result, version = standing.result, standing.project.version
    if result is None:
        raise LookupError("nothing is locked")
    predicate = results.predicate_named(version, result.predicate)
    marks = [
        Mark(
            component.label,
            component.weight,
            Decimal(result.marks[component.code]),
            _criteria(seat, component.code),
            _words(seat) if component is seat.components[0] else [],
        )
        for seat in standing.seats.values()
        for component in seat.components
    ]
    label = predicate.label if predicate else ""
    return Shown(result.total, label, result.locked_at, appeals.until(result), marks)


def _words(seat: Seat) -> list[tuple[str, str]]:
    """By the alphabet: the history says in which order examiners submitted, and so whose words are whose."""
    return sorted((one.strengths, one.mending) for one in seat.sheets if one.strengths or one.mending)


def _criteria(seat: Seat, code: str) -> list[tuple[str, Decimal]]:
    """Mean level by criterion, over the sheets that count; with a settlement over all of them."""
    sheets = seat.counting or seat.sheets
    component = next(one for one in seat.components if one.code == code)
    found = []
    for criterion in component.all_criteria:
        levels = [Decimal(sheet.levels[criterion.code]) for sheet in sheets if criterion.code in sheet.levels]
        if levels:
            found.append((criterion.label, (sum(levels, Decimal(0)) / len(levels)).quantize(Decimal("0.1"))))
    return found


def _room(
    standing: Standing,
    seat: Seat,
    roles: frozenset[Holder],
    user: User,
    *,
    reads_as: frozenset[Holder],
    was_closed: bool,
) -> Room:
    project, occasion = standing.project, seat.occasion
    mine = occasion.role in roles
    closed = scores.closed_because(standing, occasion, user) if mine else ""
    seen = score_rights.sheets_seen(seat, reads_as, user)
    judge = score_rights.sees_others(seat, reads_as, user)
    unconfirmed = any(one.pk == user.pk for one in seat.unconfirmed)
    return Room(
        seat=seat,
        form=reverse("training:score", args=[project.key, occasion]) if mine and not closed else "",
        closed=closed,
        sheets=seen,
        diverges=judge and seat.diverges,
        settle=reverse("training:settle", args=[project.key, occasion])
        if judge and settling.may_settle(standing, occasion)
        else "",
        confirm=unconfirmed and Holder.EXAMINER in roles,
        minutes=reverse("training:minutes", args=[project.key, occasion])
        if was_closed and score_rights.may_have_minutes(seat, reads_as, user)
        else "",
    )


def _drafts(project: Project, user: User) -> list[str]:
    """The occasions for which ``user`` has saved something and not submitted it."""
    rows = ScoreSheet.objects.filter(project=project, user=user, submitted_at=None)
    return list(rows.values_list("occasion", flat=True))


def _appeals(standing: Standing) -> list[Appeal]:
    return [result.appeal for result in standing.results if hasattr(result, "appeal")]


@signed_in
@never_cache
@require_safe
def minutes(request: HttpRequest, key: uuid.UUID, occasion: str) -> HttpResponse:
    """The signed minutes of a closed seminar; until they are, drawn afresh and marked as an unsigned copy."""
    project, roles = project_of(request, key)
    standing = results.standing(project)
    seat, user = standing.seats[occasion_of(standing, occasion)], person(request)
    closing = score_rights.closings(project).get(seat.occasion)
    reads_as = score_rights.as_reader(project, roles, user)
    if closing is None or not score_rights.may_have_minutes(seat, reads_as, user):
        raise Http404
    if paper := documents.minutes_of(project).get(closing.pk):
        return HttpResponseRedirect(reverse("training:document", args=[project.key, paper.key]))
    content = draw_minutes(minuting.minutes_of(project, seat.occasion, closing))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="berita-acara-{seat.occasion}.pdf"'
    return response
